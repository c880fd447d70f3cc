"""Every command of a page is typed, and every line that a page shows is seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.lesson.pages import Block, blocks, pages
from tests.lesson.terminal import SERVERS, Server, Terminal

STARTS_SERVER = {"README.md", "11-lost-on-restart.md"}
RUN = [page for page in pages() if any(block.kind == "console" for block in blocks(page))]


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_a_page_is_followed_to_its_end(page: Path, terminal: Terminal) -> None:
    """From top to bottom: each command answers as shown, the server prints what is shown."""
    if page.name not in STARTS_SERVER:
        terminal.serve("uvicorn exercises.lesson.main:app")
    follow(page, terminal)


def follow(page: Path, terminal: Terminal) -> None:
    """Type what a page says; after each step look at what the newest server printed."""
    seen: dict[Server, int] = {}
    for block in blocks(page):
        if block.kind == "console":
            for command, expected in commands(block):
                if command.split()[0] in SERVERS:
                    terminal.serve(command)
                else:
                    terminal.type(command, expected)
        if block.kind == "server":
            server = list(terminal.servers.values())[-1]
            for line in block.text.splitlines():
                seen[server] = server.wait_for(line, seen.get(server, 0))


def commands(block: Block) -> list[tuple[str, str]]:
    """Each command of a block, with the output that stands below it."""
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    pairs = [part.split("\n", 1) for part in parts]
    return [(re.sub(r"\s+# .*", "", command), rest.strip("\n")) for command, rest in pairs]


def test_the_walk_through_in_one_go(terminal: Terminal) -> None:
    """Create a task, read the audit log, run a pipeline, poll its status, with --reload."""
    server = terminal.serve("uvicorn exercises.lesson.main:app --reload")
    created = '{"id":1,"title":"Test"}'
    terminal.type('curl -X POST "localhost:8000/tasks?title=Test"', created)
    log = '[{"task_id":1,"action":"task_created"}]'
    terminal.type("curl localhost:8000/logs/audit", log)
    pending = '{"task_id":1,"status":"pending"}'
    terminal.type("curl -X POST localhost:8000/tasks/1/pipeline", pending)
    done = '{"task_id":1,"status":"done","step":null,"reason":null}'
    terminal.type("curl localhost:8000/tasks/1/pipeline/status", done)
    after = server.wait_for("[Background] team notified")
    server.wait_for("[Background] analytics: counted", after)
    server.wait_for("[Background] pipeline 1: done")
