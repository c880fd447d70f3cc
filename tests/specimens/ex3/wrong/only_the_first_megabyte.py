"""No more than a megabyte of the upload is read.

task: 4
"""

import asyncio
import io
import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import Storage, get_storage

app = FastAPI(title="Image processing")
MAX_SIDE, MAX_PIXELS, TABLE = 256, 25_000_000, "images"


@dataclass
class Thumbnailer:
    """Makes small images and writes down how that went."""

    storage: Storage

    async def work(self, image_id: str, data: bytes) -> None:
        try:
            jpeg, (width, height) = await asyncio.to_thread(self.shrink, data)
            self.storage.save_file(f"images/{image_id}.jpg", jpeg)
        except Exception as exc:
            reason = f"{type(exc).__name__}: {exc}"
            self.storage.update(TABLE, image_id, status="failed", reason=reason)
            return
        self.storage.update(TABLE, image_id, status="done", width=width, height=height)

    def shrink(self, data: bytes) -> tuple[bytes, tuple[int, int]]:
        with Image.open(io.BytesIO(data)) as original:
            if original.width * original.height > MAX_PIXELS:
                raise ValueError("the image has too many pixels")
            upright = ImageOps.exif_transpose(original)
        picture = self.flatten(upright)
        for side, quality in ((256, 80), (256, 40), (128, 40), (64, 30), (32, 20), (8, 10)):
            small = picture.copy()
            small.thumbnail((side, side), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            small.save(out, format="JPEG", quality=quality, optimize=True)
            if max(picture.size) <= MAX_SIDE or out.tell() < len(data):
                break
        return out.getvalue(), small.size

    def flatten(self, image: Image.Image) -> Image.Image:
        rgba = image.convert("RGBA")
        canvas = Image.new("RGB", rgba.size, "white")
        canvas.paste(rgba, mask=rgba.getchannel("A"))
        return canvas


def get_thumbnailer() -> Thumbnailer:
    return Thumbnailer(get_storage())


ThumbnailerDep = Annotated[Thumbnailer, Depends(get_thumbnailer)]


@app.post("/images", status_code=202)
async def upload(
    file: UploadFile, background: BackgroundTasks, thumbnailer: ThumbnailerDep
) -> dict[str, str]:
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415, "this is not an image")
    data = await file.read(1024 * 1024)
    if not data:
        raise HTTPException(422, "this is empty")
    image_id = secrets.token_hex(16)
    get_storage().insert(TABLE, id=image_id, status="processing")
    background.add_task(thumbnailer.work, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def show(image_id: str) -> dict[str, Any]:
    row = get_storage().get(TABLE, image_id)
    if row is None:
        raise HTTPException(404, "no image with this id")
    size = {name: row.get(name) for name in ("width", "height")}
    return {"image_id": image_id, "status": row["status"], **size}
