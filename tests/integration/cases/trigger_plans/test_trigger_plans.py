"""A trigger plan: its versions, what it may say, and the sheet that police take with them."""

import datetime as dt
import io
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.trigger_plans.models import TriggerPlan
from cases.trigger_plans.selectors import first_draft, review_by
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.keys import new_key
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.missing import went_missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    """In category 3, missing twice."""
    made = make_case(cast, category=RiskCategory.HIGH)
    for days in (9, 4):
        went_missing(cast, made, days=days, hours=11)
    return made


def answers(case: Case, *, version: int = 0, on: dt.date | None = None, **more: str) -> dict[str, Any]:
    day = on or review_by(case)
    return {
        "form_token": str(new_key()), "version": str(version), "expected_grade": "HIGH", "kept_by": "Carers and police",
        "grade_reason": "From the first minute", "do_first": "Ring her\nCarer rings 101\nCheck places in order",
        "calls": "Denise Whitlock, carer; 07700 900142", "people": "Of concern; “K”, about 25\nSafe; Kiran Sohal, aunt",
        "places": "Bus station; Found there 31 October; Patrol\nCastle Street car park; police; Two officers",
        "medical": "Allergic to penicillin", "review_on_day": str(day.day), "review_on_month": str(day.month),
        "review_on_year": str(day.year), **more,
    }  # fmt: skip


def save(cast: Cast, case: Case, **more: Any) -> Any:
    client = signed_in(cast, "practitioner")
    return client.post(f"/cases/{case.reference}/missing/plan/", answers(case, **more), follow=True)


def printed(cast: Cast, case: Case, person: str = "practitioner") -> PdfReader:
    answer = signed_in(cast, person).get(f"/cases/{case.reference}/missing/plan/print/")
    assert answer["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content))


def test_each_version_is_kept_and_the_newest_prints_on_one_tagged_sheet(cast: Cast, case: Case) -> None:
    assert "It fits on one sheet" in save(cast, case).content.decode()
    save(cast, case, version=1, medical="Asthma")
    assert [each.number for each in TriggerPlan.objects.all()] == [2, 1]
    found = printed(cast, case)
    words = found.pages[0].extract_text()
    assert len(found.pages) == 1
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]
    for said in (
        case.child.name,
        "High risk",
        "Police know why",
        "Destroy version 1",
        "Asthma",
        "Of concern",
    ):
        assert said in words
    assert "penicillin" not in words
    assert AuditEvent.objects.filter(action=Action.TRIGGER_PLAN_PRINTED, case_id=case.pk).count() == 1


def test_a_plan_that_is_too_long_is_saved_says_so_and_prints_on_two_sheets(cast: Cast, case: Case) -> None:
    long = "\n".join(f"Place {number}; Found there; Patrol" for number in range(40))
    assert "too long for one sheet" in save(cast, case, places=long).content.decode()
    assert len(printed(cast, case).pages) == 2


def test_the_review_is_on_a_working_day_and_in_category_3_within_a_month(cast: Cast, case: Case) -> None:
    saturday = timezone.localdate() + dt.timedelta(days=(5 - timezone.localdate().weekday()) % 7)
    christmas_on = review_by(case) + dt.timedelta(days=1)
    assert "Choose a working day" in save(cast, case, on=saturday).content.decode()
    assert "at the latest" in save(cast, case, on=christmas_on).content.decode()
    assert not TriggerPlan.objects.exists()


def test_two_writers_lose_nothing(cast: Cast, case: Case) -> None:
    save(cast, case)
    shown = save(cast, case, medical="Epilepsy").content.decode()
    assert "Allergic to penicillin" in shown
    assert "Epilepsy" in shown
    assert TriggerPlan.objects.count() == 1


def test_a_first_plan_starts_from_the_record_and_others_find_none(cast: Cast, case: Case) -> None:
    assert first_draft(case)["places"].startswith("At a friend's; Found there")
    address = f"/cases/{case.reference}/missing/plan/print/"
    assert signed_in(cast, "practitioner").get(address).status_code == 404, "there is none yet"
    save(cast, case)
    assert signed_in(cast, "outsider").get(address).status_code == 404
