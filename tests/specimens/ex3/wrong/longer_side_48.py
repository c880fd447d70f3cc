"""The longer side is 48 pixels, where the page asks for 64 or more.

task: 2
also: 5
"""

from io import BytesIO
from uuid import uuid4

import anyio
from anyio import to_thread
from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep

app = FastAPI()
decoding = anyio.CapacityLimiter(2)


def decode(data):
    image = Image.open(BytesIO(data))
    if image.width * image.height > 25_000_000:
        raise ValueError("too many pixels")
    image = ImageOps.exif_transpose(image).convert("RGBA").convert("RGB")
    image.thumbnail((48, 48))
    buffer = BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue(), image.width, image.height


async def producer(send, image_id, data, storage):
    async with send:
        try:
            jpeg, width, height = await to_thread.run_sync(decode, data, limiter=decoding)
            storage.save_file(f"images/{image_id}.jpg", jpeg)
        except Exception as error:
            await send.send({"status": "failed", "reason": repr(error)})
        else:
            await send.send({"status": "done", "width": width, "height": height})


async def process(image_id, data, storage):
    send, receive = anyio.create_memory_object_stream(1)
    async with anyio.create_task_group() as group:
        group.start_soon(producer, send, image_id, data, storage)
        async with receive:
            async for changes in receive:
                storage.update("images", image_id, **changes)


@app.post("/images", status_code=202)
async def upload(file: UploadFile, background: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    background.add_task(process, image_id, data, storage)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {"image_id": image_id, "status": row["status"], "width": row["width"], "height": row["height"]}
