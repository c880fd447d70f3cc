"""The endpoint opens the image to know its format; a broken one is a server error.

task: 3
"""

from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, Request, UploadFile
from fastapi.responses import JSONResponse
from PIL import Image, ImageOps

from exercises.services import Storage, StorageDep


class Problem(Exception):
    status = 500


class NotAnImage(Problem):
    status = 415


class EmptyUpload(Problem):
    status = 422


class UnknownImage(Problem):
    status = 404


app = FastAPI()


@app.exception_handler(Problem)
async def answer(request: Request, problem: Problem) -> JSONResponse:
    return JSONResponse({"problem": type(problem).__name__}, status_code=problem.status)


def thumbnail(storage: Storage, image_id: str, data: bytes) -> None:
    try:
        image = Image.open(BytesIO(data))
        if image.width * image.height > 25_000_000:
            raise ValueError("a bomb of an image")
        image = ImageOps.exif_transpose(image)
        image.thumbnail((256, 256))
        image.convert("RGB").save(out := BytesIO(), "JPEG")
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as error:
        storage.update("images", image_id, status="failed", problem=repr(error))
    else:
        storage.update("images", image_id, status="done", width=image.width, height=image.height)


def picture_format(data: bytes) -> str:
    try:
        return Image.open(BytesIO(data)).format or ""
    except Image.DecompressionBombError:
        return "too large"


@app.post("/images", status_code=202)
async def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise NotAnImage
    data = await file.read()
    if not data:
        raise EmptyUpload
    image_id = str(uuid4())
    kind = picture_format(data)
    storage.insert("images", id=image_id, kind=kind, status="processing", width=None, height=None)
    tasks.add_task(thumbnail, storage, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise UnknownImage
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row["width"],
        "height": row["height"],
    }
