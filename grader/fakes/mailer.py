"""FakeMailer: sends nothing, remembers everything, fails when told to."""

from __future__ import annotations

from dataclasses import dataclass

from grader.fakes.calls import Send
from grader.fakes.clock import FakeClock
from grader.fakes.faults import Faults


class MailError(Exception):
    """Stands for `exercises.services.MailError` in the app."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it left the app."""

    to: str
    subject: str
    body: str


class FakeMailer:
    """The mailer behind `exercises.services`; `sent` is what has left, oldest first."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.faults = Faults()
        self.sent: list[Mail] = []

    def fail_next(self, times: int = 1) -> None:
        """Make the next `times` sends raise MailError in the app."""
        self.faults.fail_next(times)

    def slow(self) -> None:
        """Make each send take a while: what does not wait for it overtakes it."""
        self.faults.slow()

    def send(self, args: Send, _blob: bytes) -> tuple[None, bytes]:
        """Take one mail from the app."""
        mail = Mail(args.to, args.subject, args.body)
        if self.faults.fails():
            self._clock.record("mail.refused", to=mail.to, subject=mail.subject, body=mail.body)
            raise MailError("the mail server does not answer")
        self.sent.append(mail)
        self._clock.record("mail.sent", to=mail.to, subject=mail.subject, body=mail.body)
        return None, b""
