"""Page 2: one task, and several in order."""

import time
from typing import Any

from fastapi import APIRouter, BackgroundTasks

from exercises.lesson.console import say
from exercises.services import StorageDep, get_mailer, get_storage

router = APIRouter()


@router.post("/tasks", status_code=201)
def create_task(title: str, background: BackgroundTasks, storage: StorageDep) -> dict[str, Any]:
    task_id = storage.insert("tasks", title=title)
    background.add_task(write_audit, task_id)
    background.add_task(update_index, task_id, title)
    background.add_task(notify_team, title)
    background.add_task(count_task)
    return {"id": task_id, "title": title}


@router.get("/logs/audit")
def read_audit(storage: StorageDep) -> list[dict[str, Any]]:
    return storage.audit_log()


def write_audit(task_id: int) -> None:
    get_storage().audit("task_created", task_id=task_id)
    say(f"audit log: task {task_id} created")


def update_index(task_id: int, title: str) -> None:
    get_storage().insert("search_index", task_id=task_id, words=title.lower().split())
    say(f"search index: {title}")


def notify_team(title: str) -> None:
    time.sleep(1)
    get_mailer().send("team@example.com", f"New task: {title}", "Have a look.")
    say("team notified")


def count_task() -> None:
    get_storage().insert("analytics", event="task_created")
    say("analytics: counted")
