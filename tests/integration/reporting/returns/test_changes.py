"""A return beside the quarter before and the year before: what changed much is explained before it is passed on."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from reporting.measures.selectors import registry
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnState
from reporting.returns.presenters.changes import difference
from reporting.returns.selectors.changes import Change, Reading, change_to_explain, changes
from reporting.returns.services import returns
from tests.cast import Cast
from tests.factories.reporting import ENDED, check, make_started, sign

pytestmark = pytest.mark.django_db
CONCERNS = ("A1", "agency", "total", "count")
DECIDED = ("A3", "all", "total", "rate")


@pytest.fixture(scope="module")
def draft(shared_cast: Cast) -> RegionalReturn:
    """The quarter's that has ended, beside that of the one before."""
    make_started(shared_cast, ENDED.previous())
    return RegionalReturn.objects.get(pk=make_started(shared_cast).pk)


def put(now: int, last: int) -> None:
    """So many concerns in the quarter that has ended, and in the one before."""
    figures = ReturnFigure.objects.filter(measure__code="A1", dimension="agency", row="total")
    for quarter, number in ((ENDED, now), (ENDED.previous(), last)):
        figures.filter(measure__regional_return__quarter=quarter.slug).update(value=number)


def of(cast: Cast, regional_return: RegionalReturn) -> Change:
    """The concerns."""
    return next(each for each in changes(cast.analyst, regional_return) if each.cell == CONCERNS)


@pytest.mark.parametrize(
    ("now", "last", "large"), [(30, 20, True), (23, 20, False), (4, 1, False), (20, 0, True), (5, 10, True)]
)
def test_a_fifth_and_five_more_or_fewer_is_a_large_change(
    cast: Cast, draft: RegionalReturn, now: int, last: int, large: bool
) -> None:
    put(now, last)
    assert of(cast, draft).is_large is large


@pytest.mark.parametrize(
    ("now", "last", "whole", "words", "large"),
    [
        ("58.2", "73.4", 20, "▼ 15 points", True),
        ("82.6", "74.4", 20, "▲ 9 points", False),
        ("58.2", "73.4", 9, "▼ 15 points", False),
        ("60.4", "60.1", 20, "no change", False),
    ],
)
def test_ten_points_of_a_share_of_ten_or_more_are_a_large_change(
    now: str, last: str, whole: int, words: str, large: bool
) -> None:
    about = next(each for each in registry.in_force(ENDED.ends_on) if each.code == "A3")
    then, today = (Reading(Decimal(each), "%", whole=Decimal(whole)) for each in (last, now))
    found = Change(about, about.headlines[0], [None, None, None, then, today])
    assert (difference(found, then).words, found.is_large) == (words, large)
    verdict = {"▲": "better", "▼": "worse"}.get(words[0], "")
    assert difference(found, then).verdict == verdict


def test_what_changed_much_is_explained_before_the_return_is_passed_on(
    cast: Cast, draft: RegionalReturn
) -> None:
    put(30, 20)
    with pytest.raises(NotAllowedNow, match="Say first why 1 number changed"):
        returns.check(regional_return=draft, note="Known", by=cast.analyst)
    client = Client()
    client.force_login(cast.analyst)
    page = client.get(f"/returns/{ENDED.slug}/").content.decode()
    address = reverse("reporting:explain-change", args=[ENDED.slug, *CONCERNS])
    assert address in page
    assert "▲ 10 (50%)" in page
    empty = client.post(address, {"text": " "})
    assert "Say why it changed" in empty.content.decode()
    assert client.post(address, {"text": "Six leads were trained in May."}).url == f"/returns/{ENDED.slug}/"
    page = client.get(f"/returns/{ENDED.slug}/").content.decode()
    assert re.search(r"Six leads were trained in May\..*Change<", page, re.DOTALL)
    assert "without a reason" not in page
    assert returns.check(regional_return=draft, note="Known", by=cast.analyst).state == ReturnState.CHECKED
    with pytest.raises(NotAllowedNow, match="has been checked"):
        returns.explain(regional_return=draft, cell=CONCERNS, text="Later", by=cast.analyst)


def test_who_does_not_prepare_explains_nothing_and_a_small_change_is_not_asked_about(
    cast: Cast, draft: RegionalReturn
) -> None:
    put(30, 20)
    with pytest.raises(NotPermitted):
        returns.explain(regional_return=draft, cell=CONCERNS, text="Because", by=cast.manager)
    for cell in (DECIDED, ("A1", "agency", "health", "count"), ("Z9", "agency", "total", "count")):
        with pytest.raises(NotVisible):
            change_to_explain(cast.analyst, draft, cell)


def test_each_measure_has_a_page_with_every_breakdown(cast: Cast, draft: RegionalReturn) -> None:
    sign(cast, check(cast, draft))
    client = Client()
    client.force_login(cast.manager)
    page = client.get(f"/returns/{ENDED.slug}/measures/B2/").content.decode()
    assert "Children by risk category at the end" in page
    assert page.count("<table") >= 9
    assert client.get(f"/returns/{ENDED.slug}/measures/Z9/").status_code == 404


def test_every_headline_stands_in_its_measure(draft: RegionalReturn) -> None:
    figures = ReturnFigure.objects.filter(measure__regional_return=draft)
    cells = set(figures.values_list("measure__code", "dimension", "row", "column"))
    for about in registry.in_force(ENDED.ends_on):
        for headline in about.headlines:
            assert (about.code, headline.dimension, headline.row, headline.column) in cells, headline.label
