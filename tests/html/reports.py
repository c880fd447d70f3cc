"""Reports to draw: one as a student gets it, one full of hostile text, one far too large."""

from __future__ import annotations

from typing import Any

from grader.results import CheckResult, ExerciseResult, Outcome, Report

HOSTILE = "</style></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'\u202e\x1b[31m&"


def event(kind: str, at_s: float = 0.0, **detail: Any) -> dict[str, Any]:
    return {"at_s": at_s, "kind": kind, "detail": detail}


INLINE = (
    event("request.received", method="POST", path="/users"),
    event("row.inserted", table="users", row={"id": 1}),
    event("mail.sent", to="ada@example.com", subject="Welcome!", body="Hello"),
    event("response.started", status=201),
    event("response.sent", status=201),
    event("clock.slept", seconds=2.0),
    event("audit.recorded", 2.0, action="user_registered", details={}),
    event("request.finished", 2.0),
)
MESSAGE = """expected   response.started ── response.sent ── mail.sent
observed   mail.sent ── response.started 201 ── response.sent
The client waited for your mailer: it ran before the response, not after it.
    File "app.py", line 7, in register
your app printed:
    hello"""


def check(name: str, outcome: Outcome, **more: Any) -> CheckResult:
    given = {"title": f"the `{name}`", "task": 2, "max_points": 5, "timeline": INLINE} | more
    return CheckResult(id=f"ex1/{name}", outcome=outcome, **given)


def report(*checks: CheckResult, **more: Any) -> Report:
    given = {
        "path": "work", "digest": "sha256:0123456789abcdef", "suite_digest": "sha256:1",
        "sandbox": "bubblewrap", "grader_version": "0.1.0",
    } | more  # fmt: skip
    return Report(exercises=(ExerciseResult("ex1", "Welcome email", checks),), **given)


def usual() -> Report:
    return report(
        check("mail_after_response", Outcome.FAILED, message=MESSAGE, hint="See task 2",
              offending=(2,), missing=("mail.sent",)),
        check("registers", Outcome.PASSED),
        check("later", Outcome.NOT_REACHED, message="not reached: first another", timeline=()),
        check("broken", Outcome.ERROR, message="the grader failed, not you: OSError", timeline=()),
        notices=("conftest.py was not taken",),
    )  # fmt: skip


def hostile() -> Report:
    nasty = (
        event("request.received", method=HOSTILE, path=HOSTILE),
        event("mail.sent", to=HOSTILE, subject=HOSTILE, body=HOSTILE),
        event("row.updated", table=HOSTILE, changes={"status": HOSTILE, HOSTILE: HOSTILE}),
        event("task.raised", error=HOSTILE, text=HOSTILE, traceback=HOSTILE),
        event(HOSTILE, **{HOSTILE: HOSTILE}),
        *(event("clock.slept", odd, seconds=odd) for odd in (10**400, float("nan"), HOSTILE, None)),
        {"kind": None, "at_s": [], "detail": HOSTILE},
        {},
    )
    message = f"expected   {HOSTILE}\nobserved   {HOSTILE}\n{HOSTILE}\n    {HOSTILE}"
    shown = {"timeline": nasty, "message": f"{message}\nyour app printed:\n    {HOSTILE}"}
    return report(
        check("a", Outcome.FAILED, hint=HOSTILE, missing=(HOSTILE,), offending=(1, 99), **shown),
        check("b", Outcome.PASSED, title=HOSTILE, timeline=nasty),
        check("c", Outcome.NOT_REACHED, title=HOSTILE, message=HOSTILE),
        path=HOSTILE,
        notices=(HOSTILE,),
    )


def huge() -> Report:
    many = tuple(
        event("row.inserted" if i % 2 else "audit.recorded", i / 10, table="x" * 500, action="y")
        for i in range(400)
    )
    printed = "expected   a\nobserved   b\nc.\nyour app printed:\n    " + "z" * 100_000
    failed = [
        check(f"f{i}", Outcome.FAILED, timeline=many, message=printed, offending=(1,))
        for i in range(35)
    ]
    passed = [check(f"p{i}", Outcome.PASSED, timeline=many) for i in range(35)]
    return report(*failed, *passed)


def crowded() -> Report:
    """Words that have little room, a second request while the first one's work goes on."""
    mails = [event("mail.sent", to=to) for to in ("ada@example.com", "X3E7A77CF@EXAMPLE.COM")]
    first = (
        event("request.received", method="POST", path="/users"),
        event("row.inserted", table="users", row={"id": 1}),
        event("response.sent", status=201),
    )
    second = (
        event("request.received", method="POST", path="/users"),
        mails[0],
        event("audit.recorded", action="user_registered"),
        mails[1],
        event("response.sent", status=409),
        event("request.finished"),
        event("request.finished"),
        event("row.updated", table="reports", changes={"status": "done"}),
    )
    message = "expected   row.updated done in `reports`\nobserved   nothing\nSee `reports`."
    return report(
        check("second", Outcome.FAILED, timeline=(*first, *second), message=message,
              offending=(4,)),
        check("long", Outcome.FAILED, timeline=(*first, *second[:4] * 3), message=message,
              offending=(14,)),
        path="/home/ada/course/submissions/ada",
    )  # fmt: skip
