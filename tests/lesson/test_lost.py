"""Page 11 beyond what its commands show: what survives which kind of stop."""

from __future__ import annotations

import signal

from tests.lesson.terminal import Terminal

BOB = "curl -X POST 'localhost:8000/letters?to=bob'"
ASK = "curl localhost:8000/letters/1"
PENDING = '{"to":"bob","status":"pending","id":1}'
DELIVERED = '{"to":"bob","status":"delivered","id":1}'
CONSUMER = "huey_consumer exercises.lesson.survives.huey"
ON_THE_WAY = "[Background] letter 1: on the way"


def test_a_pending_task_is_lost_when_the_server_is_killed(terminal: Terminal) -> None:
    """SIGKILL, a new server: nothing carries the letter any more."""
    server = terminal.serve("uvicorn exercises.lesson.lost:app")
    terminal.run(BOB)
    server.wait_for(ON_THE_WAY)
    server.stop(signal.SIGKILL)
    again = terminal.serve("uvicorn exercises.lesson.lost:app")
    terminal.type(ASK, PENDING)
    assert again.stop(signal.SIGTERM) in (0, -signal.SIGTERM)  # it waits for tasks: it has none
    assert not [line for line in again.lines if "[Background]" in line]


def test_the_same_job_in_a_queue_survives(terminal: Terminal) -> None:
    """The server is killed, and nobody but a new consumer delivers the letter."""
    server = terminal.serve("uvicorn exercises.lesson.survives:app")
    assert terminal.run(BOB) == '{"letter_id":1}'
    server.stop(signal.SIGKILL)
    assert not [line for line in server.lines if "[Background]" in line]
    terminal.serve(CONSUMER).wait_for("[Background] letter 1: delivered")
    terminal.serve("uvicorn exercises.lesson.survives:app")
    terminal.type(ASK, DELIVERED)


def test_the_job_in_hand_is_lost_with_the_consumer(terminal: Terminal) -> None:
    """huey takes a job out of the file before it runs it: the gap that page 11 names."""
    terminal.serve("uvicorn exercises.lesson.survives:app")
    terminal.run(BOB)
    consumer = terminal.serve(CONSUMER)
    consumer.wait_for(ON_THE_WAY)
    consumer.stop(signal.SIGKILL)
    again = terminal.serve(CONSUMER)  # the next letter is carried, so it does look into the file
    terminal.run(BOB)
    again.wait_for("[Background] letter 2: delivered")
    terminal.type(ASK, PENDING)
    assert ON_THE_WAY not in again.lines


def test_a_kind_stop_lets_the_consumer_finish(terminal: Terminal) -> None:
    """Ctrl-C: the letter in hand arrives."""
    terminal.serve("uvicorn exercises.lesson.survives:app")
    terminal.run(BOB)
    consumer = terminal.serve(CONSUMER)
    consumer.wait_for(ON_THE_WAY)
    consumer.stop(signal.SIGINT)
    terminal.type(ASK, DELIVERED)
