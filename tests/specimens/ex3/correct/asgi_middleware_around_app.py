"""A plain ASGI middleware is wrapped around the application by hand."""

import time
from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep, get_storage

api = FastAPI()


class ProcessTime:
    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        started = time.perf_counter()

        async def timed_send(message) -> None:
            if message["type"] == "http.response.start":
                took = f"{time.perf_counter() - started:.3f}".encode()
                message = {**message, "headers": [*message["headers"], (b"x-process-time", took)]}
            await send(message)

        await self.app(scope, receive, timed_send)


def make_thumbnail(image_id: str, data: bytes) -> None:
    try:
        image = Image.open(BytesIO(data))
        if image.width * image.height > 25_000_000:
            raise ValueError("more pixels than allowed")
        image = ImageOps.exif_transpose(image)
        image.thumbnail((256, 256))
        image.convert("RGB").save(out := BytesIO(), "JPEG")
        get_storage().save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as error:
        get_storage().update("images", image_id, status="failed", error=repr(error))
        return
    get_storage().update("images", image_id, status="done", width=image.width, height=image.height)


@api.post("/images", status_code=202)
def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = file.file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(make_thumbnail, image_id, data)
    return {"image_id": image_id}


@api.get("/images/{image_id}")
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


app = ProcessTime(api)
