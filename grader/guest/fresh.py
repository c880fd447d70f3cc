"""Staged as `sitecustomize.py`: for a Python that an app starts, where no time is virtual.

Nobody waits there for code that the exercise gives, such as `build_report`: three real seconds
each would take longer than all else. What the app's own code sleeps stays real.
"""

import sys
import time
from typing import Any

_real_sleep = time.sleep


def _sleep(seconds: Any) -> None:
    name = str(sys._getframe(1).f_globals.get("__name__"))
    if not name.startswith("exercises.") or name.endswith(".app"):
        _real_sleep(seconds)


time.sleep = _sleep
