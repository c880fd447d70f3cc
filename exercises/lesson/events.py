"""Page 10: one event, delivered to many subscribers."""

import asyncio
from typing import Any

import httpx
from fastapi import APIRouter, BackgroundTasks
from pydantic import BaseModel, HttpUrl

from exercises.lesson.console import say
from exercises.services import StorageDep, get_storage

router = APIRouter()


class Event(BaseModel):
    name: str
    payload: dict[str, Any] = {}


@router.post("/subscribers", status_code=201)
def subscribe(url: HttpUrl, storage: StorageDep) -> dict[str, Any]:
    return {"id": storage.insert("subscribers", url=url), "url": str(url)}


@router.post("/events", status_code=202)
def publish(event: Event, background: BackgroundTasks, storage: StorageDep) -> dict[str, int]:
    urls = [row["url"] for row in storage.find("subscribers")]
    background.add_task(deliver_to_all, event, urls)
    return {"subscribers": len(urls)}


@router.post("/inbox", status_code=204)
def receive(event: Event) -> None:
    say(f"got {event.name}", who="Subscriber")


async def deliver_to_all(event: Event, urls: list[str]) -> None:
    async with httpx.AsyncClient(timeout=2) as client:
        await asyncio.gather(*(deliver(client, event, url) for url in urls))


async def deliver(client: httpx.AsyncClient, event: Event, url: str) -> None:
    """Deliver to one subscriber. Never raises: one that fails must not stop the others."""
    try:
        answer = await client.post(url, json=event.model_dump())
        answer.raise_for_status()
    except httpx.HTTPError as error:
        get_storage().audit("event_failed", url=url, event=event.name, reason=str(error))
        say(f"{event.name} did not reach {url}")
    else:
        get_storage().audit("event_delivered", url=url, event=event.name)
        say(f"{event.name} reached {url}")
