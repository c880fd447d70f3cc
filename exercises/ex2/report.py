"""The slow part of exercise 2, given to you: it queries the sales and writes a CSV."""

import time
from datetime import date, timedelta

FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2025, 12, 31)
QUERY_SECONDS = 3


class ReportError(Exception):
    """The report could not be built."""


def build_report(start: date, end: date) -> bytes:
    """The sales from `start` to `end` (both included) as CSV. Takes three seconds.

    Raises ReportError when there are no sales in that range: they begin on 2024-01-01 and end
    on 2025-12-31.
    """
    time.sleep(QUERY_SECONDS)
    first, last = max(start, FIRST_DAY), min(end, LAST_DAY)
    if first > last:
        raise ReportError(f"no sales between {start} and {end}")
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    lines = ["date,orders,revenue"]
    lines += [f"{day},{_orders(day)},{_orders(day) * 19.9:.2f}" for day in days]
    return "\n".join(lines).encode() + b"\n"


def _orders(day: date) -> int:
    return 20 + day.toordinal() * 7919 % 61
