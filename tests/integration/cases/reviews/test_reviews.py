"""Every open case has a next date; a child in category 1 is reviewed by the lead professional."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases.assessments import services as categories
from cases.assessments.models import DecisionSource
from cases.casework.services import Check, close_case, reopen_case
from cases.chronology.models import EntryKind
from cases.record.choices import CaseStatus, HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.selectors import CaseFilters, caseload
from cases.reviews.models import CaseReview, ReviewConclusion
from cases.reviews.services import record_review
from cases.sharing.services import access
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference import selectors as reference
from cse_portal.reference.working_days import next_working_day
from mase.clocks.services import notify_about_clocks
from mase.meetings.choices import MeetingKind
from mase.meetings.selectors.meetings import count_to_book, due_date
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, assessed_as_a_network, make_case
from tests.factories.reviews import held, reviewed

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
MONDAY = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
TWELVE_WEEKS = dt.timedelta(weeks=12)


def on(days: int) -> Any:
    return time_machine.travel(MONDAY + dt.timedelta(days=days))


def checklist() -> list[Check]:
    return [Check(entry.code, done=True) for entry in reference.codes("step-down")]


def close_as_over(case: Case, cast: Cast) -> Case:
    return close_case(case=case, code="C1", reason="She is safe.", checklist=checklist(), by=cast.manager)


@pytest.mark.parametrize("category", list(RiskCategory))
def test_every_open_case_has_a_next_date(cast: Cast, category: RiskCategory) -> None:
    """The review by the lead in category 1 or none, else the initial MASE; also once it is opened again."""
    with on(0):
        case = make_case(cast, category=category)
        by_lead = next_working_day(timezone.localdate() + TWELVE_WEEKS)
        by_meeting = due_date(case, MeetingKind.INITIAL)[0]
        expected = by_lead if category <= RiskCategory.LOW else by_meeting
        assert case.next_review_on == expected
    with on(1):
        close_case(case=case, code="C5", reason="They moved.", checklist=checklist(), by=cast.manager)
        reopen_case(case=case, reason="A new concern", lawful_basis=LAWFUL_BASIS, by=cast.manager)
        case.refresh_from_db()
        assert case.next_review_on is not None
        assert caseload(cast.manager, CaseFilters(without_step=True)).count == 0
        assert count_to_book(cast.manager) == (1 if category >= RiskCategory.MEDIUM else 0)


def test_a_category_lowered_to_1_is_reviewed_by_the_lead_12_weeks_after_the_decision(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.MEDIUM)
    with on(8):
        categories.confirm(
            case=case, category=RiskCategory.LOW, harm_status=HarmStatus.H1, rationale="Safer",
            source=DecisionSource.MEETING, by=cast.manager,
        )  # fmt: skip
        case.refresh_from_db()
        assert case.next_review_on == next_working_day(timezone.localdate() + TWELVE_WEEKS)
        assert count_to_book(cast.manager) == 0


def test_a_category_confirmed_as_it_is_moves_no_review_back(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.LOW)
        due = case.next_review_on
    with on(100):
        categories.confirm(
            case=case, category=RiskCategory.LOW, harm_status=HarmStatus.H1, rationale="No change",
            source=DecisionSource.ASSESSMENT, by=cast.manager,
        )  # fmt: skip
        case.refresh_from_db()
        assert case.next_review_on == due
        assert caseload(cast.manager, CaseFilters(overdue=True)).count == 1


def test_a_review_sets_the_next_one_and_stands_in_the_chronology(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.LOW)
        due = case.next_review_on
    with on(30):
        key, said = new_key(), held(case)
        made = record_review(case=case, held=said, by=cast.practitioner, key=key)
        assert record_review(case=case, held=said, by=cast.practitioner, key=key) == made, "posted twice"
        case.refresh_from_db()
        assert (made.due_on, case.next_review_on) == (due, said.next_on)
        entry = case.chronology.get(kind=EntryKind.REVIEW)
        assert "Child seen by Her social worker, alone." in entry.text
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE cse_app; UPDATE cases_casereview SET why = 'Other'")


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ({"held_on": dt.date(2026, 6, 30)}, "before the last review"),
        ({"held_on": dt.date(2026, 5, 1)}, "before the last review"),
        ({"next_on": dt.date(2026, 6, 3)}, "must be after this one"),
        ({"next_on": dt.date(2026, 12, 1)}, "must be after this one"),
    ],
)
def test_days_out_of_order_are_refused_with_the_field_named(
    cast: Cast, parts: dict[str, Any], refusal: str
) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.LOW)
    with on(2):
        said = held(
            case, parts.get("held_on"), **{name: day for name, day in parts.items() if name == "next_on"}
        )
        with pytest.raises(NotAllowedNow, match=refusal) as refused:
            record_review(case=case, held=said, by=cast.practitioner)
        assert refused.value.field in parts


def test_mase_reviews_the_higher_categories(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    with pytest.raises(NotAllowedNow, match="A MASE meeting reviews a child in category"):
        reviewed(case, cast.practitioner)


def test_only_the_lead_professional_and_the_cse_team_review(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.LOW)
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.practitioner,
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        reviewed(case, cast.police)
    assert reviewed(case, cast.practitioner).agency == cast.agency("csc")
    assert reviewed(case, cast.manager).agency == cast.agency("cse-team")


def test_the_risk_is_over_by_a_review_and_the_managers_agreement(cast: Cast) -> None:
    """Without a meeting; the newest review counts, and a floor of the newest assessment forbids it."""
    with on(0):
        case = make_case(cast, category=RiskCategory.LOW)
    with on(20):
        reviewed(case, cast.practitioner)
        with pytest.raises(NotAllowedNow, match="No meeting has decided category 1"):
            close_as_over(case, cast)
    with on(40):
        reviewed(case, cast.practitioner, conclusion=ReviewConclusion.OVER)
        assert Notification.objects.filter(user=cast.manager, text__contains="the risk is over").count() == 1
        assert close_as_over(case, cast).status == CaseStatus.CLOSED


@pytest.mark.parametrize(
    "against", ["a floor", "the same person", "the day of the decision", "a later review"]
)
def test_a_review_closes_no_case_where_something_stands_against_it(cast: Cast, against: str) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.LOW)
    with on(0 if against == "the day of the decision" else 20):
        by = cast.manager if against == "the same person" else cast.practitioner
        reviewed(case, by, conclusion=ReviewConclusion.OVER)
        if against == "a floor":
            assessed_as_a_network(cast, case)
        if against == "a later review":
            reviewed(case, cast.practitioner)
        with pytest.raises(
            NotAllowedNow, match="newest assessment says|Somebody else must agree|No meeting has decided"
        ):
            close_as_over(case, cast)


def test_a_child_in_category_1_is_reviewed_after_12_weeks_through_the_pages(cast: Cast, as_: As) -> None:
    """The journey: without the review lead and manager see it late; with it the next one is on the list."""
    with on(0):
        case = make_case(cast, category=RiskCategory.LOW)
    with on(90):
        lead, manager = as_("practitioner"), as_("manager")
        assert notify_about_clocks()
        assert not notify_about_clocks()
        assert Notification.objects.filter(text__startswith="Late: 1 review by the lead").count() == 2
        assert case.child.name in lead.get("/").content.decode()
        late = manager.get("/cases/?overdue=yes").content.decode()
        assert case.reference in late
        assert "No child matches" in manager.get("/cases/?without_step=yes").content.decode()
        page = f"/cases/{case.reference}/review/"
        assert "This review is due by" in lead.get(page).content.decode()
        today = timezone.localdate()
        said = {
            "form_token": str(new_key()), "held_on_day": today.day, "held_on_month": today.month,
            "held_on_year": today.year, "seen_by": "Ola Hart, social worker", "conclusion": "stays",
            "why": "Nothing has changed.", "next_on_day": 1, "next_on_month": 10, "next_on_year": 2026,
        }  # fmt: skip
        assert "Say whether they were seen alone" in lead.post(page, said).content.decode()
        assert lead.post(page, {**said, "seen_alone": "no"}).status_code == 302
        assert CaseReview.objects.get().in_time is False
        assert "Held late" in lead.get(f"/cases/{case.reference}/assessments/").content.decode()
        assert "1 Oct" in lead.get(f"/cases/{case.reference}/").content.decode()
        assert case.reference not in manager.get("/cases/?overdue=yes").content.decode()


def test_a_case_without_a_next_step_is_found(cast: Cast, as_: As) -> None:
    case = make_case(cast, category=RiskCategory.LOW)
    Case.objects.filter(pk=case.pk).update(next_review_on=None)
    listed = as_("manager").get("/cases/?without_step=yes").content.decode()
    assert case.reference in listed
    assert "Not set" in listed
    assert "No date" not in listed
    assert caseload(cast.manager, CaseFilters(without_step=True)).count == 1
