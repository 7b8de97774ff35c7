"""Twenty people on the page of one meeting, then twenty chairs on their own, each asking every four seconds.

For five minutes, as the partnership asked; BENCH_SECONDS=60 for one.
"""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles

import pytest
from django.utils import timezone

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.accounts.services import add_person
from cse_portal.ui.pdf import draw
from mase.minutes.models import Minutes, MinutesVersion
from mase.minutes.presenters.minutes import composed
from mase.minutes.selectors.minutes import version_records
from tests.benchmarks.limits import held
from tests.benchmarks.test_pages import seconds, server, signed_in, wait_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import end_meeting, start_meeting

__all__ = ["server"]
READERS, EVERY = 20, 4.0
LASTS = int(os.environ.get("BENCH_SECONDS", "300"))
HELLOS, COPIES = 30, 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("meetings", [1, READERS])
def test_twenty_on_a_meeting_or_each_on_their_own(server: str, cast: Cast, meetings: int) -> None:
    urls = [f"{server}/meetings/{start_meeting(cast, make_case(cast)).pk}/" for _ in range(meetings)]
    cookies = [signed_in(person) for person in twenty(cast)]
    wait_for(f"{server}/hello/")
    hello = median(seconds(f"{server}/hello/", cookies[0]) for _ in range(HELLOS))
    page = median(seconds(urls[0], cookies[0]) for _ in range(HELLOS))
    ends, taken = time.monotonic() + LASTS, list[float]()

    def reads(number: int) -> None:
        """One reader: not all in the same moment, then every four seconds to the end."""
        time.sleep(number * EVERY / READERS)
        while time.monotonic() < ends:
            asked = time.monotonic()
            taken.append(seconds(f"{urls[number % meetings]}live/?at=", cookies[number]))
            time.sleep(max(0.0, EVERY - (time.monotonic() - asked)))

    with ThreadPoolExecutor(READERS) as pool:
        list(pool.map(reads, range(READERS)))
    figures = {
        "readers": READERS, "meetings": meetings, "seconds": LASTS, "asked": len(taken),
        "hello_ms": round(hello * 1000, 1),
        "page_times_hello": round(page / hello, 1), "poll_median_ms": round(median(taken) * 1000, 1),
        "poll_p95_ms": round(quantiles(taken, n=20)[-1] * 1000, 1),
        "poll_times_hello": round(median(taken) / hello, 1),
    }  # fmt: skip
    print("\n" + json.dumps(figures))  # noqa: T201
    held("poll, median ms", round(median(taken) * 1000, 1))
    held("poll, p95 ms", round(quantiles(taken, n=20)[-1] * 1000, 1))


def twenty(cast: Cast) -> list[User]:
    """People of the CSE team, each of whom the others see on the page."""
    post = Membership.objects.get(user=cast.manager)
    return [
        add_person(
            email=f"reader-{number}@example.org", full_name=f"Reader {number}", agency=post.agency,
            role=Role(post.role), job_title="CSE Team", starts_on=post.starts_on,
        )
        for number in range(READERS)
    ]  # fmt: skip


@pytest.mark.django_db
def test_pages_of_minutes_a_second(cast: Cast) -> None:
    """Each copy composed and drawn anew, as for a reader who opens it."""
    minutes = Minutes.objects.get(meeting=end_meeting(cast, make_case(cast)))
    version = MinutesVersion.objects.create(
        minutes=minutes, number=1, made_by=cast.manager, objections_until=timezone.localdate()
    )
    began, pages = time.process_time(), 0
    for _ in range(COPIES):
        for page in map(composed, version_records(version)):
            pages += draw(page).pages
    taken = time.process_time() - began
    figures = {"copies": 3 * COPIES, "pages": pages, "pages_a_second": round(pages / taken, 1)}
    print("\n" + json.dumps(figures))  # noqa: T201
