"""Hostile messages to the fakes: forge what the guest says, flood it, or block who listens."""

from __future__ import annotations

from tests.hostile.case import QUICK, Case, at_import, in_handler

DOOR = r"""
import array, json, os, socket, struct, threading, time
def door():
    return socket.socket(fileno=os.dup(61))  # guest/host.py, DOOR
def line():
    ours, theirs = socket.socketpair()
    socket.send_fds(DOOR, [b"+"], [theirs.fileno()])
    return ours, theirs
def frame(message, blob=b""):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack(">II", len(body), len(blob)) + body + blob
def call(name, number=1, **args):
    return {"call": name, "id": number, "request": 1, "args": args}
def attempt(act):
    try:
        return act()
    except OSError:
        pass
DOOR = door()
DOOR.setblocking(False)
"""
FORGE_EVENTS = DOOR + r"""
ours, theirs = line()
forged = [call("request.finished"), call("response.held"), call("app.ready"), call("response.sent", status=201),
          call("mail.sent", to="a"), call("check.passed", points=25), call("report", points=25),
          call("clock.sleep", seconds=-5.0), call("clock.sleep", seconds=1e300), call("clock.sleep", seconds="1"),
          call("task.raised", error="x", text="y", traceback="z"), call("__class__"), call("answer"),
          {"call": "mail.send"}, [], None, 7, "x", {}, {"call": ["mail.send"], "id": -1},
          {"call": "request.finished", "id": 2**70, "request": 1.5, "args": []}]
for message in forged * 3:
    attempt(lambda: ours.sendall(frame(message)))
ours.settimeout(1)
attempt(lambda: ours.recv(1 << 20))
"""
BAD_FRAMES = DOOR + r"""
bad = [b"\xff" * 8 + b"x" * 100, struct.pack(">II", 1 << 31, 0), struct.pack(">II", 2, 1 << 31) + b"{}",
       frame(b"[" * 60_000), frame(b"{" * 100), frame(b"NaN"), frame(b'{"call": "clock.sleep", "id": 1, "request": 1, "args": {"seconds": NaN}}'),
       frame(b'{"call": "storage.insert", "id": 1, "request": 1, "args": {"table": "t", "row": {"x": 1e999}}}'),
       frame(b"9" * 60_000), frame(b'"\xff"'), frame(b"\xff\xfe"), b"\0" * 8, struct.pack(">II", 5, 0) + b"{"]
for data in bad:
    ours, theirs = line()
    attempt(lambda: ours.sendall(data))
    ours.settimeout(0.3)
    attempt(lambda: ours.recv(1000))
    ours.close(), theirs.close()
"""
FLOOD = DOOR + r"""
ours, theirs = line()
data = frame({**call("storage.audit", action="x", details={"a": "b"}), "again": True}) * 500
def read():
    while attempt(lambda: ours.recv(1 << 20)): pass
threading.Thread(target=read, daemon=True).start()
for _ in range(200):
    if attempt(lambda: ours.sendall(data)) is not None: break
"""
FAT_FLOOD = DOOR + r"""
def fill():
    ours, theirs = line()
    def read():
        while attempt(lambda: ours.recv(1 << 20)): pass
    threading.Thread(target=read, daemon=True).start()
    blob = b"x" * (15 << 20)
    for number in range(20):
        message = call("web.request", number, method="POST", url="http://a.example/", headers=[])
        attempt(lambda: ours.sendall(frame({**message, "again": True}, blob)))
        attempt(lambda: ours.sendall(frame({**call("mail.send", number, to="a", subject="s", body="x" * 19_000), "again": True}) * 50))
threads = [threading.Thread(target=fill, daemon=True) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join(4)
"""
HALF_FRAMES = DOOR + r"""
kept = []
for _ in range(32):
    ours, theirs = line()
    ours.setblocking(False)
    kept.append((ours, theirs))
start = struct.pack(">II", 2, 16 << 20) + b"{}"
data = start + b"x" * ((16 << 20) - 1)
sent = [0] * 32
ends = time.time() + 3
while time.time() < ends and any(place < len(data) for place in sent):
    for number, (ours, _) in enumerate(kept):
        try:
            sent[number] += ours.send(data[sent[number]:sent[number] + (1 << 18)])
        except BlockingIOError:
            pass
        except OSError:
            sent[number] = len(data)
"""
BLOCKING = DOOR + r"""
ours, theirs = line()
ours.sendall(frame(call("storage.save_file", 1, path="big.bin"), b"x" * (8 << 20)))
ours.settimeout(2)
attempt(lambda: ours.recv(1000))
ours.sendall(frame(call("storage.read_file", 2, path="big.bin")) * 3)
ends = time.time() + 3
while time.time() < ends:  # the description is shared: the grader's end becomes a blocking one
    os.set_blocking(theirs.fileno(), True)
"""
STEAL = DOOR + r"""
ours, theirs = line()
theirs_too = theirs.dup()
theirs_too.settimeout(0.001)
ends = time.time() + 3
while time.time() < ends:
    os.set_blocking(theirs.fileno(), True)
    attempt(lambda: ours.send(b"\0"))
    attempt(lambda: theirs_too.recv(10, socket.MSG_DONTWAIT))
"""
DESCRIPTORS = DOOR + r"""
import tempfile
things = [os.open("/dev/null", os.O_RDWR), os.open("/dev/zero", os.O_RDONLY), *os.pipe(), DOOR.fileno(), 0, 1,
          os.open("/tmp", os.O_RDONLY), socket.socket().fileno(), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).detach()]
listener = socket.socket(socket.AF_UNIX); listener.bind("\0x"); listener.listen()
things += [listener.fileno(), socket.socket(socket.AF_UNIX).detach(), os.eventfd(0)]
os.mkfifo("/tmp/fifo"); things.append(os.open("/tmp/fifo", os.O_RDWR))
for thing in things:
    attempt(lambda: socket.send_fds(DOOR, [b"+"], [thing]))
for _ in range(20):
    attempt(lambda: socket.send_fds(DOOR, [b"+"], [things[0]] * 250))
for _ in range(1000):
    ours, theirs = socket.socketpair()
    attempt(lambda: socket.send_fds(DOOR, [b"+"], [theirs.fileno()] * 2))
    ours.close(), theirs.close()
for _ in range(10_000):
    attempt(lambda: DOOR.send(b"+" * 100))
"""
ALL_ROWS = DOOR + r"""
ours, theirs = line()
ours.settimeout(2)
for number in range(150):
    ours.sendall(frame(call("storage.insert", number, table="t", row={"x": "y" * 40_000})))
    attempt(lambda: ours.recv(1000))
data = frame({**call("storage.find", 1, table="t", where={}), "again": True}) * 1000
def read():
    while attempt(lambda: ours.recv(1 << 20)): pass
threading.Thread(target=read, daemon=True).start()
attempt(lambda: ours.sendall(data))
"""
WRONG_TYPES = DOOR + r"""
ours, theirs = line()
odd = [[], {}, None, True, 1.5, "\ud800", "9" * 4000, -1, {"a": [1]}, [[[]]], 10**400]
names = ["mail.send", "storage.insert", "storage.update", "storage.get", "storage.find", "storage.save_file",
         "storage.read_file", "storage.audit", "web.request", "task.raised", "image.decoded", "app.failed"]
keys = ["to", "subject", "body", "table", "row", "row_id", "changes", "where", "path", "action", "details",
        "method", "url", "headers", "error", "text", "traceback", "pixels"]
def read():
    while attempt(lambda: ours.recv(1 << 20)): pass
threading.Thread(target=read, daemon=True).start()
for name in names:
    for value in odd:
        args = [{key: value for key in keys}, {"table": "t", "row": {"id": value, "status": value}},
                {"table": "t", "where": {"id": value}}, {"to": "a", "subject": "b", "body": value},
                {"table": "t", "row_id": "1", "changes": {"status": value, "id": value}},
                {"action": "user_registered", "details": {"email": value, "action": value}},
                {"method": "GET", "url": value, "headers": []},
                {"method": "\n\0 \ud800", "url": "http://[::1", "headers": [["a\n", "\ud800"]]},
                {"method": "POST", "url": "http://a.example:99999/", "headers": [["host", "b"]]},
                {"method": "POST", "url": "http://\u2025.example/%zz", "headers": [["content-length", "-5"]]}]
        for one in args:
            attempt(lambda: ours.sendall(frame({**call(name, 1), "args": one})))
time.sleep(0)
"""
GROWING_ROW = """
from exercises.services import get_storage
storage = get_storage()
row = storage.insert("t")
try:
    for number in range(400):
        storage.update("t", row, **{f"c{number}": "x" * 59_000})
except Exception as error:
    print("REFUSED", error)
"""
ROWS_OF_NOTHING = DOOR + r"""
ours, theirs = line()
ours.settimeout(2)
def send(number, name, **args):
    ours.sendall(frame(call(name, number, **args)))
    size, more = struct.unpack(">II", ours.recv(8, socket.MSG_WAITALL))
    return json.loads(ours.recv(size, socket.MSG_WAITALL))
item, kept = {"": 0}, 0
for number in range(200):
    name, args = [("storage.insert", {"table": "users", "row": {"x": [item] * 7_000}}),
                  ("storage.audit", {"action": "x", "details": {"x": [[]] * 15_000}}),
                  ("web.request", {"method": "GET", "url": "http://a.example/", "headers": [["a%d" % n, ""] for n in range(200)]}),
                  ][number % 3]
    kept += send(number, name, **args).get("text") != "too much was sent in one check"
print("KEPT", "few" if kept < 40 else "MANY", "values")
"""
FAT_MAILS = """
from exercises.services import get_mailer
for _ in range(60):
    get_mailer().send("a@example.com", "s", "\\U0001F600" * 15_000)
"""

CASES = [
    Case("forged_events_at_import", "say that everything went well", at_import(FORGE_EVENTS), ""),
    Case("forged_events_in_handler", "say that everything went well", in_handler(FORGE_EVENTS), "",
         command=True),
    Case("bad_frames", "huge, deep and broken frames", in_handler(BAD_FRAMES), ""),
    Case("flood", "100,000 messages", in_handler(FLOOD), "", limits=QUICK),
    Case("fat_flood", "1.2 GB of files and mails", in_handler(FAT_FLOOD), "", limits=QUICK),
    Case("half_frames", "32 frames of 16 MB, without their last byte", in_handler(HALF_FRAMES), "", limits=QUICK),
    Case("all_rows", "small questions with huge answers", in_handler(ALL_ROWS), "", limits=QUICK),
    Case("blocking_line", "make the grader's own write block", in_handler(BLOCKING), "", limits=QUICK),
    Case("stolen_bytes", "make the grader's own read block", in_handler(STEAL), "", limits=QUICK),
    Case("passed_descriptors", "pass files, pipes, listeners, a thousand sockets", in_handler(DESCRIPTORS), "",
         limits=QUICK),
    Case("growing_row", "a row that the timeline keeps as it was at each update", at_import(GROWING_ROW),
         "REFUSED the row is too large"),
    Case("rows_of_nothing", "a million empty lists and dictionaries, in rows, entries and headers",
         at_import(ROWS_OF_NOTHING), "KEPT few"),
    Case("fat_mails", "fill the report", at_import(FAT_MAILS), ""),
    Case("wrong_types_at_import", "every argument of every call, with every type", at_import(WRONG_TYPES), ""),
    Case("wrong_types_in_handler", "every argument of every call, with every type", in_handler(WRONG_TYPES), ""),
]  # fmt: skip
