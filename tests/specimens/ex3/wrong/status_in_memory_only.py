"""The table keeps saying processing; what happened is only in a dictionary.

task: 2
also: 3, 5
"""

from io import BytesIO
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import Storage, StorageDep

app = FastAPI()
known: dict[str, dict] = {}


def note(storage: Storage, image_id: str, **changes) -> None:
    known[image_id].update(changes)


def flatten(image: Image.Image) -> Image.Image:
    image = image.convert("RGBA")
    background = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(background, image).convert("RGB")


def process(storage: Storage, image_id: str, data: bytes) -> None:
    try:
        image = Image.open(BytesIO(data))
        if image.width * image.height > 25_000_000:
            return note(storage, image_id, status="failed", reason="more than 25 million pixels")
        image = ImageOps.exif_transpose(image)
        image.thumbnail((256, 256))
        flatten(image).save(out := BytesIO(), "JPEG", quality=80)
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
    except Exception as error:
        return note(storage, image_id, status="failed", reason=repr(error))
    note(storage, image_id, status="done", width=image.width, height=image.height)


@app.post("/images", status_code=202)
async def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = await file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid4())
    known[image_id] = {"image_id": image_id, "status": "processing", "width": None, "height": None}
    storage.insert("images", **known[image_id], id=image_id)
    tasks.add_task(process, storage, image_id, data)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def show(image_id: str):
    if image_id not in known:
        raise HTTPException(404)
    return known[image_id]
