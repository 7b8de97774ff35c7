"""The nurse's action: told, reported on, finished, handed on, carried forward, and its pages."""

import datetime as dt
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases.chronology.models import ChronologyEntry, EntryKind
from cases.record.choices import RiskCategory
from cases.record.models.access import CaseGroupObjectPermission, CaseUserObjectPermission
from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.accounts.models import Agency
from cse_portal.accounts.services import end_membership
from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from mase.meetings.errors import WORKS_ELSEWHERE, ChangedMeanwhile, MeetingNotEditable, MeetingRefused
from mase.meetings.models.meeting import Meeting
from mase.plans.choices import ActionState
from mase.plans.errors import (
    ACTION_FINISHED,
    ACTION_NOT_ISSUED,
    AGENCY_HAS_LEFT,
    NOBODY_CAN_TAKE_IT,
    OWNER_CANNOT_TAKE_IT,
)
from mase.plans.models.plan import ActionUpdate, PlanAction
from mase.plans.selectors.actions import (
    AGENCY,
    ALL,
    FINISHED,
    MINE,
    OPEN,
    OVERDUE,
    WITHOUT_OWNER,
    action_for,
    action_list,
)
from mase.plans.services import actions, carrying
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import LAWFUL_BASIS, make_case, share_with

OUTCOME = "Seen twice at school. She knows where the clinic is."
EFFECT = "She says she feels less alone."


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> Meeting:
    """It goes on, with the nurse in the room and nothing agreed yet."""
    case = make_case(shared_cast, category=RiskCategory.MEDIUM)
    return factory.running(shared_cast, case, people=[shared_cast.health])


@pytest.fixture(scope="module")
def action(shared_cast: Cast) -> PlanAction:
    return factory.issued(shared_cast, make_case(shared_cast, category=RiskCategory.MEDIUM))


def finish(cast: Cast, action: PlanAction, **given: object) -> PlanAction:
    values = {"outcome": OUTCOME, "effect": EFFECT, "by": cast.health, **given}
    return actions.complete(action=action, **values)  # type: ignore[arg-type]


def test_it_is_issued_once_its_owner_is_told_and_the_chronology_says_so(
    cast: Cast, action: PlanAction
) -> None:
    assert actions.issue(meeting=action.meeting, by=cast.manager) == []
    told = Notification.objects.filter(user=cast.health, text__contains="action").get()
    assert (told.text, told.url) == ("You have 1 new action from a plan.", f"/actions/{action.pk}/")
    entry = ChronologyEntry.objects.filter(case=action.case, kind=EntryKind.ACTION).get()
    assert entry.text == "Plan issued: 1 action for Health."


def test_its_agency_accepts_it_and_names_who_does_it(cast: Cast, action: PlanAction) -> None:
    PlanAction.objects.filter(pk=action.pk).update(owner=None, answer_by=timezone.localdate())
    with pytest.raises(NotPermitted):
        actions.answer(action=action, accepted=True, by=cast.manager)
    assert not action_list(cast.health, whose=MINE).exists()
    for _ in range(2):
        row = actions.answer(action=action, accepted=True, words="She rings back.", by=cast.health)
    assert (row.owner, row.measure_of_success, row.is_accepted) == (cast.health, "She rings back.", True)
    assert list(action_list(cast.health, whose=MINE)) == [action]
    assert row.updates.count() == 1
    with pytest.raises(ChangedMeanwhile):
        actions.answer(action=action, accepted=False, words="Too late.", by=cast.health)


def test_a_declined_action_is_the_chairs_to_give_to_somebody_else(cast: Cast, action: PlanAction) -> None:
    PlanAction.objects.filter(pk=action.pk).update(answer_by=timezone.localdate())
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.answer(action=action, accepted=False, words="", by=cast.health)
    Notification.objects.all().delete()
    row = actions.answer(action=action, accepted=False, words="No nurse until May.", by=cast.health)
    told = Notification.objects.get()
    assert (told.user, told.url) == (cast.manager, f"/actions/{action.pk}/")
    assert list(action_list(cast.manager, whose=ALL, show=WITHOUT_OWNER)) == [action]
    given = actions.reassign(
        action=row, agency=cast.agency("csc"), owner=cast.practitioner, reason="Ours.", by=cast.manager
    )
    assert (given.declined, given.is_accepted) == (False, False)
    assert not action_list(cast.manager, whose=ALL, show=WITHOUT_OWNER).exists()
    mine = actions.reassign(
        action=given, agency=cast.agency("csc"), owner=cast.practitioner, reason="Mine.", by=cast.practitioner
    )
    assert mine.is_accepted


def test_a_later_plan_asks_again_unless_it_was_accepted(cast: Cast, meeting: Meeting) -> None:
    accepted, asked = factory.agreed(cast, meeting), factory.agreed(cast, meeting)
    factory.end(cast, meeting)
    PlanAction.objects.filter(pk=accepted.pk).update(answer_by=None)
    factory.end(cast, next_meeting(cast, meeting.case))
    assert PlanAction.objects.get(carried_from=accepted).is_accepted
    assert not PlanAction.objects.get(carried_from=asked).is_accepted


def test_an_agency_with_no_named_person_is_told_only_through_who_sees_the_case(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    meeting = factory.running(cast, case, people=[cast.health], agencies=[cast.agency("police")])
    factory.agreed(cast, meeting, agency=cast.agency("police"))
    CaseGroupObjectPermission.objects.filter(group=cast.agency("police").group).delete()
    factory.end(cast, meeting)
    assert not Notification.objects.filter(user=cast.police, text__contains="action").exists()


def test_an_action_is_given_to_nobody_who_cannot_see_the_case(cast: Cast, meeting: Meeting) -> None:
    with pytest.raises(MeetingRefused, match=NOBODY_CAN_TAKE_IT):
        factory.agreed(cast, meeting, agency=cast.agency("police"))
    with pytest.raises(MeetingRefused, match=OWNER_CANNOT_TAKE_IT):
        factory.agreed(cast, meeting, agency=cast.agency("police"), owner=cast.police)
    assert not PlanAction.objects.filter(meeting=meeting).exists()


def test_why_somebody_cannot_be_given_an_action_is_not_told(cast: Cast) -> None:
    """The nurse's whole team holds the case and she is shut out of it; with the police it was not shared."""
    case = make_case(cast, category=RiskCategory.MEDIUM)
    share_with(case, cast.agency("health"), by=cast.practitioner)
    exclusions.exclude(case=case, user=cast.health, reason="Family", by=cast.privacy)
    meeting = factory.running(cast, case, people=[])
    said = set()
    for agency, owner in (("health", cast.health), ("police", cast.police)):
        with pytest.raises(NotAllowedNow) as refused:
            factory.agreed(cast, meeting, agency=cast.agency(agency), owner=owner)
        said.add(refused.value.message)
    assert len(said) == 1
    assert "see" not in said.pop()


LOST = {
    "nothing": lambda cast, case: None,
    "sight ended": lambda cast, case: CaseUserObjectPermission.objects.filter(user=cast.health).update(
        expires_at=timezone.now() - dt.timedelta(minutes=1)
    ),
    "shut out": lambda cast, case: exclusions.exclude(
        case=case, user=cast.health, reason="Knows the family", by=cast.privacy
    ),
    "agency shut out": lambda cast, case: exclusions.exclude(
        case=case, agency=cast.agency("health"), reason="Knows the family", by=cast.privacy
    ),
    "restricted to others": lambda cast, case: access.restrict(
        case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    ),
    "left": lambda cast, case: end_membership(
        membership=factory.membership(cast.health), on=timezone.localdate()
    ),
    "given while elsewhere": lambda cast, case: CaseUserObjectPermission.objects.filter(
        user=cast.health
    ).update(granted_at=timezone.now() - dt.timedelta(days=9000)),
}


def test_needs_an_owner_is_whoever_cannot_open_it_any_more(cast: Cast, action: PlanAction) -> None:
    """It goes by who has left alone: else its readers would learn who is shut out of the child's case."""
    for what, loses in LOST.items():
        with transaction.atomic():
            loses(cast, action.case)
            for reader in (cast.manager, cast.practitioner):
                listed = action_list(reader, whose=ALL, show=WITHOUT_OWNER)
                assert listed.filter(pk=action.pk).exists() is (what == "left"), what
            transaction.set_rollback(True)


def test_an_action_done_in_time_is_done(cast: Cast, action: PlanAction) -> None:
    done = finish(cast, action)
    assert (done.state, done.completed_by, done.done_on) == (
        ActionState.DONE,
        cast.health,
        timezone.localdate(),
    )
    entry = ChronologyEntry.objects.filter(source_id=action.pk).get()
    assert OUTCOME in entry.text
    assert EFFECT in entry.text
    event = AuditEvent.objects.get(action=Action.ACTION_COMPLETED)
    assert (event.object_id, event.actor, event.detail["state"]) == (action.pk, cast.health, "DONE")


def test_the_day_it_was_done_decides_not_the_day_it_was_written_down(cast: Cast, action: PlanAction) -> None:
    factory.make_overdue(action.pk, 3)
    for days_ago, state in ((0, ActionState.DONE_LATE), (4, ActionState.DONE)):
        with transaction.atomic():
            day = timezone.localdate() - dt.timedelta(days=days_ago)
            assert finish(cast, action, done_on=day).state == state
            transaction.set_rollback(True)


def test_not_done_has_a_reason_and_the_chair_is_told(cast: Cast, action: PlanAction) -> None:
    row = actions.not_done(action=action, reason="She moved to another area.", by=cast.health)
    assert (row.state, row.outcome) == (ActionState.NOT_DONE, "She moved to another area.")
    told = Notification.objects.filter(user=cast.manager, url=f"/actions/{action.pk}/").get()
    assert told.text == "An action of a plan will not be done."


def test_a_finished_action_is_a_record_and_posting_it_twice_finds_the_first(
    cast: Cast, action: PlanAction
) -> None:
    key = new_key()
    finish(cast, action, key=key)
    assert finish(cast, action, key=key, outcome="Something else").outcome == OUTCOME
    assert ActionUpdate.objects.filter(action=action).count() == 1
    with pytest.raises(MeetingRefused, match=ACTION_FINISHED):
        finish(cast, action)
    with pytest.raises(MeetingRefused, match=ACTION_FINISHED):
        actions.progress(action=action, note="More", by=cast.health)


def test_an_action_of_a_running_meeting_is_not_reported_on_yet(cast: Cast, meeting: Meeting) -> None:
    early = factory.agreed(cast, meeting)
    with pytest.raises(MeetingRefused, match=ACTION_NOT_ISSUED):
        finish(cast, early)
    with pytest.raises(NotVisible):
        action_for(cast.health, early.pk)


def test_only_the_agency_and_the_chair_report(cast: Cast, action: PlanAction) -> None:
    with pytest.raises(NotPermitted):
        finish(cast, action, by=cast.practitioner)
    with pytest.raises(NotVisible):
        finish(cast, action, by=cast.outsider)
    assert finish(cast, action, by=cast.manager).state == ActionState.DONE


def test_handing_on_within_the_agency_needs_someone_who_sees_the_case(cast: Cast, action: PlanAction) -> None:
    with pytest.raises(MeetingRefused, match=WORKS_ELSEWHERE):
        actions.reassign(
            action=action, agency=action.agency, owner=cast.police, reason="Knows her", by=cast.health
        )
    with pytest.raises(NotPermitted):
        actions.reassign(
            action=action, agency=cast.agency("police"), owner=cast.police, reason="Theirs", by=cast.health
        )
    with pytest.raises(MeetingRefused, match=OWNER_CANNOT_TAKE_IT):
        actions.reassign(
            action=action, agency=cast.agency("police"), owner=cast.police, reason="Theirs", by=cast.manager
        )


def test_the_chair_hands_it_to_another_agency_that_sees_the_case(cast: Cast, action: PlanAction) -> None:
    share_with(action.case, cast.police, by=cast.manager)
    row = actions.reassign(
        action=action, agency=cast.agency("police"), owner=cast.police, reason="Theirs to do", by=cast.manager
    )
    assert (row.agency, row.owner) == (cast.agency("police"), cast.police)
    assert Notification.objects.filter(user=cast.police, url=f"/actions/{action.pk}/").exists()
    with pytest.raises(NotPermitted):
        finish(cast, action, by=cast.health)


def next_meeting(cast: Cast, case: Case) -> Meeting:
    case.refresh_from_db()
    return factory.running(cast, case, people=[cast.health])


def test_an_unfinished_action_comes_with_the_next_plan(cast: Cast, action: PlanAction) -> None:
    meeting = next_meeting(cast, action.case)
    due = timezone.localdate() + dt.timedelta(days=20)
    new = carrying.carry_forward(action=action, meeting=meeting, due_on=due, by=cast.manager)
    assert (new.carried_from, new.text, new.owner, new.due_on) == (action, action.text, cast.health, due)
    with pytest.raises(ChangedMeanwhile):
        carrying.carry_forward(action=action, meeting=meeting, due_on=due, by=cast.manager)
    assert action_for(cast.health, action.pk).is_open
    factory.end(cast, meeting)
    old = PlanAction.objects.get(pk=action.pk)
    assert old.state == ActionState.SUPERSEDED
    assert old.outcome.startswith("Carried forward to the next plan, due ")
    assert list(action_list(cast.health)) == [new]


def test_only_the_chair_carries_forward_and_only_into_a_running_meeting(
    cast: Cast, action: PlanAction
) -> None:
    due = timezone.localdate()
    with pytest.raises(MeetingNotEditable):
        carrying.carry_forward(action=action, meeting=action.meeting, due_on=due, by=cast.manager)
    meeting = next_meeting(cast, action.case)
    with pytest.raises(NotPermitted):
        carrying.carry_forward(action=action, meeting=meeting, due_on=due, by=cast.health)


def test_lists_show_the_longest_overdue_first(cast: Cast, meeting: Meeting) -> None:
    case = meeting.case
    soon = factory.agreed(cast, meeting)
    late, later = factory.agreed(cast, meeting), factory.agreed(cast, meeting)
    mine = factory.agreed(cast, meeting, agency=cast.agency("csc"), owner=cast.practitioner)
    factory.end(cast, meeting)
    factory.make_overdue(late.pk, 2)
    factory.make_overdue(later.pk, 9)
    assert list(action_list(cast.health, whose=MINE).filter(case=case)) == [later, late, soon]
    assert list(action_list(cast.health, whose=AGENCY, show=OVERDUE)) == [later, late]
    assert list(action_list(cast.practitioner, whose=MINE, show=OPEN)) == [mine]
    assert len(action_list(cast.practitioner, whose=ALL).filter(case=case)) == 4
    assert action_list(cast.manager, whose=ALL, show=OVERDUE).count() == 2
    finish(cast, late)
    assert list(action_list(cast.health, show=FINISHED)) == [late]
    assert action_list(cast.manager, whose=ALL, show=OVERDUE).count() == 1


def test_no_action_of_a_hidden_case_in_any_list_or_count(cast: Cast, action: PlanAction) -> None:
    factory.make_overdue(action.pk, 5)
    end_membership(membership=factory.membership(cast.leaver), on=timezone.localdate())
    for name in ("outsider", "police", "analyst", "board", "privacy", "administrator", "leaver"):
        person = cast.people[name]
        with context.request():
            for whose, show in product((MINE, AGENCY, ALL), (OPEN, OVERDUE, FINISHED)):
                assert not action_list(person, whose=whose, show=show).exists()
    exclusions.exclude(case=action.case, user=cast.health, reason="Knows the family", by=cast.privacy)
    assert not action_list(cast.health).exists()


@pytest.fixture
def nurse(client: Client, cast: Cast) -> Client:
    client.force_login(cast.health)
    return client


def final_report(**given: str) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "form_token": str(new_key()), "done": "yes", "done_on_day": str(today.day), "done_on_month": str(today.month),
        "done_on_year": str(today.year), "outcome": "Seen twice.", "effect": "She feels heard.", "sure": "on", **given,
    }  # fmt: skip


def test_the_nurse_records_the_outcome(nurse: Client, action: PlanAction) -> None:
    data = final_report()
    for _ in range(2):
        answer = nurse.post(f"/actions/{action.pk}/outcome/", data)
        assert (answer.status_code, answer["Location"]) == (302, f"/actions/{action.pk}/")
    action.refresh_from_db()
    assert (action.state, action.effect_on_child) == (ActionState.DONE, "She feels heard.")
    page = nurse.get(f"/actions/{action.pk}/").content.decode()
    assert "What it changed for the child" in page
    assert "Record the outcome" not in page


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"outcome": ""}, "Write what came of the action"),
    ({"effect": ""}, "Write what it changed for the child or young person"),
    ({"sure": ""}, "Tick the box"),
    ({"done": ""}, "Say whether the action was done"),
    ({"done": "no"}, "Say why it will not be done"),
    ({"done_on_day": "31", "done_on_month": "2"}, "31"),
    ({"done_on_day": "1", "done_on_year": "2099"}, "in the past"),
    ({"done_on_day": "1", "done_on_year": "2001"}, "on or after"),
    ({"outcome": "a\x00b"}, "unreadable characters"),
    ({"outcome": "x" * 1_000_000}, "Shorten this"),
)


def test_what_is_wrong_is_said_and_nothing_is_lost(nurse: Client, action: PlanAction) -> None:
    for change, words in WRONG:
        answer = nurse.post(f"/actions/{action.pk}/outcome/", final_report(**change))
        assert answer.status_code == 200
        assert words in answer.content.decode()
    assert PlanAction.objects.get(pk=action.pk).is_open


def test_progress_and_handing_on(nurse: Client, cast: Cast, action: PlanAction) -> None:
    token = {"form_token": str(new_key())}
    assert nurse.post(f"/actions/{action.pk}/progress/", {**token, "note": "Rang twice."}).status_code == 302
    assert "Rang twice." in nurse.get(f"/actions/{action.pk}/").content.decode()
    offered = nurse.get(f"/actions/{action.pk}/hand-on/").content.decode()
    assert "Hannah Okafor" in offered
    assert "Owen Pritchard" not in offered
    foreign = {
        "form_token": str(new_key()),
        "person": str(factory.membership(cast.police).pk),
        "reason": "x",
    }
    assert nurse.post(f"/actions/{action.pk}/hand-on/", foreign).status_code == 200
    assert PlanAction.objects.get(pk=action.pk).owner == cast.health


def test_today_and_the_list_behind_it_say_the_same(client: Client, cast: Cast, action: PlanAction) -> None:
    factory.make_overdue(action.pk, 4)
    client.force_login(cast.manager)
    home = client.get("/").content.decode()
    link = 'href="/actions/?whose=all&amp;show=overdue">overdue action</a>'
    assert f'<strong>1</strong> <a class="govuk-link govuk-link--no-visited-state" {link}' in home
    listed = client.get("/actions/?whose=all&show=overdue").content.decode()
    assert "1 overdue action that you may see" in listed
    assert "4 days overdue" in listed


def test_what_is_too_long_names_its_field_and_loses_nothing(
    client: Client, cast: Cast, action: PlanAction
) -> None:
    client.force_login(cast.health)
    pasted = "She was seen at school. " * 2_100
    page = client.post(f"/actions/{action.pk}/progress/", {"note": pasted}).content.decode()
    assert "What has happened so far?" in page
    assert "Shorten this to 4000 characters or fewer: it has 50399" in page
    assert pasted.strip() in page
    assert not action.updates.exists()


def test_an_agency_that_has_left_is_given_no_action(client: Client, cast: Cast, action: PlanAction) -> None:
    client.force_login(cast.manager)
    asked = {"person": str(factory.membership(cast.police).pk), "reason": "Theirs to do: the car is known."}
    Agency.objects.filter(code="police").update(is_active=False)
    page = client.post(f"/actions/{action.pk}/hand-on/", asked).content.decode()
    assert "Select one of the answers listed" in page
    assert asked["reason"] in page
    gone = Agency.objects.get(code="police")
    with pytest.raises(MeetingRefused, match=AGENCY_HAS_LEFT):
        actions.reassign(action=action, agency=gone, owner=cast.police, reason="Theirs", by=cast.manager)
    assert PlanAction.objects.get(pk=action.pk).owner == cast.health
