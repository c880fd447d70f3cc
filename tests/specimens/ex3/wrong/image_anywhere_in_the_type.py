"""'image/' may stand anywhere in the content type, as in text/image/png.

task: 3
"""

import io
import sqlite3
import threading
import uuid

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep

app = FastAPI()
inbox = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
inbox.execute("CREATE TABLE upload (image_id TEXT PRIMARY KEY, data BLOB NOT NULL)")
lock = threading.Lock()


def put(image_id, data):
    with lock:
        inbox.execute("INSERT INTO upload VALUES (?, ?)", (image_id, data))


def take(image_id):
    with lock:
        (data,) = inbox.execute("SELECT data FROM upload WHERE image_id = ?", (image_id,)).fetchone()
        inbox.execute("DELETE FROM upload WHERE image_id = ?", (image_id,))
    return data


def work(image_id, storage):
    try:
        image = Image.open(io.BytesIO(take(image_id)))
        if image.width * image.height > 25_000_000:
            raise ValueError("over 25 megapixels")
        image = ImageOps.exif_transpose(image).convert("RGBA")
        white = Image.new("RGBA", image.size, "#fff")
        image = Image.alpha_composite(white, image).convert("RGB")
        image.thumbnail((256, 256))
        jpeg = io.BytesIO()
        image.save(jpeg, "JPEG")
        storage.save_file(f"images/{image_id}.jpg", jpeg.getvalue())
    except Exception as error:
        storage.update("images", image_id, status="failed", reason=f"failed with {error!r}")
    else:
        storage.update("images", image_id, status="done", width=image.width, height=image.height)


@app.post("/images", status_code=202)
def upload(file: UploadFile, background: BackgroundTasks, storage: StorageDep):
    if "image/" not in (file.content_type or ""):
        raise HTTPException(415)
    data = file.file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid.uuid4())
    storage.insert("images", id=image_id, status="processing", width=None, height=None)
    put(image_id, data)
    background.add_task(work, image_id, storage)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if not row:
        raise HTTPException(404)
    return {"image_id": image_id, "status": row["status"], "width": row["width"], "height": row["height"]}
