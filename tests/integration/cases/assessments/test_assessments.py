"""Risk assessments: three values kept apart, floors that raise, and a category that falls only in a meeting."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from cases.assessments import selectors
from cases.assessments import services as categories
from cases.assessments.models import DecisionSource, RiskAssessment
from cases.assessments.selectors import Change, awaiting_confirmation, indicative
from cases.assessments.services import (
    Answer,
    Answers,
    Judgement,
    confirm_category,
    record_assessment,
)
from cases.concerns.choices import IndicatorTiming, Known
from cases.concerns.models import Concern, ConcernDecision, ConcernIndicator
from cases.concerns.selectors import PERIODS
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.keys import new_key
from cse_portal.ui.presenters import display_date
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.concerns import make_concern

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
    with pytest.raises(NotAllowedNow, match="A category goes down only by a meeting.s decision"):
        confirm_category(case=case, assessment=found, category=RiskCategory.MEDIUM, harm_status=HarmStatus.H1,
                         rationale="Calmer", by=cast.manager)  # fmt: skip
    page = client_of(cast, "manager").post(
        f"/cases/{case.reference}/assessments/{found.pk}/confirm/",
        {"category": "2", "harm_status": "H1", "rationale": "Calmer"},
    )
    assert "A category goes down only by a meeting's decision, one step at a time." in unescape(
        page.content.decode()
    )
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


def page_of(case: Case) -> str:
    return f"/cases/{case.reference}/assessments/new/"


JUDGED = {"category": "2", "harm_status": "H2", "narrative": "Frightened of a man"}
SEEN = {
    "signs": ["SIG01", "RSK01"],
    "when_SIG01": ["current", "earlier"],
    "evidence_SIG01": "Missing on Tuesday",
}


def test_one_page_records_an_assessment(cast: Cast) -> None:
    case = make_case(cast)
    client, posted = (
        client_of(cast, "practitioner"),
        {"form_token": str(new_key()), "signs": "SIG01", **JUDGED},
    )
    page = client.post(page_of(case), posted).content.decode()
    for asked in (
        "Say when: Missing",
        "Say what was seen or heard: Missing",
        "Say why your category differs",
    ):
        assert asked in page
    posted |= {**SEEN, "stated": ["disclosure"], "protective_factors": "Her nan"}
    answer = client.post(page_of(case), posted)
    assert client.post(page_of(case), posted).headers["Location"] == answer.headers["Location"]
    found = case.assessments.get()
    assert {row.code: (row.timing, row.evidence) for row in found.answers.all()} == {
        "SIG01": ("both", "Missing on Tuesday"),
        "RSK01": ("ticked", ""),
    }
    assert (found.indicative_total, found.indicative_category, found.protective_factors) == (7, 2, "Her nan")
    assert "Now and more than 6 months ago" in client.get(answer.headers["Location"]).content.decode()


def test_it_adds_up_as_it_is_written_and_saving_keeps_a_draft(cast: Cast) -> None:
    case = make_case(cast)
    client, posted = (
        client_of(cast, "practitioner"),
        {**SEEN, "stated": "nonsense", "narrative": "Half a thought"},
    )
    part = client.post(page_of(case), {**posted, "step": "score"}).content.decode()
    assert "Indicative: 7 points" in part
    assert "<html" not in part
    away = client.post(page_of(case), {**posted, "step": "voice"})
    assert away.headers["Location"] == f"/cases/{case.reference}/voice/new/?from=assessment"
    page = client.get(page_of(case)).content.decode()
    for kept in ("Indicative: 7 points", "Half a thought", "Missing on Tuesday"):
        assert kept in page
    assert not case.assessments.exists()
    assert "Half a thought" not in client_of(cast, "manager").get(page_of(case)).content.decode()


def test_saving_more_than_a_draft_holds_says_so_and_asks_for_nothing_else(cast: Cast) -> None:
    case, client = make_case(cast), Client()
    client.force_login(cast.practitioner)
    page = client.post(page_of(case), {"narrative": "long " * 110_000, "step": "save"}).content.decode()
    assert unescape(page).count("This is too long to be kept as a draft.") == 1
    assert "Select your professional category" not in page
    assert "long long long" in page


def test_the_first_starts_from_the_concerns_that_its_author_may_read(cast: Cast) -> None:
    case = make_case(cast)
    concern = make_concern(cast.outsider, disclosure=Known.YES)
    ConcernIndicator.objects.update_or_create(
        concern=concern, code="SIG03", defaults={"timing": "earlier", "evidence": "A grey car"}
    )
    Concern.objects.filter(pk=concern.pk).update(case=case)
    page = client_of(cast, "practitioner").get(page_of(case)).content.decode()
    assert (
        f"from the concern of {display_date(concern.submitted_at)}, {concern.author_agency.short_name}"
        in page
    )
    assert "A grey car" in page
    assert "at least category 2" in page  # by what the concern says of the child's own words
    # Sent before an assessment and attached after it, it still counts.
    assess(cast, case)
    assert "A grey car" not in client_of(cast, "practitioner").get(page_of(case)).content.decode()
    attached = ConcernDecision.objects.create(
        concern=concern,
        outcome="add_to_case",
        rationale="Hers",
        feedback="Thanks",
        in_time=True,
        decided_by=cast.manager,
    )
    Concern.objects.filter(pk=concern.pk).update(decision=attached)
    assert "A grey car" in client_of(cast, "practitioner").get(page_of(case)).content.decode()
    Concern.objects.filter(pk=concern.pk).update(state="draft", submitted_at=None, decide_by=None)
    assert "A grey car" not in client_of(cast, "practitioner").get(page_of(case)).content.decode()


def test_a_later_one_starts_from_the_last_and_shows_what_changed(cast: Cast) -> None:
    case = make_case(cast)
    timings = {"SIG01": "both", "SIG02": "current", "SIG03": "earlier", "RSK01": "ticked"}
    first = {code: Answer(IndicatorTiming(timing), "As told") for code, timing in timings.items()}
    assess(cast, case, answers=Answers(first, ("targeted_or_groomed",), "Her nan"))
    start = selectors.start_of(cast.practitioner, case)
    assert set(start.signs) == set(first)
    assert (start.stated, start.protective_factors) == (("targeted_or_groomed",), "Her nan")
    later = {"SIG01": "earlier", "SIG02": "both", "SIG03": "current", "SIG04": "current"}
    second = assess(
        cast, case, answers=Answers({code: Answer(IndicatorTiming(each)) for code, each in later.items()})
    )
    page = (
        client_of(cast, "manager").get(f"/cases/{case.reference}/assessments/{second.pk}/").content.decode()
    )
    before, now = ({code: PERIODS[each] for code, each in row.items()} for row in (timings, later))
    assert selectors.changes(before, now) == {
        "SIG01": Change.PAST, "SIG03": Change.AGAIN, "SIG04": Change.NEW, "RSK01": Change.GONE,
    }  # fmt: skip
    for words in ("Was now, is past", "Was past, is now", "New", "No longer"):
        assert f"<td>{words}</td>" in page


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
