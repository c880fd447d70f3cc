"""Pillow writes the file into a folder; the storage never gets it.

task: 2
also: 1, 3, 4, 5
"""

import io
import logging
import tempfile
import uuid
from pathlib import Path

from fastapi import BackgroundTasks, FastAPI, File, HTTPException, Request, UploadFile
from PIL import Image, ImageOps

from exercises.services import get_storage

log = logging.getLogger("uvicorn.error")
app = FastAPI()
FOLDER = Path(tempfile.gettempdir()) / "images"


@app.middleware("http")
async def add_request_id(request: Request, call_next):
    response = await call_next(request)
    response.headers["X-Request-ID"] = uuid.uuid4().hex
    log.info("%s %s -> %s", request.method, request.url.path, response.status_code)
    return response


def process_image(image_id: str, content: bytes):
    storage = get_storage()
    print(f"[Background] processing {image_id}, {len(content)} bytes")
    try:
        img = Image.open(io.BytesIO(content))
        if img.width * img.height > 25_000_000:
            raise ValueError("decompression bomb")
        img = ImageOps.exif_transpose(img)
        if img.mode != "RGB":
            img = img.convert("RGB")
        img.thumbnail((256, 256), Image.LANCZOS)
        FOLDER.mkdir(exist_ok=True)
        img.save(FOLDER / f"{image_id}.jpg", format="JPEG", quality=85, optimize=True)
        storage.update("images", image_id, status="done", width=img.width, height=img.height)
        print(f"[Background] {image_id} done")
    except Exception as e:
        print(f"[Background] {image_id} failed: {e}")
        storage.update("images", image_id, status="failed", error=str(e) or type(e).__name__)


@app.post("/images", status_code=202)
async def upload_image(background_tasks: BackgroundTasks, file: UploadFile = File(...)):
    if not file.content_type or not file.content_type.startswith("image/"):
        raise HTTPException(status_code=415, detail="File must be an image")
    content = await file.read()
    if not content:
        raise HTTPException(status_code=422, detail="File is empty")
    image_id = str(uuid.uuid4())
    get_storage().insert("images", id=image_id, filename=file.filename, status="processing")
    background_tasks.add_task(process_image, image_id, content)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def get_image(image_id: str):
    image = get_storage().get("images", image_id)
    if image is None:
        raise HTTPException(status_code=404, detail="Image not found")
    return {
        "image_id": image_id,
        "status": image["status"],
        "width": image.get("width"),
        "height": image.get("height"),
    }
