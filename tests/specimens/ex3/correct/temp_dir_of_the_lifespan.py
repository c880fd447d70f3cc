"""Uploads wait as files in a temporary directory that the lifespan makes and removes."""

import io
import tempfile
import uuid
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import BackgroundTasks, FastAPI, HTTPException, Request, UploadFile
from PIL import Image, ImageOps

from exercises.services import StorageDep


@asynccontextmanager
async def lifespan(app):
    with tempfile.TemporaryDirectory() as d:
        app.state.inbox = Path(d)
        yield


app = FastAPI(lifespan=lifespan)


def job(image_id, path: Path, storage):
    try:
        original = path.stat().st_size
        with Image.open(path) as im:
            if im.width * im.height > 25_000_000:
                raise ValueError("bomb")
            im.load()
            im = ImageOps.exif_transpose(im).convert("RGB")
        im.thumbnail((256, 256))
        for quality in (90, 75, 50, 25, 10):
            out = io.BytesIO()
            im.save(out, "JPEG", quality=quality)
            if out.tell() < original:
                break
        storage.save_file(f"images/{image_id}.jpg", out.getvalue())
        changes = dict(status="done", width=im.width, height=im.height)
    except Exception as e:
        changes = dict(status="failed", reason=f"{type(e).__name__}: {e}")
    finally:
        path.unlink()
    storage.update("images", image_id, **changes)


@app.post("/images", status_code=202)
async def upload(request: Request, file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    if not file.size:
        raise HTTPException(422)
    image_id = str(uuid.uuid4())
    path = request.app.state.inbox / image_id
    path.write_bytes(await file.read())
    storage.insert("images", id=image_id, status="processing")
    tasks.add_task(job, image_id, path, storage)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
async def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {
        "image_id": image_id,
        "status": row["status"],
        "width": row.get("width"),
        "height": row.get("height"),
    }
