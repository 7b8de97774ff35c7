"""The nurse's action: told, reported on, finished, handed on, carried forward."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.choices import EntryKind, RiskCategory
from cases.models import Case, CaseGroupObjectPermission, CaseUserObjectPermission, ChronologyEntry
from cases.services import access, exclusions
from cse_portal.accounts.services import end_membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from mase.choices import ActionState, UpdateKind
from mase.errors import (
    ActionFinished,
    ActionNotIssued,
    ChangedMeanwhile,
    MeetingNotEditable,
    NobodyCanTakeIt,
    OwnerCannotTakeIt,
)
from mase.models import ActionUpdate, MaseMeeting, PlanAction
from mase.selectors.actions import (
    AGENCY,
    ALL,
    FINISHED,
    MINE,
    OPEN,
    OVERDUE,
    WITHOUT_OWNER,
    action_for,
    action_list,
    owner_has_left,
    owner_is_lost,
)
from mase.selectors.measures import overdue_actions
from mase.services import actions, carrying, sight
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import LAWFUL_BASIS, make_case

OUTCOME = "Seen twice at school. She knows where the clinic is."
EFFECT = "She says she feels less alone."


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, category=RiskCategory.MEDIUM)


@pytest.fixture
def action(cast: Cast, case: Case) -> PlanAction:
    return factory.issued(cast, case)


def finish(cast: Cast, action: PlanAction, **given: object) -> PlanAction:
    values = {"outcome": OUTCOME, "effect": EFFECT, "by": cast.health, **given}
    return actions.complete(action=action, **values)  # type: ignore[arg-type]


def test_the_owner_is_told_when_the_meeting_ends(cast: Cast, action: PlanAction) -> None:
    told = Notification.objects.filter(user=cast.health, text__contains="action").get()
    assert told.text == "You have 1 new action from a plan."
    assert told.url == f"/actions/{action.pk}/"


def test_an_agency_with_no_named_person_is_told_only_through_who_sees_the_case(
    cast: Cast, case: Case
) -> None:
    meeting = factory.running(cast, case, people=[cast.health], agencies=[cast.agency("police")])
    factory.agreed(cast, meeting, agency=cast.agency("police"))
    CaseGroupObjectPermission.objects.filter(group=cast.agency("police").group).delete()
    factory.end(cast, meeting)
    assert not Notification.objects.filter(user=cast.police, text__contains="action").exists()


def test_an_action_is_given_to_nobody_who_cannot_see_the_case(cast: Cast, case: Case) -> None:
    meeting = factory.running(cast, case, people=[cast.health])
    with pytest.raises(NobodyCanTakeIt):
        factory.agreed(cast, meeting, agency=cast.agency("police"))
    with pytest.raises(OwnerCannotTakeIt):
        factory.agreed(cast, meeting, agency=cast.agency("police"), owner=cast.police)
    assert not PlanAction.objects.exists()


def test_why_somebody_cannot_be_given_an_action_is_not_told(cast: Cast, case: Case) -> None:
    """The nurse's whole team holds the case and she is shut out of it; with the police it was not shared."""
    access.share(
        case=case, to=cast.agency("health"), reason="They work together", lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )  # fmt: skip
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


@pytest.mark.parametrize("what", LOST)
def test_needs_an_owner_is_whoever_cannot_open_it_any_more(
    cast: Cast, case: Case, action: PlanAction, what: str
) -> None:
    """A list goes by who has left alone; the page of one action tells the chair of every reason."""
    LOST[what](cast, case)
    row = PlanAction.objects.select_related("agency", "owner", "case").get(pk=action.pk)
    listed = action_list(cast.manager, whose=ALL, show=WITHOUT_OWNER)
    assert listed.filter(pk=action.pk).exists() is (what == "left")
    assert owner_is_lost(row) is (what != "nothing")


@pytest.mark.parametrize("what", LOST)
def test_a_reader_who_does_not_chair_is_told_of_those_alone_who_have_left(
    cast: Cast, case: Case, action: PlanAction, what: str
) -> None:
    """Else they would learn who is shut out of the child's case."""
    LOST[what](cast, case)
    row = PlanAction.objects.select_related("agency", "owner", "case").get(pk=action.pk)
    listed = action_list(cast.practitioner, whose=ALL, show=WITHOUT_OWNER)
    assert listed.filter(pk=action.pk).exists() is owner_has_left(row) is (what == "left")


def test_an_owner_who_sees_the_case_through_the_agency_is_not_lost(cast: Cast, case: Case) -> None:
    meeting = factory.running(cast, case, agencies=[cast.agency("police")])
    factory.agreed(cast, meeting, agency=cast.agency("police"), owner=cast.police)
    factory.end(cast, meeting)
    assert not action_list(cast.manager, whose=ALL, show=WITHOUT_OWNER).exists()


def test_the_chronology_says_that_a_plan_was_issued(cast: Cast, action: PlanAction) -> None:
    entry = ChronologyEntry.objects.filter(case=action.case, kind=EntryKind.ACTION).get()
    assert entry.text == "Plan issued: 1 action for Health."


def test_issuing_twice_issues_once(cast: Cast, action: PlanAction) -> None:
    assert actions.issue(meeting=action.meeting, by=cast.manager) == []
    assert Notification.objects.filter(user=cast.health, text__contains="action").count() == 1


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
    assert (event.object_id, event.actor, event.detail) == (action.pk, cast.health, {"state": "DONE"})


def test_an_action_done_after_its_day_is_late(cast: Cast, case: Case) -> None:
    late = factory.issued(cast, case, overdue_by=3)
    assert finish(cast, late).state == ActionState.DONE_LATE


def test_a_page_opened_before_the_day_passed_does_not_make_it_punctual(
    cast: Cast, action: PlanAction
) -> None:
    factory.make_overdue(action.pk, 1)
    assert finish(cast, action).state == ActionState.DONE_LATE


def test_the_nurse_still_sees_an_action_that_is_late(cast: Cast, action: PlanAction) -> None:
    grant = CaseUserObjectPermission.objects.filter(user=cast.health).latest("granted_at")
    assert grant.expires_at is None


def test_the_day_it_was_done_decides_not_the_day_it_was_written_down(cast: Cast, case: Case) -> None:
    late = factory.issued(cast, case, overdue_by=3)
    done_on = timezone.localdate() - dt.timedelta(days=4)
    assert finish(cast, late, done_on=done_on).state == ActionState.DONE


def test_not_done_has_a_reason_and_the_chair_is_told(cast: Cast, action: PlanAction) -> None:
    row = actions.not_done(action=action, reason="She moved to another area.", by=cast.health)
    assert (row.state, row.outcome) == (ActionState.NOT_DONE, "She moved to another area.")
    told = Notification.objects.filter(user=cast.manager, url=f"/actions/{action.pk}/").get()
    assert told.text == "An action of a plan will not be done."


def test_a_finished_action_is_a_record(cast: Cast, action: PlanAction) -> None:
    finish(cast, action)
    with pytest.raises(ActionFinished):
        finish(cast, action)
    with pytest.raises(ActionFinished):
        actions.progress(action=action, note="More", by=cast.health)


def test_posting_the_final_report_twice_finds_the_first(cast: Cast, action: PlanAction) -> None:
    key = new_key()
    finish(cast, action, key=key)
    again = finish(cast, action, key=key, outcome="Something else")
    assert again.outcome == OUTCOME
    assert ActionUpdate.objects.filter(action=action).count() == 1


def test_the_token_of_another_actions_form_is_no_error(cast: Cast, case: Case) -> None:
    meeting = factory.running(cast, case, people=[cast.health])
    first, second = factory.agreed(cast, meeting), factory.agreed(cast, meeting)
    factory.end(cast, meeting)
    key = new_key()
    assert finish(cast, first, key=key).pk == first.pk
    assert finish(cast, second, key=key).state == ActionState.DONE


def test_progress_is_kept_in_the_history(cast: Cast, action: PlanAction) -> None:
    row = actions.progress(action=action, note="Rang twice.", by=cast.health)
    assert row.state == ActionState.IN_PROGRESS
    update = ActionUpdate.objects.get(action=action)
    assert (update.kind, update.text, update.agency) == (
        UpdateKind.PROGRESS,
        "Rang twice.",
        cast.agency("health"),
    )


def test_an_action_of_a_running_meeting_is_not_reported_on_yet(cast: Cast, case: Case) -> None:
    meeting = factory.running(cast, case, people=[cast.health])
    early = factory.agreed(cast, meeting)
    with pytest.raises(ActionNotIssued):
        finish(cast, early)
    with pytest.raises(NotVisible):
        action_for(cast.health, early.pk)


def test_only_the_agency_and_the_chair_report(cast: Cast, action: PlanAction) -> None:
    with pytest.raises(NotPermitted):
        finish(cast, action, by=cast.practitioner)
    with pytest.raises(NotVisible):
        finish(cast, action, by=cast.outsider)
    assert finish(cast, action, by=cast.manager).state == ActionState.DONE


def test_what_a_case_leaves_to_do_when_it_closes_stays_until_it_is_done(
    cast: Cast, action: PlanAction
) -> None:
    Case.objects.filter(pk=action.case_id).update(status="closed")
    sight.settle()
    assert list(action_list(cast.health)) == [action]
    assert finish(cast, action).state == ActionState.DONE
    assert not action_list(cast.health).exists()


def test_handing_on_within_the_agency_needs_someone_who_sees_the_case(cast: Cast, action: PlanAction) -> None:
    with pytest.raises(OwnerCannotTakeIt):
        actions.reassign(
            action=action, agency=action.agency, owner=cast.police, reason="Knows her", by=cast.health
        )
    with pytest.raises(NotPermitted):
        actions.reassign(
            action=action, agency=cast.agency("police"), owner=cast.police, reason="Theirs", by=cast.health
        )
    with pytest.raises(OwnerCannotTakeIt):
        actions.reassign(
            action=action, agency=cast.agency("police"), owner=cast.police, reason="Theirs", by=cast.manager
        )


def test_the_chair_hands_it_to_another_agency_that_sees_the_case(cast: Cast, action: PlanAction) -> None:
    access.share(
        case=action.case, to=cast.police, reason="Works with her", lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    row = actions.reassign(
        action=action, agency=cast.agency("police"), owner=cast.police, reason="Theirs to do", by=cast.manager
    )
    assert (row.agency, row.owner) == (cast.agency("police"), cast.police)
    assert Notification.objects.filter(user=cast.police, url=f"/actions/{action.pk}/").exists()
    with pytest.raises(NotPermitted):
        finish(cast, action, by=cast.health)


def next_meeting(cast: Cast, case: Case) -> MaseMeeting:
    case.refresh_from_db()
    return factory.running(cast, case, people=[cast.health])


def test_an_unfinished_action_comes_with_the_next_plan(cast: Cast, action: PlanAction) -> None:
    meeting = next_meeting(cast, action.case)
    due = timezone.localdate() + dt.timedelta(days=20)
    key = new_key()
    new = carrying.carry_forward(action=action, meeting=meeting, due_on=due, by=cast.manager, key=key)
    assert (new.carried_from, new.text, new.owner, new.due_on) == (action, action.text, cast.health, due)
    assert carrying.carry_forward(action=action, meeting=meeting, due_on=due, by=cast.manager, key=key) == new
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


def test_what_was_finished_before_the_next_meeting_ends_stays_finished(
    cast: Cast, action: PlanAction
) -> None:
    meeting = next_meeting(cast, action.case)
    carrying.carry_forward(action=action, meeting=meeting, due_on=timezone.localdate(), by=cast.manager)
    finish(cast, action)
    factory.end(cast, meeting)
    assert PlanAction.objects.get(pk=action.pk).state == ActionState.DONE


def test_lists_show_the_longest_overdue_first(cast: Cast, case: Case) -> None:
    meeting = factory.running(cast, case, people=[cast.health])
    soon = factory.agreed(cast, meeting)
    late, later = factory.agreed(cast, meeting), factory.agreed(cast, meeting)
    mine = factory.agreed(cast, meeting, agency=cast.agency("csc"), owner=cast.practitioner)
    factory.end(cast, meeting)
    factory.make_overdue(late.pk, 2)
    factory.make_overdue(later.pk, 9)
    assert list(action_list(cast.health, whose=MINE)) == [later, late, soon]
    assert list(action_list(cast.health, whose=AGENCY, show=OVERDUE)) == [later, late]
    assert list(action_list(cast.practitioner, whose=MINE, show=OPEN)) == [mine]
    assert len(action_list(cast.practitioner, whose=ALL)) == 4
    assert overdue_actions(cast.manager) == 2
    finish(cast, late)
    assert list(action_list(cast.health, show=FINISHED)) == [late]
    assert overdue_actions(cast.manager) == 1


def test_no_action_of_a_hidden_case_in_any_list_or_count(cast: Cast, action: PlanAction) -> None:
    factory.make_overdue(action.pk, 5)
    end_membership(membership=factory.membership(cast.leaver), on=timezone.localdate())
    for person in (
        cast.outsider,
        cast.police,
        cast.analyst,
        cast.board,
        cast.privacy,
        cast.administrator,
        cast.leaver,
    ):
        for whose in (MINE, AGENCY, ALL):
            for show in (OPEN, OVERDUE, FINISHED):
                assert not action_list(person, whose=whose, show=show).exists()
        assert overdue_actions(person) == 0
    exclusions.exclude(case=action.case, user=cast.health, reason="Knows the family", by=cast.privacy)
    assert not action_list(cast.health).exists()


def test_access_that_ended_takes_the_action_away(cast: Cast, action: PlanAction) -> None:
    CaseUserObjectPermission.objects.filter(user=cast.health).update(
        expires_at=timezone.now() - dt.timedelta(seconds=1)
    )
    assert not action_list(cast.health, whose=ALL).exists()
    with pytest.raises(NotVisible):
        action_for(cast.health, action.pk)
