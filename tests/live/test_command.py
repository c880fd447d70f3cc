"""`grader serve` at the border: what it refuses, who may ask, how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys

import httpx

from tests.live.served import PATIENCE_SECONDS, ROOT, register, serving, until

SOLUTION = "solutions/ex1/app.py"


def refused(*arguments: str) -> str:
    """What the command says when it ends at once with status 2."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "serve", *arguments],
        cwd=ROOT, text=True, capture_output=True, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    return done.stderr


def test_bad_input_is_one_line():
    """An unknown exercise, a file that is not there, a port in use."""
    assert refused("ex9") == "grader: no exercise 'ex9'; there are ex1, ex2, ex3, ex4\n"
    missing = refused("ex1", "--app", "nowhere.py")
    assert missing == (
        "grader: no such file: 'nowhere.py'; name yours: grader serve ex1 --app FILE\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused("ex1", "--port", str(port)) == (
            f"grader: port {port} is in use; give another one: grader serve ex1 --port 8080\n"
        )


def test_other_names_are_refused(solution):
    """A name that a page elsewhere made point here gets nothing: neither app, page nor stream."""
    for url in (f"{solution.app}/users/1", f"{solution.page}/", f"{solution.page}/events"):
        answer = httpx.get(url, headers={"Host": "evil.example"})
        assert answer.status_code in (400, 403)
        assert "user" not in answer.text
    page = httpx.get(solution.page, headers={"Origin": "http://evil.example"})
    assert page.status_code == 200
    assert not [name for name in page.headers if name.startswith("access-control")]


def test_only_this_machine_is_served(solution):
    """Both sockets are bound to one address of this machine."""
    for url in (solution.app, solution.page):
        port = int(url.rsplit(":", 1)[1])
        with socket.socket() as other:  # free on every other address: nobody listens there
            other.bind(("127.0.0.2", port))


def test_services_really_work(solution):
    """Mails and rows land where they land under uvicorn."""
    user = register(solution).json()
    outbox = solution.file.parent / "data" / "outbox"
    assert until(lambda: list(outbox.glob("*.eml")))
    assert httpx.get(f"{solution.app}/users/{user['id']}").json() == user


def test_it_ends_with_its_processes(tmp_path):
    """Ctrl-C ends it with status 0, also while a page is open; the port is free again."""
    with (
        serving(SOLUTION, tmp_path) as served,
        httpx.stream("GET", f"{served.page}/events") as stream,
    ):
        assert stream.status_code == 200
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(PATIENCE_SECONDS) == 0
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", int(served.app.rsplit(":", 1)[1])))
        assert "Traceback" not in "".join(served.printed)


def test_the_app_does_not_outlive_a_killed_command(tmp_path):
    """Killed without a word, it leaves no server behind."""
    with serving(SOLUTION, tmp_path) as served:
        served.process.kill()
        served.process.wait(PATIENCE_SECONDS)
        assert until(lambda: _is_closed(served.app))


def _is_closed(url: str) -> bool:
    try:
        httpx.get(f"{url}/users/1", timeout=1)
    except httpx.ConnectError:
        return True
    except httpx.HTTPError:
        return False
    return False
