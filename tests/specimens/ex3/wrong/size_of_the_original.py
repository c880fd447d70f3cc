"""The row gets the width and height of the uploaded image, not of the thumbnail.

task: 2
also: 4, 5
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request, UploadFile
from PIL import Image, ImageOps

from exercises.services import get_storage


@asynccontextmanager
async def lifespan(app: FastAPI):
    with ThreadPoolExecutor(max_workers=2) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


def render(data: bytes) -> tuple[bytes, int, int]:
    image = Image.open(BytesIO(data))
    if image.width * image.height > 25_000_000:
        raise ValueError("image bomb refused")
    image = ImageOps.exif_transpose(image)
    width, height = image.size
    image.thumbnail((256, 256))
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG")
    return out.getvalue(), width, height


async def process(pool: ThreadPoolExecutor, image_id: str, data: bytes) -> None:
    storage = get_storage()
    loop = asyncio.get_running_loop()
    try:
        jpeg, width, height = await loop.run_in_executor(pool, render, data)
        await loop.run_in_executor(pool, storage.save_file, f"images/{image_id}.jpg", jpeg)
    except Exception as error:
        storage.update("images", image_id, status="failed", detail=f"failed with {error!r}")
    else:
        storage.update("images", image_id, status="done", width=width, height=height)


@app.post("/images", status_code=202)
async def upload(request: Request, file: UploadFile, tasks: BackgroundTasks):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422)
    image_id = uuid4().hex
    get_storage().insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(process, request.app.state.pool, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def status(image_id: str):
    match get_storage().get("images", image_id):
        case None:
            raise HTTPException(404)
        case {"status": state, "width": width, "height": height}:
            return {"image_id": image_id, "status": state, "width": width, "height": height}
