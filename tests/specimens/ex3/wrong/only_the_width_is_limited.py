"""The width is limited to 256 pixels, a tall image keeps a long side.

task: 2
"""

import io
import secrets

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from PIL import Image, ImageOps
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile

from exercises.services import get_storage

app = FastAPI()


def problem(status: int, text: str) -> JSONResponse:
    return JSONResponse({"detail": text}, status_code=status)


def work(image_id: str, raw: bytes) -> None:
    storage = get_storage()
    try:
        with Image.open(io.BytesIO(raw)) as img:
            if img.size[0] * img.size[1] > 25_000_000:
                raise ValueError("refused: more than 25 million pixels")
            img = ImageOps.exif_transpose(img).convert("RGB")
            if img.width > 256:
                img = img.resize((256, max(1, round(img.height * 256 / img.width))))
            with io.BytesIO() as target:
                img.save(target, "JPEG", quality=82)
                storage.save_file(f"images/{image_id}.jpg", target.getvalue())
            changes = {"status": "done", "width": img.width, "height": img.height}
    except Exception as exc:
        changes = {"status": "failed", "reason": f"cannot process this file: {exc}"}
    storage.update("images", image_id, **changes)


@app.post("/images")
async def upload(request: Request):
    async with request.form() as form:
        part = form.get("file")
        if not isinstance(part, UploadFile):
            return problem(422, "a file field named 'file' is needed")
        if not str(part.content_type).startswith("image/"):
            return problem(415, "only image/* is accepted")
        raw = await part.read()
    if not raw:
        return problem(422, "the file is empty")
    image_id = secrets.token_urlsafe(12)
    get_storage().insert("images", id=image_id, status="processing")
    task = BackgroundTask(work, image_id, raw)
    return JSONResponse({"image_id": image_id}, status_code=202, background=task)


@app.get("/images/{image_id}")
async def status(image_id: str):
    row = get_storage().get("images", image_id)
    if row is None:
        return problem(404, "unknown image")
    sizes = {"width": row.get("width"), "height": row.get("height")}
    return {"image_id": image_id, "status": row["status"], **sizes}
