"""A return that was sent and restated: what its files say has changed, and that no withheld number is among it."""

import csv
import datetime as dt
import io
import json

import pytest
from django.test import Client
from pypdf import PdfReader

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from reporting.returns.models import RegionalReturn, ReturnFigure, Severity
from reporting.returns.services.files import export
from tests.cast import Cast
from tests.factories.reporting import ENDED, make_old_case, make_restated, make_sent, make_started

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)
BEFORE = ENDED.previous()


@pytest.fixture(scope="module")
def restated(shared_cast: Cast) -> RegionalReturn:
    """It told of nineteen girls; a girl and a boy had been left out."""
    for each in range(12):
        make_old_case(shared_cast, BEFORE.starts_on - each * WEEK - WEEK, sex="2")
    for _ in range(7):
        make_old_case(shared_cast, BEFORE.starts_on + WEEK, sex="2")
    sent = make_sent(shared_cast, BEFORE)
    for sex in "21":
        make_old_case(shared_cast, BEFORE.starts_on + WEEK, sex=sex)
    return make_restated(shared_cast, sent, because="Two children were left out.")


def test_every_file_says_what_was_restated_and_why_but_no_withheld_number(
    cast: Cast, restated: RegionalReturn
) -> None:
    taken = {
        name: export(regional_return=restated, file_format=name, by=cast.manager).content
        for name in ("json", "csv", "ods", "xlsx", "pdf")
    }
    document = json.loads(taken["json"])
    assert (document["schema"], document["version"]) == (2, "1.1")
    assert document["restated_because"] == "Two children were left out."
    changed = {(each["measure"], each["row"], each["column"]): each for each in document["restated"]}
    ended = changed["B1", "total", "end"]
    assert (ended["before"]["value"], ended["after"]["value"]) == (19, 21)
    for each in document["restated"]:
        assert not (each["before"]["withheld"] and each["after"]["withheld"])
        told = [each[side]["value"] for side in ("before", "after") if each["unit"] == "children"]
        assert not {1, 2, 3, 4, 5} & set(told)
    lines = list(csv.DictReader(io.StringIO(taken["csv"].decode("utf-8-sig"))))
    found = [x for x in lines if (x["Measure"], x["Table"], x["Column code"]) == ("B1", "Total", "end")]
    assert [(x["Version"], x["Value"], x["Value in the version before"]) for x in found] == [
        ("1.1", "21", "19")
    ]
    assert {x["Why restated"] for x in lines} == {"Two children were left out."}
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(taken["pdf"])).pages]
    whole = " ".join(" ".join(pages).split())
    assert "Two children were left out." in whole
    assert "was 19" in whole
    assert AuditEvent.objects.filter(action=Action.RETURN_EXPORTED).count() == 5


def test_a_fact_that_is_not_restated_is_told_or_withheld_as_before(restated: RegionalReturn) -> None:
    told = [
        {
            (figure.fact, figure.value): figure.is_suppressed
            for figure in ReturnFigure.objects.filter(measure__regional_return=each, basis=[])
        }
        for each in (restated.restates, restated)
    ]
    shared = told[0].keys() & told[1].keys()
    assert len(shared) > 100
    opened = {key for key in shared if told[0][key] and not told[1][key]}
    assert opened == set()


def test_the_api_tells_each_version_by_its_reference(cast: Cast, restated: RegionalReturn) -> None:
    analyst = Client()
    analyst.force_login(cast.analyst)
    listed = analyst.get("/api/v1/returns/").json()["results"]
    assert [(each["reference"], each["version"]) for each in listed] == [
        (f"{BEFORE.slug}-v1-1", "1.1"),
        (BEFORE.slug, "1.0"),
    ]
    assert analyst.get(f"/api/v1/returns/{restated.slug}/").json()["version"] == "1.1"


def test_the_quarter_after_it_can_be_passed_on(cast: Cast, restated: RegionalReturn) -> None:
    following = make_started(cast)
    failed = following.validations.filter(passed=False, severity=Severity.ERROR)
    assert list(failed.values_list("rule", "message")) == []
