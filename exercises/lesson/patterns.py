"""Page 8: a confirmation by mail, and an audit log of who did what."""

from typing import Any

from fastapi import APIRouter, BackgroundTasks, HTTPException
from pydantic import BaseModel, EmailStr

from exercises.lesson.console import say
from exercises.services import MailError, StorageDep, get_mailer, get_storage

router = APIRouter()


class Order(BaseModel):
    item: str
    email: EmailStr


@router.post("/orders", status_code=201)
def place_order(order: Order, background: BackgroundTasks, storage: StorageDep) -> dict[str, Any]:
    order_id = storage.insert("orders", item=order.item, email=order.email)
    background.add_task(confirm, order_id, order)
    return {"order_id": order_id, "item": order.item}


def confirm(order_id: int, order: Order) -> None:
    try:
        get_mailer().send(order.email, f"Order {order_id}", f"You ordered: {order.item}")
    except MailError as error:
        get_storage().audit("confirmation_failed", order_id=order_id, reason=str(error))
        say(f"order {order_id}: no confirmation, {error}")
    else:
        say(f"order {order_id}: confirmed")


@router.post("/users", status_code=201)
def add_user(name: str, storage: StorageDep) -> dict[str, Any]:
    return {"id": storage.insert("members", name=name, active=True), "name": name}


@router.delete("/users/{user_id}", status_code=204)
def delete_user(user_id: int, background: BackgroundTasks, storage: StorageDep) -> None:
    user = storage.get("members", user_id)
    if user is None or not user["active"]:
        raise HTTPException(404, "no such user")
    storage.update("members", user_id, active=False)
    background.add_task(log_deletion, user_id, user["name"])


def log_deletion(user_id: int, name: str) -> None:
    get_storage().audit("user_deleted", user_id=user_id, name=name)
    say(f"audit log: user {user_id} deleted")
