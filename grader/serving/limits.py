"""Every limit of a graded run, in one place."""

from __future__ import annotations

from dataclasses import asdict, dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of real time, bytes, and counts. Virtual time costs none of them."""

    start_s: float = 10.0  # from fork until the server answers
    request_s: float = 5.0  # one request, first byte to last
    check_s: float = 10.0  # one check, start of its app included
    exercise_s: float = 120.0  # all checks of one exercise
    memory: int = 512 * MEGABYTE  # all processes of one app together
    tmp: int = 16 * MEGABYTE  # all of /tmp, and all of /dev/shm
    file: int = 16 * MEGABYTE  # one file, and one file that is saved with the storage
    processes: int = 64  # processes and threads
    open_files: int = 256
    cpu: int = 20  # seconds of processor time of one process
    output: int = 64 << 10  # what is kept of prints
    response: int = MEGABYTE  # one response
    message: int = 64 << 10  # one message to the fakes, files apart
    grading: int = 1024 * MEGABYTE  # what a grading process may take to look at what an app made

    def for_guest(self) -> dict[str, int]:
        """The ones that the app's process is bound by from inside."""
        names = ("memory", "tmp", "file", "processes", "open_files", "cpu")
        return {name: value for name, value in asdict(self).items() if name in names}


LIMITS = Limits()
