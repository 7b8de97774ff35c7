"""A running meeting with twenty people on its page, each asking every four seconds: how long the answers take.

BENCH_SECONDS=300 for the five minutes of the record; without it one.
"""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles

import pytest

from cse_portal.accounts.models import User
from tests.benchmarks.test_pages import seconds, server, signed_in, wait_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import start_meeting

__all__ = ["server"]
READERS, EVERY = 20, 4.0
LASTS = int(os.environ.get("BENCH_SECONDS", "60"))
HELLOS = 30


@pytest.mark.django_db(transaction=True)
def test_twenty_on_one_meeting(server: str, cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    url = f"{server}/meetings/{meeting.pk}/"
    cookies = [signed_in(User.objects.get(pk=cast.manager.pk))]
    wait_for(f"{server}/hello/")
    hello = median(seconds(f"{server}/hello/", cookies[0]) for _ in range(HELLOS))
    page = median(seconds(url, cookies[0]) for _ in range(HELLOS))
    ends, taken = time.monotonic() + LASTS, list[float]()

    def reads(number: int) -> None:
        """One reader: not all in the same moment, then every four seconds to the end."""
        time.sleep(number * EVERY / READERS)
        while time.monotonic() < ends:
            asked = time.monotonic()
            taken.append(seconds(f"{url}live/?at=", cookies[0]))
            time.sleep(max(0.0, EVERY - (time.monotonic() - asked)))

    with ThreadPoolExecutor(READERS) as pool:
        list(pool.map(reads, range(READERS)))
    figures = {
        "readers": READERS, "seconds": LASTS, "asked": len(taken), "hello_ms": round(hello * 1000, 1),
        "page_times_hello": round(page / hello, 1), "poll_median_ms": round(median(taken) * 1000, 1),
        "poll_p95_ms": round(quantiles(taken, n=20)[-1] * 1000, 1),
        "poll_times_hello": round(median(taken) / hello, 1),
    }  # fmt: skip
    print("\n" + json.dumps(figures))  # noqa: T201
