"""A young person turns 18: the days of each step, what is recorded, who is reminded, and the agenda."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cases.chronology.models import ChronologyEntry
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.record.services import CaseClosed
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from mase.meetings.services import ending
from mase.tasks import prompt_leads
from mase.transition import services as transition
from mase.transition.models import TransitionPart, TransitionPrompt, TransitionStep
from mase.transition.selectors import turning_18
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import make_meeting

BORN = dt.date(2008, 5, 31)
PROMPT = "A young person will turn 18, and a step towards adult services is due."


def young_person(cast: Cast, born: dt.date | None = BORN, **given: object) -> Case:
    return make_case(cast, child=make_child(date_of_birth=born, **given), category=RiskCategory.MEDIUM)


def days(case: Case) -> list[dt.date]:
    return [each.due_on for each in turning_18(case).steps]


def test_each_step_has_its_day_from_the_date_of_birth(cast: Cast) -> None:
    assert days(young_person(cast)) == [
        dt.date(2024, 11, 30), dt.date(2025, 5, 31), dt.date(2025, 11, 30), dt.date(2026, 2, 28), dt.date(2026, 5, 31),
    ]  # fmt: skip


def test_born_on_a_leap_day_nothing_is_due_later_than_the_birthday(cast: Cast) -> None:
    found = days(young_person(cast, dt.date(2008, 2, 29)))
    assert found[-1] == dt.date(2026, 2, 28)
    assert found[0] == dt.date(2024, 8, 29)


def test_without_a_date_of_birth_no_day_is_invented(cast: Cast) -> None:
    found = turning_18(young_person(cast, None))
    assert found.steps == []
    assert found.birth.startswith("The date of birth is not known")
    with time_machine.travel(dt.datetime(2030, 1, 1, 9, tzinfo=dt.UTC), tick=False):
        assert prompt_leads() == 0


def test_what_is_recorded_keeps_who_and_when_and_the_newest_holds(cast: Cast) -> None:
    case = young_person(cast)
    first = transition.record_part(
        case=case, part=TransitionPart.CONSENT, code="NO", text="Not today.", by=cast.practitioner
    )
    second = transition.record_part(
        case=case,
        part=TransitionPart.CONSENT,
        code="AGREES",
        text="To a worker of her choice.",
        by=cast.manager,
    )
    found = turning_18(case)
    assert found.entries == [first, second]
    assert found.newest[TransitionPart.CONSENT] == second
    assert (second.recorded_by, second.agency) == (cast.manager, cast.agency("cse-team"))
    entry = ChronologyEntry.objects.filter(source_id=second.pk).get()
    assert entry.text == "Turning 18. Consent: To a worker of her choice."
    assert AuditEvent.objects.filter(action=Action.TRANSITION_RECORDED).count() == 2


def test_a_closed_case_is_read_only(cast: Cast) -> None:
    case = young_person(cast)
    Case.objects.filter(pk=case.pk).update(status="closed")
    with pytest.raises(CaseClosed):
        transition.record_part(case=case, part=TransitionPart.SUPPORT, text="Hers.", by=cast.practitioner)
    assert prompt_leads() == 0


def test_the_lead_professional_is_reminded_of_a_step_once(cast: Cast) -> None:
    case = young_person(cast, timezone.localdate() - dt.timedelta(days=round(17.1 * 365.25)))
    assert (prompt_leads(), prompt_leads()) == (1, 0)
    note = Notification.objects.get(text=PROMPT)
    assert (note.user, note.url) == (cast.practitioner, f"/cases/{case.reference}/turning-18/")
    steps = set(TransitionPrompt.objects.filter(case=case).values_list("step", flat=True))
    assert steps == {TransitionStep.FLAG, TransitionStep.DISCUSSION}
    assert turning_18(case).steps[0].done_on == timezone.localdate()


def test_a_step_that_was_taken_brings_no_reminder(cast: Cast) -> None:
    case = young_person(cast, timezone.localdate() - dt.timedelta(days=round(17.1 * 365.25)))
    transition.record_part(
        case=case, part=TransitionPart.DISCUSSION, text="She wants to keep her adviser.",
        happened_on=timezone.localdate(), by=cast.practitioner,
    )  # fmt: skip
    assert prompt_leads() == 0


def test_without_a_lead_who_sees_the_case_the_chair_is_told(cast: Cast) -> None:
    case = young_person(cast, timezone.localdate() - dt.timedelta(days=round(16.6 * 365.25)))
    Case.objects.filter(pk=case.pk).update(lead_professional=None)
    assert prompt_leads() == 1
    assert Notification.objects.get(text=PROMPT).user == cast.manager


def test_a_meeting_of_a_young_person_has_the_item_with_the_steps(cast: Cast) -> None:
    born = timezone.localdate() - dt.timedelta(days=round(17.6 * 365.25))
    meeting = make_meeting(cast, young_person(cast, born))
    item = meeting.agenda.get(code="turning-18")
    assert item.title == "Turning 18"
    assert item == meeting.agenda.order_by("order").last()
    assert "Refer to adult services: by " in item.guidance
    assert "overdue" not in item.guidance  # it is read on another day


def test_what_was_done_since_the_booking_stands_on_the_agenda_as_the_meeting_starts(cast: Cast) -> None:
    born = timezone.localdate() - dt.timedelta(days=round(17.6 * 365.25))
    case = young_person(cast, born)
    meeting = make_meeting(cast, case)
    transition.record_part(
        case=case, part=TransitionPart.REFERRAL, text="Sent to adult services.", happened_on=timezone.localdate(),
        by=cast.practitioner,
    )  # fmt: skip
    ending.start(meeting=meeting, by=cast.manager)
    item = meeting.agenda.get(code="turning-18")
    assert "Refer to adult services: done" in item.guidance
    assert "Refer to adult services: by " not in item.guidance
