"""Risk assessments: three values kept apart, floors that raise, and a category that falls only in a meeting."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from cases.assessments import services as categories
from cases.assessments.models import DecisionSource, RiskAssessment
from cases.assessments.selectors import awaiting_confirmation, indicative
from cases.assessments.services import (
    Answer,
    Answers,
    CategoryRule,
    Judgement,
    confirm_category,
    record_assessment,
)
from cases.concerns.choices import IndicatorTiming
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case

CURRENT = IndicatorTiming.CURRENT


def client_of(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, key))
    return client


def answers(*codes: str, stated: tuple[str, ...] = ()) -> Answers:
    return Answers({code: Answer(CURRENT, "Seen by her teacher") for code in codes}, stated)


def judged(category: RiskCategory, reason: str = "") -> Judgement:
    return Judgement(category, HarmStatus.H2, "She came home with a new phone.", reason)


def assess(cast: Cast, case: Case, *codes: str, **given: Any) -> RiskAssessment:
    """An assessment by the practitioner; category 1 by judgement unless told otherwise."""
    given = {"answers": answers(*codes), "judgement": judged(RiskCategory.LOW, "As I know her"), "key": new_key(),
             "by": cast.practitioner, **given}  # fmt: skip
    return record_assessment(case=case, **given)


def test_three_values_stand_side_by_side(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.LOW)
    found = assess(
        cast, case, "SIG01", "SIG04", "RSK01", judgement=judged(RiskCategory.HIGH, "She is frightened")
    )
    assert (found.indicative_total, found.indicative_category) == (11, RiskCategory.MEDIUM)
    confirm_category(case=case, assessment=found, category=RiskCategory.MEDIUM, harm_status=HarmStatus.H2,
                     rationale="Agreed with police", by=cast.manager)  # fmt: skip
    found.refresh_from_db()
    case.refresh_from_db()
    assert (found.indicative_category, found.professional_category, case.category) == (2, 3, 2)
    assert found.indicator_set == "regional-screening 1"
    assert found.scoring_profile == "seraf-mapped 1"
    assert [row["points"] for row in found.arithmetic if row["kind"] == "line"] == [5, 5, 1]
    decision = case.category_decisions.get(source=DecisionSource.ASSESSMENT)
    assert (decision.source_id, decision.previous_category) == (found.pk, RiskCategory.LOW)


def test_recording_alone_confirms_nothing(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.LOW)
    assess(cast, case, "SIG01")
    case.refresh_from_db()
    assert case.category == RiskCategory.LOW
    assert case.category_decisions.count() == 1


def test_a_floor_raises_and_never_lowers(cast: Cast) -> None:
    case = make_case(cast)
    assert indicative(case, {}, ["disclosure"]).category == RiskCategory.MEDIUM
    high = {f"SIG0{number}": CURRENT for number in range(1, 6)}
    assert indicative(case, high, ["disclosure"]).category == RiskCategory.HIGH
    found = assess(cast, case, answers=answers(stated=("network",)), judgement=judged(RiskCategory.HIGH))
    assert found.indicative_category == RiskCategory.HIGH
    assert [row["code"] for row in found.arithmetic if row["kind"] == "floor"] == ["NETWORK"]


def test_a_form_posted_twice_records_once(cast: Cast) -> None:
    case, key = make_case(cast), new_key()
    assert assess(cast, case, "SIG01", key=key) == assess(cast, case, "SIG01", key=key)
    assert case.chronology.filter(kind="assessment").count() == 1
    assert AuditEvent.objects.filter(action=Action.ASSESSMENT_RECORDED).count() == 1
    assert assess(cast, case, key=key, by=cast.manager).submission_key != key


def test_a_category_goes_down_only_in_a_meeting(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    found = assess(cast, case, "SIG01")
    with pytest.raises(CategoryRule):
        confirm_category(case=case, assessment=found, category=RiskCategory.MEDIUM, harm_status=HarmStatus.H1,
                         rationale="Calmer", by=cast.manager)  # fmt: skip
    page = client_of(cast, "manager").post(
        f"/cases/{case.reference}/assessments/{found.pk}/confirm/",
        {"category": "2", "harm_status": "H1", "rationale": "Calmer"},
    )
    assert CategoryRule.message in unescape(page.content.decode())
    categories.confirm(case=case, category=RiskCategory.MEDIUM, harm_status=HarmStatus.H1, rationale="Agreed by all",
                       source=DecisionSource.MEETING, by=cast.manager)  # fmt: skip
    case.refresh_from_db()
    assert case.category == RiskCategory.MEDIUM


def test_an_assessment_is_confirmed_once_and_by_the_cse_team(cast: Cast) -> None:
    case = make_case(cast)
    found = assess(cast, case, "SIG01")
    given: dict[str, Any] = {"case": case, "assessment": found, "category": RiskCategory.LOW,
                             "harm_status": HarmStatus.H1, "rationale": "As assessed"}  # fmt: skip
    assert awaiting_confirmation(cast.manager) == [found]
    with pytest.raises(NotPermitted):
        confirm_category(by=cast.practitioner, **given)
    confirm_category(by=cast.manager, **given)
    assert awaiting_confirmation(cast.manager) == []
    with pytest.raises(NotAllowedNow, match="A category has already been confirmed on this as"):
        confirm_category(by=cast.manager, **given)


def test_two_pages_record_an_assessment(cast: Cast) -> None:
    case = make_case(cast)
    client, address = client_of(cast, "practitioner"), f"/cases/{case.reference}/assessments/new/"
    first = {"step": "answers", "form_token": str(new_key()), "answer_SIG01": "current", "stated": ["disclosure"],
             "answer_RSK01": "earlier", "answer_RSK02": "no"}  # fmt: skip
    assert "Say what was seen or heard" in client.post(address, first).content.decode()
    first["evidence_SIG01"] = "Missing on Tuesday\nand on Friday"
    page = client.post(address, first).content.decode()
    assert "Total: 6 points" in page
    assert "at least category 2" in page
    assert 'value="Missing on Tuesday' in page
    second = {
        **first,
        "step": "judgement",
        "category": "3",
        "harm_status": "H2",
        "narrative": "Frightened of a man",
    }
    assert "Say why your category differs" in client.post(address, second).content.decode()
    second["difference_reason"] = "She named him"
    answer = client.post(address, second)
    assert client.post(address, second).headers["Location"] == answer.headers["Location"]
    found = case.assessments.get()
    timings = {row.code: (row.timing, row.evidence) for row in found.answers.all()}
    assert timings["SIG01"] == ("current", "Missing on Tuesday\nand on Friday")
    assert (timings["RSK02"], timings["RSK03"]) == (("no", ""), ("not_known", ""))
    detail = client.get(answer.headers["Location"]).content.decode()
    assert "Missing on Tuesday<br>and on Friday" in detail
    assert "Not confirmed yet" in detail


def test_an_assessment_of_another_case_is_not_found(cast: Cast) -> None:
    case, other = make_case(cast), make_case(cast)
    found = assess(cast, case)
    client = client_of(cast, "manager")
    assert client.get(f"/cases/{case.reference}/assessments/{found.pk}/").status_code == 200
    assert client.get(f"/cases/{other.reference}/assessments/{found.pk}/").status_code == 404
    assert client.get(f"/cases/{other.reference}/assessments/{found.pk}/confirm/").status_code == 404
    assert (
        client_of(cast, "outsider").get(f"/cases/{case.reference}/assessments/{found.pk}/").status_code == 404
    )


def test_who_may_only_see_the_case_reads_and_does_not_record(cast: Cast) -> None:
    case = make_case(cast)
    access.share(case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    client = client_of(cast, "health")
    page = client.get(f"/cases/{case.reference}/assessments/")
    assert page.status_code == 200
    assert "Record an assessment" not in page.content.decode()
    with pytest.raises(NotPermitted):
        assess(cast, case, by=cast.health)
