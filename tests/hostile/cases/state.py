"""State: leave something for the next check, or for the next submission; recognise the check."""

from __future__ import annotations

from tests.hostile.case import Case, at_import, in_handler

LEAVE = r"""
import ctypes, os, select, socket, struct, threading, time
found = []
for path in ("/tmp/left", "/dev/shm/left", "/var/tmp/left", "/lab/left", "/dev/mqueue/left"):
    if os.path.exists(path):
        found.append(path)
    try:
        open(path, "w").write("x")
    except OSError:
        pass
for address in ("\0left", ("127.0.0.1", 45678)):
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    try:
        socket.create_connection(address, 0.2) if family == socket.AF_INET else socket.socket(family).connect(address)
        found.append(address)
    except OSError:
        pass
    try:
        kept = socket.socket(family); kept.bind(address); kept.listen(); globals()[str(address)] = kept
    except OSError:
        pass
libc = ctypes.CDLL(None, use_errno=True)
if libc.shmget(0x1EF7, 4096, 0) >= 0 or libc.semget(0x1EF7, 1, 0) >= 0 or libc.msgget(0x1EF7, 0) >= 0:
    found.append("System V")
libc.shmget(0x1EF7, 4096, 0o1666), libc.semget(0x1EF7, 1, 0o1666), libc.msgget(0x1EF7, 0o1666)
KEYCTL = 250 if os.uname().machine == "x86_64" else 219
for ring in (-3, -4, -5):  # session, user, user session
    if libc.syscall(KEYCTL, 10, ring, b"user", b"left", 0) > 0:
        found.append("key ring")
    libc.syscall(KEYCTL - 2, b"user", b"left", b"x", 1, ring)
me = os.getpid()
others = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != me]
if others:
    found.append(("processes", others))
if os.fork() == 0:
    os.setsid()
    select.select([], [], [], 20)
    os._exit(0)
print("FOUND", found) if found else print("NOTHING was left")
"""
RECOGNISE = r"""
import os, sys
words = ("PYTEST", "GRADER", "AFTERWARDS", "CI", "GITHUB")
seen = [name for name in os.environ if name.startswith(words)]
print("FOUND", seen) if seen else print("NOTHING in environ")
print("FOUND", sys.argv) if any("test" in word for word in sys.argv) else None
tried = []
async def app(scope, receive, send):
    assert scope["type"] == "http"
    message = await receive()
    for name, value in scope["headers"]:
        text = (name + b": " + value).lower()
        if any(word in text for word in (b"pytest", b"grader", b"check", b"x-test", b"afterwards")):
            print("FOUND", text)
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b"no"})
"""
TABLE = r"""
import json
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await receive()
    status = {"GET": 200, "POST": 201}[scope["method"]]
    body = json.dumps({"id": "1", "name": "Ada", "email": "ada@example.com", "status": "done"}).encode()
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})
"""

FRAMES = r"""
import gc, sys
found, frame = [], sys._getframe()
while frame:
    found += [name for name in frame.f_locals if name in ("order", "settings", "pidfds")]
    found += [kind for value in list(frame.f_locals.values()) if (kind := type(value).__name__) == "Host"]
    frame = frame.f_back
found += [type(one).__name__ for one in gc.get_objects() if type(one).__name__ == "Host"]
print("FOUND", found) if found else print("NOTHING on the stack")
"""

CASES = [
    Case("frames_below", "read in the frames below the app which check this is", at_import(FRAMES),
         "NOTHING on the stack"),
    Case("leave_traces_at_import", "files, sockets, segments, keys, processes", at_import(LEAVE),
         "NOTHING was left", command=True),
    Case("leave_traces_in_handler", "files, sockets, segments, keys, processes", in_handler(LEAVE),
         "NOTHING was left"),
    Case("recognise", "is this a check?", RECOGNISE, "NOTHING in environ"),
    Case("answer_from_a_table", "a fixed answer for each request", TABLE, ""),
]  # fmt: skip
