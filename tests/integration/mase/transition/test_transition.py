"""A young person turns 18: the days of each step, what is recorded, who is reminded, and the agenda."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.chronology.models import ChronologyEntry
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.record.services import CaseClosed
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from mase.clocks.models import ClockNotice, ClockStep
from mase.meetings.services import ending
from mase.tasks import notify_about_clocks
from mase.transition import services as transition
from mase.transition.models import TransitionEntry, TransitionPart
from mase.transition.selectors import turning_18
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import make_meeting

BORN = dt.date(2008, 5, 31)
PROMPT = "A young person will turn 18."


def young_person(cast: Cast, born: dt.date | None = BORN, **given: object) -> Case:
    return make_case(cast, child=make_child(date_of_birth=born, **given), category=RiskCategory.MEDIUM)


def days(case: Case) -> list[dt.date]:
    return [each.due_on for each in turning_18(case).steps]


def told() -> int:
    """How many steps towards adult services the morning's job brings to somebody."""
    notices = ClockNotice.objects.filter(step=ClockStep.ADULT)
    before = notices.count()
    notify_about_clocks()
    return notices.count() - before


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
        assert told() == 0


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
    assert told() == 0


def test_the_lead_professional_is_reminded_of_a_step_once(cast: Cast) -> None:
    case = young_person(cast, timezone.localdate() - dt.timedelta(days=round(17.1 * 365.25)))
    assert (told(), told()) == (2, 0), "the flag and the discussion"
    note = Notification.objects.get(text=f"{PROMPT} Due: 2 steps towards adult services.")
    assert (note.user, note.url) == (cast.practitioner, f"/cases/{case.reference}/turning-18/")
    assert turning_18(case).steps[0].done_on == timezone.localdate()


def test_a_step_that_was_taken_brings_no_reminder(cast: Cast) -> None:
    case = young_person(cast, timezone.localdate() - dt.timedelta(days=round(17.1 * 365.25)))
    transition.record_part(
        case=case, part=TransitionPart.DISCUSSION, text="She wants to keep her adviser.",
        happened_on=timezone.localdate(), by=cast.practitioner,
    )  # fmt: skip
    assert told() == 0


def test_without_a_lead_who_sees_the_case_the_chair_is_told(cast: Cast) -> None:
    case = young_person(cast, timezone.localdate() - dt.timedelta(days=round(16.6 * 365.25)))
    Case.objects.filter(pk=case.pk).update(lead_professional=None)
    assert told() == 1
    assert Notification.objects.get(text__startswith=PROMPT).user == cast.manager


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


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_turning_18_is_recorded_part_by_part(cast: Cast) -> None:
    born = timezone.localdate() - dt.timedelta(days=round(17.2 * 365.25))
    case = make_case(cast, child=make_child(date_of_birth=born))
    worker = signed_in(cast, "practitioner")
    path = f"/cases/{case.reference}/turning-18/"
    assert path in text(worker, f"/cases/{case.reference}/meetings/")
    page = text(worker, path)
    assert "overdue" in page
    assert "Nothing yet" in page
    today = timezone.localdate()
    day = {"happened_on_day": today.day, "happened_on_month": today.month, "happened_on_year": today.year}
    referral = {**day, "text": "To the adult safeguarding team."}
    assert worker.post(f"{path}referral/", referral).status_code == 302
    assert worker.post(f"{path}consent/", {"code": "AGREES", "text": "To all of it."}).status_code == 302
    assert "Choose one" in worker.post(f"{path}outcome/", {"text": "x"}).content.decode()
    page = text(worker, path)
    for words in ("To the adult safeguarding team.", "They agree", "Priya Raman"):
        assert words in page
    assert TransitionEntry.objects.count() == 2
    assert worker.get(f"{path}nonsense/").status_code == 404
    assert signed_in(cast, "outsider").get(path).status_code == 404
