"""The reports that every reporter is tried on: full, partial, hostile, broken, huge."""

from __future__ import annotations

from typing import Any

from grader.results import CheckResult, ExerciseResult, Outcome, Report

HOSTILE = (
    "::error file=a::forged\n::set-output name=result::forged\n##[error]forged"
    "\r\n```\n````\n</details></code><script>alert(1)</script>\n# heading\n| a | b |\n"
    "[link](javascript:alert(1)) <https://example.com> www.example.com @everyone *b* _i_ `"
    "]]> &#10; %0A::error::x \x00\x1b[31m\u202e\ud800\ufffe\u2028\x85end"
)


def event(kind: str, at_s: float = 0.0, **detail: Any) -> dict[str, Any]:
    return {"at_s": at_s, "kind": kind, "detail": detail}


INLINE = (
    event("request.received", method="POST", path="/users"),
    event("mail.sent", to="ada@example.com", subject="Welcome!"),
    event("response.started", status=201),
    event("response.sent", status=201),
    event("clock.slept", seconds=2.0),
)
MESSAGE = """expected   response.started ── response.sent ── mail.sent
observed   mail.sent ── response.started 201 ── response.sent
The client waited for your mailer: it ran before the response, not after it.
    File "exercises/ex1/app.py", line 7, in register"""


def check(id: str, outcome: Outcome, max_points: int, **more: Any) -> CheckResult:
    name = id.split("/")[1]
    given = {"title": f"the `{name}` of {id[:3]}, as told", "task": 2, "duration_s": 0.0312} | more
    return CheckResult(id=id, outcome=outcome, max_points=max_points, **given)


def report(*exercises: tuple[CheckResult, ...], **more: Any) -> Report:
    given = {
        "path": "work", "digest": "sha256:01", "suite_digest": "sha256:02",
        "sandbox": "bubblewrap", "grader_version": "0.1.0",
    } | more  # fmt: skip
    found = tuple(
        ExerciseResult(f"ex{number}", f"Exercise | {number}", checks)
        for number, checks in enumerate(exercises, 1)
    )
    return Report(exercises=found, **given)


def failed(id: str, max_points: int, **more: Any) -> CheckResult:
    given = {
        "message": MESSAGE, "hint": "See task 2 in exercises/ex1/README.md", "timeline": INLINE,
        "offending": (1,), "missing": ("mail.sent",), "file": "exercises/ex1/app.py",
    } | more  # fmt: skip
    return check(id, Outcome.FAILED, max_points, **given)


def full() -> Report:
    return report(
        (check("ex1/a", Outcome.PASSED, 2), check("ex1/b", Outcome.PASSED, 3)),
        (check("ex2/a", Outcome.PASSED, 5),),
    )


def partial() -> Report:
    blocked = "not reached: first make this one pass: the mail"
    return report(
        (
            check("ex1/a", Outcome.PASSED, 2),
            failed("ex1/b", 3, line=7),
            failed("ex1/c", 1),
            check("ex1/d", Outcome.NOT_REACHED, 4, message=blocked),
        ),
        (check("ex2/a", Outcome.PASSED, 5, visible=True),),
        notices=("conftest.py was not taken",),
    )


def hostile() -> Report:
    nasty = (
        event("request.received", method=HOSTILE, path=HOSTILE),
        event("task.raised", error=HOSTILE, text=HOSTILE, traceback=HOSTILE),
    )
    message = f"expected   {HOSTILE}\nobserved   {HOSTILE}\n{HOSTILE}\n    {HOSTILE}"
    return report(
        (
            failed("ex1/a", 2, message=message, hint=HOSTILE, timeline=nasty, missing=(HOSTILE,)),
            check("ex1/b", Outcome.PASSED, 3, title=HOSTILE, timeline=nasty),
            check("ex1/c", Outcome.NOT_REACHED, 1, title=f"2 {HOSTILE}", message=HOSTILE),
        ),
        path=HOSTILE,
        notices=(HOSTILE,),
    )


def broken() -> Report:
    words = "the grader failed, not you: OSError: [Errno 28]"
    wrong = check("ex1/b", Outcome.ERROR, 3, message=words)
    return report((check("ex1/a", Outcome.PASSED, 2), wrong))


def huge() -> Report:
    """Four exercises of 30 checks, each with a message that is longer than any venue shows."""
    message = "\n".join(["ä" * 999] * 5)
    more = {"message": message, "timeline": INLINE * 40}
    checks = tuple(failed(f"ex1/c{i}", 1, **more) for i in range(120))
    return report(checks[:30], checks[30:60], checks[60:90], checks[90:])


CASES = {"full": full, "partial": partial, "hostile": hostile, "broken": broken, "huge": huge}
