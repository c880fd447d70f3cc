"""Load a student's file as the module it would be at home, and find its `app`."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from typing import Any

from .gate import own_traceback


class LoadError(Exception):
    """The file cannot be served; the text is one plain line, `traceback` may be empty."""

    def __init__(self, text: str, traceback: str = "") -> None:
        super().__init__(text)
        self.traceback = traceback


def load_app(path: str, name: str) -> Any:
    """Execute the file afresh under the module name `name`. Raises LoadError."""
    sys.modules.pop(name, None)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise LoadError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        where = f"line {error.lineno}" if error.filename in (path, None) else error.filename
        raise LoadError(f"app.py has a syntax error in {where}: {error.msg}") from None
    except Exception as error:
        what = f"{type(error).__name__}: {first_line(error)}"
        raise LoadError(f"app.py cannot be imported: {what}", own_traceback(error, path)) from None
    return _checked(getattr(module, "app", None))


def _checked(app: Any) -> Any:
    if app is None:
        raise LoadError("app.py defines no `app`: write `app = FastAPI()` at the top level")
    if not callable(app) or inspect.isclass(app):
        kind = type(app).__name__
        raise LoadError(f"`app` in app.py is not an ASGI application but of type {kind}")
    return app


def first_line(error: BaseException) -> str:
    """What an exception says, cut to one line."""
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else "without a message"
