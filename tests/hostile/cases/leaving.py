"""Leaving early: whoever is gone cannot fail a check."""

from __future__ import annotations

from tests.hostile.case import Case, at_import, in_handler, in_task

STARTING, DURING = "ended while starting", "ended during the check"

CASES = [
    Case("exit_at_import", "status 0 means success", at_import("import sys; sys.exit(0)"),
         rf"{STARTING} \(status 0\)", command=True),
    Case("exit_in_handler", "status 0 in the middle", in_handler("import sys; sys.exit(0)"),
         rf"{DURING}|status 500"),
    Case("exit_in_task", "leave after the answer", in_task("import sys; sys.exit(0)"),
         "no mail like that|ended|The answer lacks"),
    Case("os_exit_at_import", "no cleanup, no traceback", at_import("import os; os._exit(0)"),
         rf"{STARTING} \(status 0\)"),
    Case("os_exit_in_handler", "no cleanup", in_handler("import os; os._exit(0)"),
         rf"{DURING} \(status 0\)", command=True),
    Case("os_exit_in_task", "after the answer", in_task("import os; os._exit(0)"),
         rf"{DURING} \(status 0\)"),
    Case("abort_at_import", "crash", at_import("import os; os.abort()"), rf"{STARTING} \(SIG"),
    Case("abort_in_handler", "crash", in_handler("import os; os.abort()"), rf"{DURING} \(SIG"),
    Case("null_pointer", "crash in C",
         in_handler("import ctypes; ctypes.string_at(0)"), rf"{DURING} \(SIGSEGV"),
    Case("keyboard_interrupt_at_import", "runners stop for it",
         at_import("raise KeyboardInterrupt"), STARTING),
    Case("keyboard_interrupt_in_handler", "runners stop for it",
         in_handler("raise KeyboardInterrupt"), "ended|answer|status 500"),
    Case("pytest_exit_at_import", "the test runner's own exception",
         at_import("import pytest; raise pytest.exit.Exception('all passed', returncode=0)"),
         f"{STARTING}|cannot be imported"),
    Case("pytest_exit_in_handler", "the test runner's own exception",
         in_handler("import pytest; pytest.exit('all passed', returncode=0)"), "ended|answer|status 500"),
    Case("pytest_skip_at_import", "skipped is not failed",
         at_import("import pytest; pytest.skip('nothing to do', allow_module_level=True)"),
         "cannot be imported|ended"),
    Case("pytest_skip_in_handler", "skipped is not failed",
         in_handler("import pytest; pytest.skip('nothing to do')"), "answer|ended|status 500"),
    Case("generator_exit", "an exception that is no Exception",
         in_handler("raise GeneratorExit"), "ended|answer|status 500"),
    Case("base_exception_group", "a group of exits",
         in_handler("raise BaseExceptionGroup('x', [SystemExit(0), KeyboardInterrupt()])"),
         "ended|answer|status 500"),
    Case("infinite_recursion", "exhaust the stack",
         in_handler("""
             import sys
             sys.setrecursionlimit(10**7)
             def again(): return [again()]
             again()
         """), rf"{DURING} \(SIG|memory|status 500"),
    Case("close_everything", "close all descriptors at import",
         at_import("import os; os.closerange(0, 256)"), "start|ended"),
    Case("exit_hook", "leave with 0 when killed or done",
         at_import("""
             import atexit, os, signal
             atexit.register(os._exit, 0)
             signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
         """), "404"),
]  # fmt: skip
