"""Another Python process, with a time limit, makes the thumbnail."""

import subprocess
import sys
import uuid

from fastapi import BackgroundTasks, FastAPI, HTTPException, UploadFile

from exercises.services import StorageDep, StorageError

app = FastAPI()

CHILD = r"""
import io, sys, struct
from PIL import Image, ImageOps
im = Image.open(sys.stdin.buffer)
if im.width * im.height > 25_000_000:
    sys.exit("too many pixels")
im = ImageOps.exif_transpose(im).convert("RGB")
im.thumbnail((256, 256))
out = io.BytesIO()
im.save(out, "JPEG", quality=80)
sys.stdout.buffer.write(struct.pack("!HH", *im.size) + out.getvalue())
"""


def run(image_id, data, storage):
    import struct
    p = subprocess.run([sys.executable, "-c", CHILD], input=data, capture_output=True, timeout=8)
    if p.returncode:
        lines = p.stderr.decode(errors="replace").strip().splitlines()
        storage.update("images", image_id, status="failed", reason=lines[-1] if lines else "crashed")
        return
    w, h = struct.unpack("!HH", p.stdout[:4])
    try:
        storage.save_file(f"images/{image_id}.jpg", p.stdout[4:])
    except StorageError as e:
        storage.update("images", image_id, status="failed", reason=str(e))
        return
    storage.update("images", image_id, status="done", width=w, height=h)


@app.post("/images", status_code=202)
def upload(file: UploadFile, tasks: BackgroundTasks, storage: StorageDep):
    if not (file.content_type or "").startswith("image/"):
        raise HTTPException(415)
    data = file.file.read()
    if not data:
        raise HTTPException(422)
    image_id = str(uuid.uuid4())
    storage.insert("images", id=image_id, status="processing")
    tasks.add_task(run, image_id, data, storage)
    return {"image_id": image_id}


@app.get("/images/{image_id}")
def show(image_id: str, storage: StorageDep):
    row = storage.get("images", image_id)
    if row is None:
        raise HTTPException(404)
    return {"image_id": image_id, "status": row["status"], "width": row.get("width"), "height": row.get("height")}
