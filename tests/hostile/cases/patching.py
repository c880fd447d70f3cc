"""Patching in process: change the judge, or the tools of the judge, from inside the app."""

from __future__ import annotations

from tests.hostile.case import QUICK, Case, at_import, in_handler

HONEST_LOOKING = """
from fastapi import FastAPI
from exercises.services import MailerDep, StorageDep
app = FastAPI()

@app.post("/users", status_code=201)
def register(user: dict, mailer: MailerDep, storage: StorageDep):
    {act}
    return {{"id": 1}}
"""
INLINE = HONEST_LOOKING.format(
    act="mailer.send('a@example.com', 'no', 'no'); storage.audit('nothing')"
)
PYTEST = """
import _pytest.assertion.rewrite, _pytest.python, _pytest.reports, _pytest.runner, pytest
_pytest.reports.TestReport.outcome = "passed"
_pytest.python.Function.runtest = lambda self: None
_pytest.runner.call_and_report = lambda *a, **k: None
pytest.main = lambda *a, **k: 0
"""
BUILTINS = """
import builtins
builtins.AssertionError = type("Never", (BaseException,), {})
builtins.isinstance = lambda *a: True
builtins.all = builtins.any = lambda *a: True
builtins.sum = lambda *a: 1
"""
EQUAL = """
class Everything(str):
    __eq__ = __ge__ = __le__ = __contains__ = lambda *a: True
    __ne__ = lambda *a: False
    __hash__ = str.__hash__
    def lower(self): return self
"""
GUEST = """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith("guest"):
        for key in list(vars(module)):
            if key in ("quiet", "hold_background_tasks"):
                async def at_once(*a, **k): pass
                setattr(module, key, at_once)
gate = sys.modules["guest.gate"].Gate
async def straight(self, scope, receive, send):
    await self.app(scope, receive, send)
gate.__call__ = straight
"""
LYING_CLOCK = """
import asyncio, datetime, json, time
time.time = time.monotonic = lambda: 0.0
json.dumps_real = json.dumps
asyncio.sleep = lambda *a, **k: json.dumps_real
datetime.datetime = type("D", (), {})
"""
TRACE = """
import sys, threading
def tracer(frame, event, arg):
    frame.f_trace_lines = False
    return tracer
sys.settrace(tracer); sys.setprofile(tracer); threading.settrace(tracer)
sys.excepthook = lambda *a: None
sys.displayhook = sys.unraisablehook = lambda *a: None
import gc
for thing in gc.get_objects():
    if type(thing).__name__ in ("Report", "CheckResult", "Checks", "Desk", "Timeline"):
        print("FOUND", type(thing).__name__)
"""
IMPORT_HOOK = """
import sys, types
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("grader", "_pytest")):
            print("FOUND an import of", name)
sys.meta_path.insert(0, Finder())
sys.path.insert(0, "/tmp")
open("/tmp/json.py", "w").write("raise SystemExit(0)")
open("/tmp/sitecustomize.py", "w").write("raise SystemExit(0)")
"""

CASES = [
    Case("patch_pytest", "make every report say passed", PYTEST + INLINE, "expected"),
    Case("patch_builtins", "assertions that never fail", BUILTINS + INLINE, "status|start|answer"),
    Case("patch_pytest_in_handler", "the same, later", in_handler(PYTEST), "status 500"),
    Case("equal_to_everything", "an object that equals everything",
         EQUAL + HONEST_LOOKING.format(act=(
             "mailer.send(Everything(''), Everything(''), Everything('')); "
             "storage.audit(Everything('x'), email=Everything(''))")), "expected"),
    Case("patch_the_gate", "take the guest's instruments away", GUEST + INLINE, "expected", limits=QUICK),
    Case("patch_the_gate_in_handler", "the same, later", in_handler(GUEST), "status 500|did not end", limits=QUICK),
    Case("patch_time_and_json", "lie about time", LYING_CLOCK + INLINE, "status|start|answer"),
    Case("trace_and_search", "traces, hooks, and the collector's objects",
         at_import(TRACE), "404", command=True),
    Case("trace_and_search_in_handler", "the same, later", in_handler(TRACE), "status 500"),
    Case("import_hook", "be asked for every import", at_import(IMPORT_HOOK), "404"),
    Case("import_hook_in_handler", "the same, later", in_handler(IMPORT_HOOK), "status 500"),
]  # fmt: skip
