"""What a CMOG agreed comes back until it is done: disruption with a day, and every action that is left."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from intelligence.disruption import services as disruption
from intelligence.disruption.choices import Stage
from intelligence.disruption.models import Disruption
from intelligence.subjects.models import Subject
from intelligence.tasks import remind_of_disruption
from mase.cmog.choices import CmogWhy
from mase.cmog.presenters.cmog import reasons
from mase.cmog.selectors.agenda import heading_of
from mase.cmog.selectors.cmog import items_for
from mase.cmog.services import cmog
from mase.cmog.services import items as cmog_items
from mase.meetings.choices import ItemKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.plans.models.plan import PlanAction
from mase.plans.services import actions
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import actions as plans
from tests.factories.cases import make_case
from tests.factories.cmog import agree, end_cmog, item_of, make_cmog, start_cmog
from tests.integration.mase.cmog.test_cmog import a_year_ago, named_by_a_report

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def place(shared_cast: Cast) -> Subject:
    return named_by_a_report(shared_cast, make_case(shared_cast))[1]


def agreed(cast: Cast, item: AgendaItem, *, due_in: int | None = None) -> Disruption:
    """A notice that the police are to serve."""
    due_on = None if due_in is None else timezone.localdate() + dt.timedelta(days=due_in)
    tactic = disruption.Tactic("D12", "Serve the closure notice.", cast.agency("police"), due_on)
    with acting_for(cast.manager):
        return cmog_items.ask_for_order(item=item, tactic=tactic, by=cast.manager, key=new_key())


def outside(cast: Cast, place: Subject, *, due_in: int | None = None) -> Disruption:
    """Agreed between two CMOGs."""
    due_on = None if due_in is None else timezone.localdate() + dt.timedelta(days=due_in)
    tactic = disruption.Tactic("D12", "Serve the closure notice.", cast.agency("police"), due_on)
    with acting_for(cast.police):
        return disruption.ask_for(target=place, tactic=tactic, by=cast.police, key=new_key())


def take(cast: Cast, made: Disruption, stage: Stage, *, due_in: int | None = None) -> None:
    today = timezone.localdate()
    due_on = None if due_in is None else today + dt.timedelta(days=due_in)
    step = disruption.Step(stage, "What came of it.", today, due_on=due_on, served_by="Sergeant Moss")
    with acting_for(cast.police):
        disruption.take_step(disruption=made, step=step, by=cast.police, key=new_key())


def waits(meeting: Meeting, place: Subject) -> bool:
    items = AgendaItem.objects.filter(meeting=meeting, subject=place)
    return any(why["code"] == CmogWhy.WAITING for item in items for why in item.why)


def told(person: object) -> list[str]:
    rows = Notification.objects.filter(user=person, text__contains="not in force yet")
    return sorted(rows.values_list("text", flat=True))


def test_what_was_agreed_and_never_done_is_on_each_agenda_until_it_is(cast: Cast, place: Subject) -> None:
    first = start_cmog(cast, months=-3)
    made = agreed(cast, item_of(first, subject=place), due_in=-40)
    with acting_for(cast.manager):
        cmog.compile_agenda(meeting=first, by=cast.manager)
    assert not waits(first, place)  # it is agreed here
    end_cmog(cast, first)
    ninety_days_ago = timezone.localtime().replace(hour=12) - dt.timedelta(days=90)
    Disruption.objects.filter(pk=made.pk).update(asked_at=ninety_days_ago)
    for months in (-2, -1):
        following = start_cmog(cast, months=months)
        assert waits(following, place)
        end_cmog(cast, following)
    item = item_of(following, subject=place)
    (words,) = [each for each in reasons(item, following) if "not yet in force" in each]
    assert "overdue, it was due on" in words
    assert (
        "overdue, it was due on" in signed_in(cast, "police").get(f"/cmog/{following.pk}/").content.decode()
    )
    take(cast, made, Stage.SERVED)
    assert not waits(make_cmog(cast), place)


@pytest.mark.parametrize("stage", [Stage.SERVED, Stage.NOT_USED])
def test_what_is_done_or_dropped_waits_no_more_and_nobody_is_told(
    cast: Cast, place: Subject, stage: Stage
) -> None:
    made = outside(cast, place, due_in=-20)
    meeting = make_cmog(cast)
    assert waits(meeting, place)
    take(cast, made, stage)
    with acting_for(cast.manager):
        cmog.compile_agenda(meeting=meeting, by=cast.manager)
    assert not waits(meeting, place)
    assert remind_of_disruption() == 0


def test_the_form_asks_for_the_day_and_the_pages_say_when_it_is_past(cast: Cast, place: Subject) -> None:
    item = item_of(start_cmog(cast), subject=place)
    client, day = signed_in(cast, "manager"), timezone.localdate() + dt.timedelta(days=9)
    given = {
        "form_token": str(new_key()), "tactic": "D12", "text": "Serve the closure notice.",
        "agency": str(cast.agency("police").pk),
    }  # fmt: skip
    address = f"/cmog/items/{item.pk}/disruption/"
    assert "Say by when it is to be in force" in client.post(address, given).content.decode()
    days = {"due_on_day": day.day, "due_on_month": day.month, "due_on_year": day.year}
    assert client.post(address, {**given, **days}).status_code == 302
    made = Disruption.objects.get()
    assert made.due_on == day
    pages = (f"/intelligence/disruption/{made.pk}/", "/intelligence/disruption/", item.get_absolute_url())
    officer = signed_in(cast, "police")
    assert not any("Overdue" in officer.get(page).content.decode() for page in pages)
    Disruption.objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    assert all("Overdue" in officer.get(page).content.decode() for page in pages)
    take(cast, made, Stage.SERVED)
    assert not any("Overdue" in officer.get(page).content.decode() for page in pages)


def test_the_agency_is_told_before_on_and_after_its_day_each_time_once(cast: Cast, place: Subject) -> None:
    today = timezone.localtime().replace(hour=12)
    made = outside(cast, place, due_in=10)
    for days, number in ((6, 0), (7, 1), (8, 1), (10, 2), (17, 3), (30, 3)):
        with time_machine.travel(today + dt.timedelta(days=days)):
            remind_of_disruption()
            assert remind_of_disruption() == 0
        assert len(told(cast.police)) == number, days
    what = "and not in force yet: an order against a subject of concern."
    assert told(cast.police) == [f"Due soon, {what}", f"Due today, {what}", f"Overdue, {what}"]
    urls = set(
        Notification.objects.filter(user=cast.police, text__contains=what).values_list("url", flat=True)
    )
    assert urls == {f"/intelligence/disruption/{made.pk}/"}
    assert told(cast.health) == told(cast.outsider) == []
    details = AuditEvent.objects.filter(action=Action.DISRUPTION_REMINDED).values_list("detail", flat=True)
    assert list(details) == [{"disruption": [str(made.pk)], "about": [str(place.pk)]}] * 3


def test_where_nobody_of_the_agency_may_see_it_those_who_agree_are_told(cast: Cast, place: Subject) -> None:
    outside(cast, place, due_in=-20)
    left = timezone.localdate() - dt.timedelta(days=1)
    Membership.objects.filter(agency=cast.agency("police")).update(ends_on=left)
    remind_of_disruption()
    assert told(cast.police) == []
    assert len(told(cast.manager)) == 1


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return a_year_ago(make_case(shared_cast, category=RiskCategory.MEDIUM))


@pytest.fixture(scope="module")
def late(shared_cast: Cast, case: Case) -> PlanAction:
    """The nurse's, since yesterday."""
    return plans.issued(shared_cast, case, overdue_by=1)


def due(action: PlanAction, day: dt.date) -> None:
    PlanAction.objects.filter(pk=action.pk).update(due_on=day)


def agreed_last_month(cast: Cast, text: str = "Find her a place at the evening club.") -> PlanAction:
    """By a CMOG that has ended: for a child of category 3, due in twenty days."""
    last = start_cmog(cast, months=-1)
    child = make_case(cast, category=RiskCategory.HIGH)
    cmog.compile_agenda(meeting=last, by=cast.manager)
    action = agree(cast, item_of(last, case=child, kind=ItemKind.CHILD), text=text)
    end_cmog(cast, last)
    action.refresh_from_db()
    return action


def under(user: User, meeting: Meeting, heading: str) -> list[PlanAction]:
    """The actions this person finds under a heading of the agenda."""
    with acting_for(user):
        items = items_for(user, meeting)
        return [each.action for each in items if heading_of(each) == heading]


def test_every_action_whose_day_is_before_the_cmog_is_on_the_agenda(cast: Cast, late: PlanAction) -> None:
    meeting = make_cmog(cast, months=1)
    day = timezone.localdate(meeting.scheduled_for)
    of_another = plans.running(cast, make_case(cast), people=[cast.health])
    on_the_day, later = (plans.agreed(cast, of_another) for _ in range(2))
    plans.end(cast, of_another)
    for action, when in (
        (late, day - dt.timedelta(days=1)), (on_the_day, day), (later, day + dt.timedelta(days=1)),
    ):  # fmt: skip
        due(action, when)
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    assert under(cast.manager, meeting, "actions") == [late]
    words = reasons(item_of(meeting, action=late), meeting)
    assert words == [f"Due on {day - dt.timedelta(days=1):%-d %B %Y}, before this CMOG"]


def test_closing_a_case_takes_no_overdue_action_off_the_agenda(
    cast: Cast, case: Case, late: PlanAction
) -> None:
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED)
    meeting = make_cmog(cast, months=1)
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    assert under(cast.manager, meeting, "actions") == [late]


def test_an_overdue_action_is_seen_with_its_child_and_by_nobody_else(
    cast: Cast, case: Case, late: PlanAction
) -> None:
    meeting = make_cmog(cast, months=1, people=[cast.health, cast.outsider])
    exclusions.exclude(case=case, user=cast.police, reason="Knows the family", by=cast.privacy)
    for person, seen in (
        (cast.manager, [late]),
        (cast.health, [late]),
        (cast.outsider, []),
        (cast.police, []),
    ):
        assert under(person, meeting, "actions") == seen


def test_what_an_earlier_cmog_agreed_brings_the_child_back_until_it_is_finished(cast: Cast) -> None:
    action = agreed_last_month(cast)
    due(action, timezone.localdate() + dt.timedelta(days=60))
    Case.objects.filter(pk=action.case_id).update(category=RiskCategory.LOW)
    a_year_ago(action.case)
    meeting = make_cmog(cast)
    item = item_of(meeting, case=action.case, kind=ItemKind.CHILD)
    assert reasons(item, meeting) == ["An action agreed here at an earlier CMOG is not finished"]
    page = signed_in(cast, "manager").get(item.get_absolute_url()).content.decode()
    assert action.text in page
    with acting_for(cast.practitioner):
        actions.not_done(action=action, reason="No place is free.", by=cast.practitioner)
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    assert not AgendaItem.objects.filter(meeting=meeting, case=action.case_id).exists()
