"""What the suite of exercise 3 knows of rows: the status in an answer, and reasons."""

from __future__ import annotations

from typing import Any

import httpx

from grader.expect import short

GIVEN = ("photo.jpg", "image/jpeg", "image/png", "failed")
OWN_COLUMNS = ("id", "image_id", "status")


def has_reason(row: dict[str, Any] | None) -> bool:
    """Whether the row of a failed image says why, in words that are not the upload's own."""
    columns = (row or {}).items()
    texts = [v for k, v in columns if isinstance(v, str) and k not in OWN_COLUMNS]
    return any(text.strip() and text not in GIVEN for text in texts)


def status_of(found: httpx.Response) -> Any:
    """The field `status` of a JSON answer; None where it has none."""
    try:
        body = found.json()
    except (ValueError, RecursionError):
        return None
    return body.get("status") if isinstance(body, dict) else None


def why_failed(found: httpx.Response, row: dict[str, Any] | None) -> str | None:
    """What the row of an image gives as the reason when the app made it `failed`, or None."""
    if status_of(found) != "failed":
        return None
    told = (f"{k}={v!r}" for k, v in (row or {}).items() if v is not None and k not in OWN_COLUMNS)
    return f"Your app made the row `failed`; the row has {short(', '.join(told)) or 'no reason'}."
