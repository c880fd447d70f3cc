"""What the suite of exercise 1 knows of users: where they are found, their mails and entries."""

from __future__ import annotations

from urllib.parse import quote

import httpx

from grader.expect import Pattern, answers, event
from grader.serving.app import Served
from grader.suites.words import addressed_to, holding
from grader.timeline import Timeline


def page_of(registered: httpx.Response) -> str:
    """Where a user is found who was registered with this answer."""
    assert registered == answers(201, id=lambda user_id: user_id is not None)
    return f"/users/{quote(str(registered.json()['id']))}"


def logged(action: str, email: str | None = None) -> Pattern:
    """An audit entry of this action; with an email, one that carries it."""
    if email is None:
        return event("audit.recorded", action, action=action)
    return event("audit.recorded", f"{action} with {email}", action=action, details=holding(email))


async def is_there(client: httpx.AsyncClient, registered: httpx.Response) -> bool:
    """Whether this registration is one, whatever became of its mail: task 4 is about that."""
    if registered.status_code != 201:
        return False
    return (await client.get(page_of(registered))).status_code == 200


def about_mail(app: Served, user: dict[str, str]) -> str:
    """A sentence on what is wrong with the mail of a user."""
    for mail in app.desk.mailer.sent:
        if "welcome" not in mail.subject.lower():
            return f"The subject was {mail.subject[:60]!r}."
        if user["name"].lower() not in mail.body.lower():
            return f"The body was {mail.body[:80]!r}: the name is not in it."
        if not addressed_to(user["email"])(mail.to):
            return f"The mail went to {mail.to[:60]!r}."
    if app.desk.mailer.sent:
        return "More than one mail was sent."
    return "No mail was sent until the background work was over."


def about_entries(timeline: Timeline, user: dict[str, str]) -> str | None:
    """A sentence on the audit entries of three users, of whom this is one; or None."""
    entries = [entry.detail for entry in timeline.of("audit.recorded")]
    named = [one for one in entries if one["action"] == "user_registered"]
    own = sum(holding(user["email"])(one["details"]) for one in named)
    if len(named) == 3 and not own:
        return "The entries are there, but the email of the user is not in them."
    return "One registration was logged more than once." if own > 1 else None
