"""Hanging: a grader that waits gives no verdict."""

from __future__ import annotations

from tests.hostile.case import QUICK, Case, at_import, in_handler, in_task

HANG = """
import signal, time
for number in set(range(1, 65)) - {9, 19, 32, 33}:
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
ends = time.monotonic() + 30
while time.monotonic() < ends:
    pass
"""

CASES = [
    Case("hang_at_import", "never finish importing", at_import("import threading; threading.Event().wait(30)"),
         "did not start within 2 s", limits=QUICK),
    Case("hang_at_import_deaf", "busy, and deaf to signals", at_import(HANG),
         "did not start within 2 s", limits=QUICK),
    Case("hang_in_handler", "never answer", in_handler("import threading; threading.Event().wait(30)"),
         "no answer within 1 s", limits=QUICK),
    Case("hang_in_handler_deaf", "busy, and deaf to signals", in_handler(HANG),
         "no answer within 1 s", limits=QUICK),
    Case("hang_in_task", "never finish the background work",
         in_task("import threading; threading.Event().wait(30)"),
         "did not end within 2 s", limits=QUICK),
    Case("hang_in_repr", "hang whoever prints the error",
         in_handler("""
             import threading
             class Slow(Exception):
                 def __str__(self): threading.Event().wait(30); return "x"
                 __repr__ = __str__
             raise Slow
         """), "no answer within 1 s|did not end", limits=QUICK),
    Case("hang_in_metaclass", "hang whoever looks at `app`",
         """
import threading
class Slow(type):
    def __getattribute__(cls, name): threading.Event().wait(30)
class app(metaclass=Slow):
    pass
""", "start", limits=QUICK),
    Case("hang_in_lifespan", "start for ever",
         """
import asyncio
from contextlib import asynccontextmanager
from fastapi import FastAPI
@asynccontextmanager
async def lifespan(app):
    await asyncio.get_running_loop().create_future()
    yield
app = FastAPI(lifespan=lifespan)
""", "did not start within 2 s", limits=QUICK),
    Case("stop_self", "stop the process without ending it",
         in_handler("import os, signal; os.kill(os.getpid(), signal.SIGSTOP); import threading; threading.Event().wait(30)"),
         "no answer within 1 s", limits=QUICK),
    Case("vfork_and_wait", "a child that holds its parent",
         in_handler("import subprocess; subprocess.run(['/bin/sleep', '30'])"),
         "no answer within 1 s", limits=QUICK),
]  # fmt: skip
