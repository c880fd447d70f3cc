"""anyio runs the decoding in a thread; a limiter lets two images through at a time."""

from io import BytesIO
from uuid import uuid4

import anyio.to_thread
from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from fastapi.concurrency import run_in_threadpool
from PIL import Image, ImageOps

from exercises.services import StorageDep, get_storage

app = FastAPI()
slots = anyio.Semaphore(2)


def shrink(data: bytes) -> tuple[BytesIO, tuple[int, int]]:
    image = Image.open(BytesIO(data))
    width, height = image.size
    if width * height > 25 * 10**6:
        raise ValueError(f"{width * height:,} pixels are too many")
    image = ImageOps.exif_transpose(image).convert("RGB")
    image.thumbnail((256, 256), Image.Resampling.BOX)
    image.save(out := BytesIO(), "JPEG")
    return out, image.size


async def process(image_id: str, data: bytes) -> None:
    storage = get_storage()
    changes = {"status": "failed", "reason": "unknown"}
    try:
        async with slots:
            out, (width, height) = await anyio.to_thread.run_sync(shrink, data)
        await run_in_threadpool(storage.save_file, f"images/{image_id}.jpg", out.getvalue())
        changes = {"status": "done", "width": width, "height": height}
    except Exception as error:
        changes["reason"] = repr(error)
    finally:
        storage.update("images", image_id, **changes)


@app.post("/images", status_code=202)
async def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    if file.size == 0:
        raise HTTPException(422)
    data = await file.read()
    image_id = uuid4().hex
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(process, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row["width"],
        "height": row["height"],
    }
