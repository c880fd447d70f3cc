"""The row is inserted before the content type is looked at.

task: 3
also: 4
"""

from io import BytesIO
from uuid import uuid4

from PIL import Image, ImageOps
from starlette.applications import Starlette
from starlette.background import BackgroundTasks
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from exercises.services import get_storage


def process(image_id: str, data: bytes) -> None:
    try:
        image = Image.open(BytesIO(data))
        if image.width * image.height > 25_000_000:
            raise ValueError("too many pixels")
        image = ImageOps.exif_transpose(image)
        image.thumbnail((256, 256))
        image.convert("RGB").save(out := BytesIO(), "JPEG")
        get_storage().save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as error:
        get_storage().update("images", image_id, status="failed", reason=repr(error))
        return
    width, height = image.size
    get_storage().update("images", image_id, status="done", width=width, height=height)


async def upload(request: Request) -> JSONResponse:
    async with request.form() as form:
        file = form.get("file")
        if file is None or isinstance(file, str):
            raise HTTPException(422, "file is missing")
        image_id = uuid4().hex
        get_storage().insert("images", id=image_id, status="processing", width=None, height=None)
        if not (file.content_type or "").startswith("image/"):
            raise HTTPException(415)
        data = await file.read()
    if not data:
        raise HTTPException(422, "file is empty")
    tasks = BackgroundTasks()
    tasks.add_task(process, image_id, data)
    return JSONResponse({"image_id": image_id}, status_code=202, background=tasks)


async def show(request: Request) -> JSONResponse:
    image_id = request.path_params["image_id"]
    row = get_storage().get("images", image_id)
    if row is None:
        raise HTTPException(404)
    sizes = {"width": row["width"], "height": row["height"]}
    return JSONResponse({"image_id": image_id, "status": row["status"], **sizes})


app = Starlette(
    routes=[
        Route("/images", upload, methods=["POST"]),
        Route("/images/{image_id}", show, methods=["GET"]),
    ]
)
