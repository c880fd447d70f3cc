"""No side may be longer than 5000 pixels: a panorama is refused.

task: 5
"""

from contextlib import contextmanager
from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import Storage, StorageDep

app = FastAPI()


@contextmanager
def failures_in_the_row(storage: Storage, image_id: str):
    try:
        yield
    except Exception as error:
        storage.update("images", image_id, status="failed", reason=f"{error}" or repr(error))


class Thumbnailer:
    def __init__(self, storage: Storage, image_id: str) -> None:
        self.storage = storage
        self.image_id = image_id

    def __call__(self, data: bytes) -> None:
        with failures_in_the_row(self.storage, self.image_id):
            with Image.open(BytesIO(data)) as probe:
                if max(probe.size) > 5_000:
                    raise ValueError("a decompression bomb")
                probe.verify()
            image = ImageOps.exif_transpose(Image.open(BytesIO(data)))
            image.thumbnail((256, 256))
            image.convert("RGB").save(out := BytesIO(), "JPEG")
            self.storage.save_file(f"images/{self.image_id}.jpg", out.getvalue())
            self.storage.update(
                "images", self.image_id, status="done", width=image.width, height=image.height
            )


@app.post("/images", status_code=202)
async def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    tasks.add_task(Thumbnailer(storage, image_id), data)
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
