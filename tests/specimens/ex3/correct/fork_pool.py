"""The thumbnail is computed in a forked process; only the parent talks to the storage."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep, get_storage

app = FastAPI()
fork = multiprocessing.get_context("fork")


def shrink(data: bytes) -> tuple[bytes, tuple[int, int]]:
    image = Image.open(BytesIO(data))
    if image.width * image.height > 25_000_000:
        raise ValueError("more than 25 million pixels")
    image = ImageOps.exif_transpose(image)
    image.thumbnail((256, 256))
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue(), image.size


def in_other_process(image_id: str, data: bytes) -> None:
    storage = get_storage()
    try:
        with ProcessPoolExecutor(1, mp_context=fork) as pool:
            jpeg, (width, height) = pool.submit(shrink, data).result(timeout=8)
        storage.save_file(f"images/{image_id}.jpg", jpeg)
    except Exception as error:
        storage.update("images", image_id, status="failed", reason=f"{error!r}")
        return
    storage.update("images", image_id, status="done", width=width, height=height)


@app.post("/images", status_code=202)
def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = file.file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(in_other_process, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row["width"],
        "height": row["height"],
    }
