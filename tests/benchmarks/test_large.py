"""Whether lists stay fast at 200,000 cases and a million grants: SQL of the caseload and of names, and whole pages."""

import json
import random
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from cases.record.models.case import Case
from cases.record.models.child import Child
from cases.record.selectors import CaseFilters, caseload, counted_cases
from cse_portal.accounts.models import User
from cse_portal.audit import context
from tests.acting_for import acting_for
from tests.benchmarks import large
from tests.benchmarks.limits import held
from tests.benchmarks.test_pages import seconds, server, signed_in, wait_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import start_meeting

__all__ = ["server"]
READERS = {
    "a manager who sees all": "manager",
    "an agency's worker": "practitioner",
    "a health worker with three cases": "health",
    "an outsider with none": "outsider",
}
ROUNDS, TRIES, NAMES = 25, 5, 40


@pytest.mark.django_db(transaction=True)
def test_lists_of_a_large_partnership(server: str, cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    began = time.monotonic()
    large.load(cast)
    figures: dict[str, Any] = {"cases": large.CASES, "seconds to load": round(time.monotonic() - began)}
    figures |= {f"SQL ms, {who}": sql_of_lists(cast.people[name]) for who, name in READERS.items()}
    figures["name, SQL ms"] = sql_of_names(cast.manager)
    case = Case.objects.visible_to(cast.manager).earliest("opened_at")
    figures["pages"] = times_of_pages(
        server,
        {
            "hello": "/hello-signed-in/",
            "home": "/",
            "caseload": reverse("cases:list"),
            "case": reverse("cases:case", args=[case.reference]),
            "poll": f"{reverse('mase:live', args=[meeting.pk])}?at=",
        },
        signed_in(cast.manager),
    )
    print("\n" + json.dumps(figures))  # noqa: T201
    for who in READERS:
        held("first page and count, SQL ms", figures[f"SQL ms, {who}"]["page and count"])
    held("a name, p95 SQL ms", figures["name, SQL ms"]["p95"])
    for page in ("home", "caseload", "case", "poll"):
        held(f"large {page}, times hello", figures["pages"][page]["times_hello"])


def sql_of_lists(user: User) -> dict[str, float]:
    """What PostgreSQL takes for the first page with its count, and for the count alone."""
    asked: dict[str, Callable[[], Any]] = {
        "page and count": lambda: caseload(user, CaseFilters()),
        "count": lambda: counted_cases(user, CaseFilters()),
        "overdue": lambda: counted_cases(user, CaseFilters(overdue=True)),
        "by name": lambda: caseload(user, CaseFilters(sort="name")),
        "by activity": lambda: caseload(user, CaseFilters(sort="-activity")),
        "by review": lambda: caseload(user, CaseFilters(sort="review")),
    }
    return {what: round(sql_ms(user, ask), 1) for what, ask in asked.items()}


def sql_of_names(user: User) -> dict[str, float]:
    """A first and a last name, every other time with a slip."""
    chosen = random.Random(1)
    keys = chosen.sample(list(Child.objects.values_list("pk", flat=True)), NAMES)
    taken = []
    for number, child in enumerate(Child.objects.filter(pk__in=keys)):
        words = f"{child.given_name} {child.family_name}" if number % 2 else child.family_name
        words = words if number % 4 else words[:2] + words[3:]
        taken.append(sql_ms(user, lambda words=words: caseload(user, CaseFilters(text=words))))  # type: ignore[misc]
    return {"median": round(median(taken), 1), "p95": round(quantiles(taken, n=20)[-1], 1)}


def sql_ms(user: User, ask: Callable[[], Any]) -> float:
    """Milliseconds of planning and of execution, as PostgreSQL counts them itself: the best of some tries."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, *args: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, *args)

    with acting_for(user), context.request():
        with connection.execute_wrapper(note):
            ask()
        return sum(min(own_ms(*each) for _ in range(TRIES)) for each in asked)


def own_ms(sql: str, params: Any) -> float:
    """Planning and execution of one statement, without the way there and back."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
        ((((plan,),),)) = cursor.fetchall()
    return float(plan["Planning Time"] + plan["Execution Time"])


def times_of_pages(server: str, pages: dict[str, str], cookie: str) -> dict[str, dict[str, float]]:
    """In turn, so that what slows the machine slows them all."""
    wait_for(f"{server}/hello/")
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(ROUNDS):
        for name, page in pages.items():
            taken[name].append(seconds(server + page, cookie))
    hello = median(taken["hello"])
    return {
        name: {"median_ms": round(median(each) * 1000, 1), "times_hello": round(median(each) / hello, 1)}
        for name, each in taken.items()
    }
