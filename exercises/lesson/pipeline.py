"""Page 7: several steps, with a status that always says what is true."""

import time
from typing import Any

from fastapi import APIRouter, BackgroundTasks, HTTPException

from exercises.lesson.console import say
from exercises.services import StorageDep, get_storage

STEPS = ("validate", "enrich", "publish")

router = APIRouter()


@router.post("/tasks/{task_id}/pipeline", status_code=202)
def start_pipeline(
    task_id: int, background: BackgroundTasks, storage: StorageDep, fail_at: str = ""
) -> dict[str, Any]:
    if storage.get("tasks", task_id) is None:
        raise HTTPException(404, "no such task")
    run_id = storage.insert("pipelines", task_id=task_id, status="pending", step=None)
    background.add_task(run_pipeline, run_id, fail_at)
    return {"task_id": task_id, "status": "pending"}


@router.get("/tasks/{task_id}/pipeline/status")
def pipeline_status(task_id: int, storage: StorageDep) -> dict[str, Any]:
    runs = storage.find("pipelines", task_id=task_id)
    if not runs:
        raise HTTPException(404, "no pipeline for this task")
    newest = runs[-1]
    return {name: newest.get(name) for name in ("task_id", "status", "step", "reason")}


def run_pipeline(run_id: int, fail_at: str = "") -> None:
    storage = get_storage()
    try:
        for step in STEPS:
            storage.update("pipelines", run_id, status="running", step=step)
            say(f"pipeline {run_id}: {step}")
            do_step(step, fail_at)
    except Exception as error:
        storage.update("pipelines", run_id, status="failed", reason=str(error))
        say(f"pipeline {run_id}: failed, {error}")
    else:
        storage.update("pipelines", run_id, status="done", step=None)
        say(f"pipeline {run_id}: done")


def do_step(step: str, fail_at: str) -> None:
    time.sleep(1)
    if step == fail_at:
        raise ValueError(f"cannot {step}")
