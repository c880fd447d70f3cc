"""Page 6: a task that raises, and how the others still run."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, BackgroundTasks

from exercises.lesson.console import say
from exercises.services import get_storage

router = APIRouter()


@router.post("/risky", status_code=202)
def risky(background: BackgroundTasks, careful: bool = False) -> dict[str, str]:
    for step in (warm_up, explode, clean_up):
        if careful:
            background.add_task(carefully, step)
        else:
            background.add_task(step)
    return {"message": "accepted"}


def warm_up() -> None:
    say("warming up")


def explode() -> None:
    say("about to fail")
    raise RuntimeError("the partner is down")


def clean_up() -> None:
    get_storage().audit("cleaned_up")
    say("cleaned up")


def carefully(work: Callable[..., None], *args: Any) -> None:
    """Run `work`; when it fails, write that down instead of raising."""
    try:
        work(*args)
    except Exception as error:
        get_storage().audit("task_failed", task=work.__name__, reason=str(error))
        say(f"{work.__name__} failed: {error}")
