"""The file is saved as .jpeg instead of .jpg.

task: 2
also: 4, 5
"""

import os
import tempfile
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import PIL.Image
import PIL.ImageOps
from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile, status

from exercises.services import get_storage

app = FastAPI()
CHUNK = 64 * 1024


def handle(image_id: str, path: Path):
    storage = get_storage()
    try:
        with PIL.Image.open(path) as picture:
            if picture.width * picture.height > 25_000_000:
                raise ValueError("that is a decompression bomb")
            picture = PIL.ImageOps.exif_transpose(picture)
            picture.thumbnail((256, 256))
            picture = picture.convert("RGB")
        output = BytesIO()
        picture.save(output, format="JPEG")
        storage.save_file(f"images/{image_id}.jpeg", output.getvalue())
        storage.update(
            "images", image_id, status="done", width=picture.width, height=picture.height
        )
    except Exception as error:
        storage.update(
            "images", image_id, status="failed", reason=str(error) or type(error).__name__
        )
    finally:
        path.unlink(missing_ok=True)


@app.post("/images", status_code=status.HTTP_202_ACCEPTED)
async def upload_image(file: UploadFile, background_tasks: BackgroundTasks):
    if file.content_type is None or file.content_type.split("/")[0] != "image":
        raise HTTPException(status.HTTP_415_UNSUPPORTED_MEDIA_TYPE, "images only")
    descriptor, name = tempfile.mkstemp(suffix=".upload")
    written = 0
    with os.fdopen(descriptor, "wb") as target:
        while chunk := await file.read(CHUNK):
            written += target.write(chunk)
    if written == 0:
        os.unlink(name)
        raise HTTPException(422, "the upload has no bytes")
    image_id = str(uuid4())
    get_storage().insert("images", id=image_id, status="processing", source=file.filename)
    background_tasks.add_task(handle, image_id, path=Path(name))
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def image_status(image_id: str):
    row = get_storage().get("images", image_id)
    if row is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "image not found")
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row.get("width"),
        "height": row.get("height"),
    }
