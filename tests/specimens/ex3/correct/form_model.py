"""The whole form is a pydantic model; the answer is one too, of which only the id is shown."""

import io
import uuid
from typing import Annotated, Literal

from fastapi import BackgroundTasks, Depends, FastAPI, Form, HTTPException, UploadFile
from PIL import Image, ImageOps
from pydantic import BaseModel

from exercises.services import Storage, get_storage

app = FastAPI()
S = Annotated[Storage, Depends(get_storage)]


class Form_(BaseModel):
    model_config = {"arbitrary_types_allowed": True}
    file: UploadFile


class Pending(BaseModel):
    image_id: str
    status: Literal["processing", "done", "failed"] = "processing"
    width: int | None = None
    height: int | None = None


def job(image_id: str, data: bytes):
    storage = get_storage()

    def fail(why):
        storage.update("images", image_id, status="failed", reason=why)

    try:
        image = Image.open(io.BytesIO(data), formats=None)
    except Image.DecompressionBombError as e:
        return fail(f"bomb: {e}")
    except Exception as e:
        return fail(f"not an image: {e}")
    if image.width * image.height > 25_000_000:
        return fail("more than 25 million pixels")
    try:
        image.draft("RGB", (256, 256))
        image = ImageOps.exif_transpose(image)
        image = image.convert("RGB")
    except Exception as e:
        return fail(f"broken image: {e}")
    image.thumbnail((256, 256), reducing_gap=3)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, progressive=True)
    try:
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as e:
        return fail(f"could not save: {e}")
    storage.update("images", image_id, status="done", width=image.width, height=image.height)


@app.post("/images", status_code=202, response_model_include={"image_id"})
async def post(
    form: Annotated[Form_, Form(media_type="multipart/form-data")], bg: BackgroundTasks, storage: S
) -> Pending:
    file = form.file
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422)
    p = Pending(image_id=uuid.uuid4().hex)
    storage.insert("images", id=p.image_id, **p.model_dump())
    bg.add_task(job, p.image_id, data)
    return p


@app.get("/images/{image_id}")
async def get(image_id: str, storage: S) -> Pending:
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return Pending.model_validate(row)
