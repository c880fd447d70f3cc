"""A case: one attack, as a complete app file, and the plain line that it gets."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import dedent, indent

from grader.serving.limits import Limits

SHORT = Limits(exercise_s=3.0)
"""What a case gets: the limits of students, except that a slow attack is seen on fewer checks."""

QUICK = Limits(start_s=2.0, request_s=1.0, check_s=2.0, exercise_s=3.0)
"""For apps that hang: the same rules, sooner."""

ANSWER_500 = """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await receive()
    if not tried:
        tried.append(True)
        result = attack()
        if hasattr(result, "__await__"):
            await result
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b"no"})
"""

IN_TASK = """
from fastapi import BackgroundTasks, FastAPI

app = FastAPI()

@app.post("/users", status_code=201)
def register(tasks: BackgroundTasks):
    tasks.add_task(attack)
    return {"id": "1"}
"""

RAW = """
import itertools, json, os, socket, threading, time

def listener():
    for fd in range(3, 256):
        try:
            sock = socket.socket(fileno=os.dup(fd))
            if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return sock
        except OSError:
            pass

def request(conn):
    data = b""
    while b"\\r\\n\\r\\n" not in data:
        data += conn.recv(65536)
    return data

def serve():
    while True:
        conn, _ = server.accept()
        threading.Thread(target=guarded, args=(conn,), daemon=True).start()

def guarded(conn):
    try:
        answer(conn, request(conn))
        conn.close()
    except OSError:
        pass

def say_ready():
    \"\"\"Tell the grader that the app answers, as the guest's server would.\"\"\"
    import sys
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        frame = frame.f_back
    frame.f_locals["channel"].call("app.ready")

server = listener()
for _ in range(4):
    threading.Thread(target=serve, daemon=True).start()
say_ready()
time.sleep(30)
"""


@dataclass(frozen=True, slots=True)
class Case:
    """`says` is a regular expression that some message of the report must match.

    Letter case is ignored.
    `command`: run through the real command as well, with the limits that students get.
    """

    name: str
    idea: str
    app: str
    says: str = ""
    exercise: str = "ex1"
    limits: Limits = SHORT
    command: bool = False
    beside: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def at_import(code: str) -> str:
    """An app that attacks while it is imported, and then answers 404 to everything."""
    return f"{dedent(code)}\nfrom fastapi import FastAPI\napp = FastAPI()\n"


def in_handler(code: str) -> str:
    """An app that attacks in its first request, then answers 500 to everything."""
    body = indent(dedent(code), "    ")
    return f"tried = []\ndef attack():\n{body}\n    return None\n{ANSWER_500}"


def in_task(code: str) -> str:
    """An app that answers 201 and attacks in a background task."""
    return f"def attack():\n{indent(dedent(code), '    ')}\n{IN_TASK}"


def raw(code: str) -> str:
    """An app that takes the listening socket and answers in its own bytes: `answer(conn, head)`."""
    return f"{dedent(code)}\n{RAW}"
