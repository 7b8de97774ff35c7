"""What a CMOG agrees under a place, a person or a theme has an owner, a day and the engine of a child's actions."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.chronology.models import ChronologyEntry
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from intelligence.subjects.models import Subject
from mase.cmog.choices import CmogWhy
from mase.cmog.presenters.cmog import reasons
from mase.cmog.services import cmog
from mase.meetings.choices import ItemKind
from mase.meetings.errors import MeetingRefused
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.plans.choices import ActionState, Escalation
from mase.plans.errors import NOBODY_CAN_TAKE_IT, OWNER_CANNOT_TAKE_IT
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import ALL, OVERDUE, WAITING, action_list
from mase.plans.services import actions, verification
from mase.tasks import remind_of_actions
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.cmog import add_to, agree, end_cmog, item_of, make_cmog, start_cmog
from tests.factories.meetings import membership
from tests.integration.mase.cmog.test_cmog import named_by_a_report
from tests.integration.mase.cmog.test_cmog_pages import on, posted

pytestmark = pytest.mark.django_db
VISIT = "Visit the takeaway in Ash Lane with the licensing team, twice, after ten at night."
OUTCOME, CHANGED = "Visited twice with licensing.", "Nobody under 18 is served there after nine any more."


@pytest.fixture(scope="module")
def named(shared_cast: Cast) -> tuple[Subject, Subject]:
    return named_by_a_report(shared_cast, make_case(shared_cast))


@pytest.fixture(scope="module")
def place(named: tuple[Subject, Subject]) -> Subject:
    return named[1]


@pytest.fixture(scope="module")
def action(shared_cast: Cast, place: Subject) -> PlanAction:
    """Of a CMOG last month, under the place, for the nurse, who was not there and may not see the place."""
    cast, meeting = shared_cast, start_cmog(shared_cast, months=-1)
    with acting_for(cast.manager):
        action = agree(cast, item_of(meeting, subject=place), text=VISIT, owner=cast.health)
    end_cmog(cast, meeting)
    return PlanAction.objects.get(pk=action.pk)


def told(person: User) -> list[str]:
    rows = Notification.objects.filter(user=person, text__icontains="action")
    return list(rows.order_by("created_at").values_list("text", flat=True))


def late_by(action: PlanAction, days: int) -> None:
    long_ago = timezone.now() - dt.timedelta(days=days + 10)
    due_on = timezone.localdate() - dt.timedelta(days=days)
    PlanAction.objects.filter(pk=action.pk).update(due_on=due_on, issued_at=long_ago, set_at=long_ago)


def lead_of(cast: Cast, agency: str) -> User:
    person: User = accounts.add_person(
        email=f"{agency}.lead@example.org", full_name="Harriet Lowe", agency=cast.agency(agency),
        role=Role.AGENCY_LEAD,
    )  # fmt: skip
    return person


# ------------------------------------------------------------------------------------------ from the table to the end


def test_an_agency_that_was_not_there_reads_it_does_it_and_the_chair_confirms_it(
    cast: Cast, place: Subject, action: PlanAction
) -> None:
    assert (action.case_id, action.owner) == (None, cast.health)
    assert told(cast.health) == ["You have 1 new action from a CMOG."]
    nurse, address = signed_in(cast, "health"), f"/actions/{action.pk}/"
    assert Notification.objects.get(user=cast.health).url == address
    page = nurse.get(address).content.decode()
    assert VISIT in page
    assert nurse.get(action.item.get_absolute_url()).status_code == 404
    assert place.name not in page + nurse.get("/actions/").content.decode() + nurse.get("/").content.decode()
    assert VISIT in nurse.get("/actions/").content.decode()
    assert "Agreed at a CMOG" in nurse.get("/actions/").content.decode()

    form = nurse.get(f"{address}outcome/").content.decode()
    assert "What did it change?" in form
    assert "for the child" not in form
    today = timezone.localdate()
    report = posted(done="yes", outcome=OUTCOME, effect=CHANGED, sure="on", **on(today, "done_on"))
    assert nurse.post(f"{address}outcome/", report).status_code == 302
    action.refresh_from_db()
    assert (action.state, action.effect_on_child) == (ActionState.DONE, CHANGED)
    assert list(action_list(cast.manager, whose=ALL, show=WAITING)) == [action]
    chair = signed_in(cast, "manager")
    page = chair.get(address).content.decode()
    assert "What it changed</dt>" in page
    assert place.name in page  # for the chair, who sees it
    assert chair.post(f"{address}confirm/", posted(agreed="yes")).status_code == 302
    action.refresh_from_db()
    assert action.verified_by == cast.manager


def test_nothing_of_it_stands_in_a_childs_record(cast: Cast, action: PlanAction) -> None:
    before = ChronologyEntry.objects.count()
    signed_in(cast, "health").get(f"/actions/{action.pk}/")
    with acting_for(cast.health):
        actions.progress(action=action, note="A date is set.", by=cast.health)
        actions.complete(action=action, outcome=OUTCOME, effect=CHANGED, by=cast.health)
    with acting_for(cast.manager):
        verification.confirm(action=action, by=cast.manager)
    assert not ChronologyEntry.objects.filter(text__contains="takeaway").exists()
    assert ChronologyEntry.objects.count() == before
    events = AuditEvent.objects.filter(object_id=action.pk)
    assert {each.action for each in events} == {
        Action.ACTION_SET, Action.ACTION_VIEWED, Action.ACTION_CHANGED, Action.ACTION_COMPLETED, Action.ACTION_VERIFIED,
    }  # fmt: skip
    assert [each for each in events if each.case_id or "cases" in each.detail] == []
    assert set(
        Notification.objects.filter(url__contains=str(action.pk)).values_list("case_id", flat=True)
    ) == {None}


def test_it_is_agreed_under_anything_but_an_action_without_a_child(
    cast: Cast, named: tuple[Subject, Subject]
) -> None:
    meeting, manager = start_cmog(cast), signed_in(cast, "manager")
    add_to(cast, meeting, ItemKind.TOPIC, "The new tram stop")
    kinds = (ItemKind.THEME, ItemKind.TOPIC, ItemKind.PERSON, ItemKind.PLACE)
    items = [AgendaItem.objects.filter(meeting=meeting, kind=kind)[0] for kind in kinds]
    for item in items:
        shown, address = item.get_absolute_url(), f"/cmog/items/{item.pk}/"
        assert f"{address}action/" in manager.get(shown).content.decode()
        form = manager.get(f"{address}action/").content.decode()
        assert "Name no child." in form
        assert "child’s case" not in form
    due = timezone.localdate() + dt.timedelta(days=14)
    typed = posted(
        p="PREVENT", text=VISIT, measure_of_success="Two visits.", agency=str(cast.agency("health").pk),
        owner=str(membership(cast.health).pk),
    )  # fmt: skip
    refused = manager.post(f"{address}action/", typed)
    assert VISIT in refused.content.decode()
    assert "There is a problem" in refused.content.decode()
    assert manager.post(f"{address}action/", typed | on(due, "due_on")).status_code == 302
    action = PlanAction.objects.get(item=item)
    assert (action.case, action.item, action.restricted) == (None, item, False)
    assert VISIT in manager.get(shown).content.decode()
    end_cmog(cast, meeting)
    assert signed_in(cast, "health").get(f"/actions/{action.pk}/").status_code == 200


def test_who_cannot_open_it_is_not_given_it(cast: Cast, place: Subject) -> None:
    item = item_of(start_cmog(cast), subject=place)
    with acting_for(cast.manager):
        with pytest.raises(MeetingRefused, match=OWNER_CANNOT_TAKE_IT):
            agree(cast, item, owner=cast.analyst)
        with pytest.raises(MeetingRefused, match=NOBODY_CAN_TAKE_IT):
            agree(cast, item, agency=membership(cast.analyst).agency)


# ------------------------------------------------------------------------------------------ it comes back by itself


def compiled(cast: Cast, meeting: Meeting) -> Meeting:
    with acting_for(cast.manager):
        return cmog.compile_agenda(meeting=meeting, by=cast.manager)


def test_unfinished_it_comes_onto_the_next_agenda_with_its_place(
    cast: Cast, place: Subject, action: PlanAction
) -> None:
    meeting = start_cmog(cast)
    again = item_of(meeting, subject=place, action=None)
    assert "An action agreed here at an earlier CMOG is not finished" in reasons(again, meeting)
    day_before = timezone.localdate(meeting.scheduled_for) - dt.timedelta(days=1)
    PlanAction.objects.filter(pk=action.pk).update(due_on=day_before)
    compiled(cast, meeting)
    itself = item_of(meeting, action=action)
    assert (itself.kind, itself.subject, itself.case) == (ItemKind.ACTION, place, None)
    manager = signed_in(cast, "manager")
    agenda = manager.get(f"/cmog/{meeting.pk}/agenda/").content.decode()
    assert VISIT in agenda
    assert f"{place.name}, {place.reference}, {cast.agency('health').short_name}" in agenda
    assert "Left to do from earlier meetings" in manager.get(again.get_absolute_url()).content.decode()
    assert again.get_absolute_url() in manager.get(itself.get_absolute_url()).content.decode()
    end_cmog(cast, meeting)
    following = make_cmog(cast, months=1)
    assert item_of(following, action=action).subject == place
    with acting_for(cast.health):
        actions.not_done(action=action, reason="It has closed down.", by=cast.health)
    compiled(cast, following)
    assert not AgendaItem.objects.filter(meeting=following, action=action).exists()
    whys = [
        why["code"]
        for each in AgendaItem.objects.filter(meeting=following, subject=place)
        for why in each.why
    ]
    assert CmogWhy.UNFINISHED not in whys


def test_a_topic_comes_back_as_well_and_a_theme_says_why(cast: Cast) -> None:
    meeting = start_cmog(cast, months=-2)
    topic = add_to(cast, meeting, ItemKind.TOPIC, "The new tram stop")
    theme = AgendaItem.objects.get(meeting=meeting, code="themes")
    for item in (topic, theme):
        agree(cast, item, text=VISIT, owner=cast.health)
    end_cmog(cast, meeting)
    following = make_cmog(cast)
    back = item_of(following, kind=ItemKind.TOPIC)
    assert (back.title, back.code, back.added_by) == ("The new tram stop", topic.code, None)
    why = "An action agreed here at an earlier CMOG is not finished"
    assert reasons(back, following) == [why]
    assert reasons(item_of(following, code="themes", action=None), following) == [why]
    for action in PlanAction.objects.filter(item__in=[topic, theme]):
        actions.not_done(action=action, reason="There is no need any more.", by=cast.health)
    compiled(cast, following)
    assert not AgendaItem.objects.filter(meeting=following, kind=ItemKind.TOPIC).exists()


# ------------------------------------------------------------------------------------------ its clock, and who leaves


def test_its_clock_tells_the_owner_the_lead_and_the_chair_without_a_name(
    cast: Cast, place: Subject, action: PlanAction
) -> None:
    lead = lead_of(cast, "health")
    Notification.objects.all().delete()
    for days in (-3, 0, 3, 7, 14):
        late_by(action, days)
        action.refresh_from_db(fields=["told", "due_on"])
        told_of_this_day = [f"{key.split()[0]} {action.due_on}" for key in action.told]
        PlanAction.objects.filter(pk=action.pk).update(
            issued_at=action.issued_at, set_at=action.set_at, told=told_of_this_day
        )
        remind_of_actions()
    assert told(cast.health) == [
        "Due soon: 1 action of yours.", "Due today: 1 action of yours.", "Overdue: 1 action of yours.",
    ]  # fmt: skip
    assert told(lead) == ["Overdue and escalated to you: 1 action of your agency."] * 2
    assert told(cast.manager) == ["Overdue and escalated to you: 1 action of a plan you chair."]
    action.refresh_from_db()
    assert action.escalation == Escalation.CHAIR
    for person, show in ((cast.manager, OVERDUE), (cast.health, OVERDUE)):
        assert list(action_list(person, whose=ALL, show=show)) == [action]
    assert VISIT not in signed_in(cast, "lead").get("/actions/people/").content.decode()
    for text in Notification.objects.values_list("text", flat=True):
        assert place.name not in text
