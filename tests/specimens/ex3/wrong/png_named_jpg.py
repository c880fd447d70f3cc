"""The file is called .jpg and holds a PNG.

task: 2
"""

from io import BytesIO
from typing import Annotated
from uuid import uuid4

from fastapi import BackgroundTasks, Depends, FastAPI, File, HTTPException, Request
from PIL import Image, ImageOps

from exercises.services import StorageDep

app = FastAPI()


async def only_images(request: Request) -> None:
    form = await request.form()  # parsed once, FastAPI reads the same form
    part = form.get("file")
    if part is not None and not str(getattr(part, "content_type", "")).startswith("image/"):
        raise HTTPException(415, "not an image")


def shrink(data: bytes) -> tuple[bytes, int, int]:
    image = Image.open(BytesIO(data))
    if image.width * image.height > 25_000_000:
        raise ValueError("too many pixels")
    image = ImageOps.exif_transpose(image)
    image.thumbnail((256, 256), Image.Resampling.LANCZOS)
    out = BytesIO()
    image.convert("RGB").quantize(16).save(out, "png", optimize=True)
    return out.getvalue(), image.width, image.height


async def process(storage: StorageDep, image_id: str, data: bytes) -> None:
    try:
        small, width, height = shrink(data)
        storage.save_file(f"images/{image_id}.jpg", small)
    except Exception as error:
        storage.update("images", image_id, status="failed", reason=repr(error))
    else:
        storage.update("images", image_id, status="done", width=width, height=height)


@app.post("/images", status_code=202, dependencies=[Depends(only_images)])
async def post_image(
    file: Annotated[bytes, File(min_length=1)], tasks: BackgroundTasks, storage: StorageDep
):
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(process, storage, image_id, file)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def get_image(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {"image_id": image_id} | {key: row[key] for key in ("status", "width", "height")}
