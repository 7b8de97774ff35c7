"""Asking an agency, its answer, reviews, the end, and stepping up or down."""

import datetime as dt
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernStep
from cases.concerns.models import Concern
from cases.concerns.selectors import StepAnswers
from cases.handoffs.choices import NOT_ACCEPTED, OPEN, HandOffOutcome, HandOffState, HandOffStep
from cases.handoffs.models import HandOff, HandOffChange
from cases.handoffs.selectors import agencies_to_ask, child_key, people_who_answer
from cases.record.models.case import Case
from cases.record.services import lock_open
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.jobs.services.nightly import each_alone
from cse_portal.keys import free_key
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import display_date, display_datetime

CLOCK = "HANDOFF_ACCEPT"
People = dict[User, None]


class NobodyThere(NotAllowedNow):
    """The agency has left the board, or none of its people may know of this child."""

    message = "Nobody of this agency can be asked now. Choose another agency."
    field = "agency"


@transaction.atomic
def ask(*, concern: Concern, agency: Agency, asked: str, by: User) -> HandOff:
    """Triage asks an agency to help, and its people see the concern from now on. Triage has asked the gate."""
    return _make(HandOff(concern=concern, case_id=concern.case_id, agency=agency, asked=asked), by)


@transaction.atomic
def step_down(*, case: Case, agency: Agency, asked: str, by: User, key: uuid.UUID | None = None) -> HandOff:
    """Ask an agency to go on helping the child of a case. They read the name and what is asked, not the case.

    The same key again finds the same hand-off.
    """
    locked = lock_open(case, Permission.CASE_CHANGE, by)
    if key and (made := HandOff.objects.filter(pk=key, case=locked).first()):
        return made
    if locked.is_restricted:
        raise NotAllowedNow(
            "This case is restricted, so no agency can be asked to help. Speak to the people who are named on it."
        )
    child = locked.child
    hand_off = HandOff(
        pk=free_key(HandOff, key), case=locked, agency=agency, asked=asked, given_name=child.given_name,
        family_name=child.family_name, date_of_birth=child.date_of_birth,
    )  # fmt: skip
    made = _make(hand_off, by)
    text = f"Handed to {agency.name}, to be accepted by {display_date(made.accept_by)}. {asked}"
    add_entry(
        case=locked, kind=EntryKind.HAND_OFF, happened_on=timezone.localdate(), text=text[:1000], by=by,
        source_id=made.pk,
    )  # fmt: skip
    return made


@transaction.atomic
def accept(*, hand_off: HandOff, plan: str, review_on: dt.date, by: User) -> HandOff:
    """The agency takes it on: what it will do, and when it looks again whether that helps. The first answer counts."""
    locked = _lock(hand_off, Permission.HANDOFF_ANSWER, by)
    _check_not_answered(locked)
    _check_review(review_on)
    locked.state = HandOffState.ACCEPTED
    _plan(locked, plan, review_on)
    _note(locked, HandOffStep.ACCEPTED, plan, by, Action.HANDOFF_ACCEPTED)
    _tell(locked, f"{locked.agency.name} accepted a hand-off.", _askers(locked), by)
    return locked


@transaction.atomic
def decline(*, hand_off: HandOff, reason: str, by: User) -> HandOff:
    """The agency says no, and why. The CSE team has it back; the agency no longer sees the concern."""
    locked = _lock(hand_off, Permission.HANDOFF_ANSWER, by)
    _check_not_answered(locked)
    locked.state = HandOffState.DECLINED
    locked.save(update_fields=["state"])
    _note(locked, HandOffStep.DECLINED, reason, by, Action.HANDOFF_DECLINED)
    _tell(
        locked, f"{locked.agency.name} declined a hand-off. Hand it to another agency.", _askers(locked), by
    )
    return locked


@transaction.atomic
def review(*, hand_off: HandOff, found: str, plan: str, review_on: dt.date, by: User) -> HandOff:
    """What has been done, what follows, and when it is looked at next."""
    locked = _lock(hand_off, Permission.HANDOFF_ANSWER, by)
    _check_accepted(locked)
    _check_review(review_on)
    _plan(locked, plan, review_on)
    _note(locked, HandOffStep.REVIEWED, found, by, Action.HANDOFF_REVIEWED)
    return locked


@transaction.atomic
def end(*, hand_off: HandOff, outcome: HandOffOutcome, note: str, by: User) -> HandOff:
    """It helped, or others go on, or nothing more is needed. The CSE team ends only what nobody accepted."""
    takes_back = hand_off.state in NOT_ACCEPTED and gate.can(by, Permission.HANDOFF_REASSIGN, hand_off)
    permission = Permission.HANDOFF_REASSIGN if takes_back else Permission.HANDOFF_ANSWER
    locked = _lock(hand_off, permission, by)
    if not (takes_back and locked.state in NOT_ACCEPTED):
        _check_accepted(locked)
    _end(locked, outcome, note, by)
    _tell(locked, f"A hand-off to {locked.agency.name} has ended.", _askers(locked), by)
    return locked


@transaction.atomic
def step_up(*, hand_off: HandOff, reason: str, by: User, danger: bool = False) -> Concern:
    """More is needed: the concern waits for triage again, with all that belongs to it, and its clock runs anew.

    It waits first of all where the child is in danger now. Where it came from a case, or has become part of one, a
    new concern says so. The CSE team takes back this way what nobody accepted.
    """
    takes_back = hand_off.state in NOT_ACCEPTED and gate.can(by, Permission.HANDOFF_REASSIGN, hand_off)
    # The concern is locked before what hangs on it, as everywhere.
    Concern.objects.select_for_update(of=("self",)).filter(pk__in=[hand_off.concern_id]).first()
    locked = _lock(hand_off, Permission.HANDOFF_REASSIGN if takes_back else Permission.HANDOFF_ANSWER, by)
    if locked.state in (HandOffState.ENDED, HandOffState.PASSED_ON) or (
        locked.state == HandOffState.DECLINED and not takes_back
    ):
        raise NotAllowedNow(f"This hand-off is over: {_last_words(locked)}.")
    _end(locked, HandOffOutcome.STEPPED_UP, reason, by)
    if locked.concern is not None and locked.case_id is None:
        concern = concerns.return_to_triage(concern=locked.concern, by=by, danger=danger)
    else:
        concern = concerns.log(answers=_as_concern(locked, reason, danger), by=by)
        concerns.make_urgent(concern)
        HandOff.objects.filter(pk=locked.pk, concern=None).update(concern=concern)
    _tell(locked, f"Urgent: {locked.agency.name} stepped a hand-off up.", _askers(locked), by)
    return concern


@transaction.atomic
def pass_on(
    *, hand_off: HandOff, agency: Agency, asked: str, by: User, key: uuid.UUID | None = None
) -> HandOff:
    """The CSE team asks another agency, and the first one no longer sees it. The same key again finds the same."""
    locked = _lock(hand_off, Permission.HANDOFF_REASSIGN, by)
    if key and (made := HandOff.objects.filter(pk=key, agency=agency).first()):
        return made
    if locked.state not in NOT_ACCEPTED:
        raise NotAllowedNow(f"This hand-off is not waiting any more: {_last_words(locked)}.")
    if agency.pk == locked.agency_id:
        raise NotAllowedNow("This agency was asked already. Choose another agency.", "agency")
    new = HandOff(
        pk=free_key(HandOff, key), concern=locked.concern, case_id=locked.case_id, agency=agency, asked=asked,
        given_name=locked.given_name, family_name=locked.family_name, date_of_birth=locked.date_of_birth,
    )  # fmt: skip
    made = _make(new, by)
    locked.state = HandOffState.PASSED_ON
    locked.save(update_fields=["state"])
    _note(locked, HandOffStep.PASSED_ON, "", by, Action.HANDOFF_PASSED_ON)
    return made


def attach_to_case(*, concern: Concern, case: Case) -> None:
    """A concern became part of a case, and its hand-offs with it. Triage has asked the gate."""
    HandOff.objects.filter(concern=concern).update(case=case)


def take_back(*, concern: Concern, since: dt.datetime, reason: str, by: User) -> None:
    """The decision that asked an agency was corrected: what was asked since then ends, and the agency is told.

    The concern's hand-offs leave its case. Triage has asked the gate.
    """
    rows = HandOff.objects.select_for_update(of=("self",)).select_related("agency", "concern", "asked_by")
    for hand_off in rows.filter(concern=concern, asked_at__gte=since, state__in=OPEN):
        _end(hand_off, HandOffOutcome.NOT_NEEDED, reason, by)
        _tell(hand_off, "A hand-off to your agency was taken back.", _people_of(hand_off.agency), by)
    HandOff.objects.filter(concern=concern).update(case=None)


def record_view(*, hand_off: HandOff, by: User, page: str) -> None:
    """Note who read the hand-off, and of which child."""
    child = [child_key(hand_off)]
    record(
        Action.HANDOFF_VIEWED,
        by=by,
        obj=hand_off,
        detail={"page": page},
        cases=child,
        about=[hand_off.concern_id],
    )


def record_listed(*, shown: list[HandOff], by: User, listed: str) -> None:
    """Note which hand-offs a list showed."""
    keys, about = map(child_key, shown), [each.concern_id for each in shown]
    record(Action.HANDOFFS_LISTED, by=by, detail={"list": listed}, cases=keys, about=about)


def remind() -> int:
    """Daily: tell the agency and the CSE team, once each, of what nobody accepted in time and of reviews not held."""
    today = timezone.localdate()
    late = HandOff.objects.filter(
        state=HandOffState.ASKED, accept_by__lt=today, told_not_accepted_at__isnull=True
    )
    unreviewed = HandOff.objects.filter(
        state=HandOffState.ACCEPTED, review_on__lt=today, told_of_review_on__isnull=True
    )
    keys = [*late.values_list("pk", flat=True), *unreviewed.values_list("pk", flat=True)]
    return each_alone(keys, _remind, failed="hand_off_reminder_failed")


def _remind(pk: uuid.UUID) -> int:
    hand_off = HandOff.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    if hand_off.is_asked:
        hand_off.told_not_accepted_at = timezone.now()
        text = f"A hand-off to {hand_off.agency.name} should have been accepted by {display_date(hand_off.accept_by)}."
    else:
        hand_off.told_of_review_on = hand_off.review_on
        text = (
            f"{hand_off.agency.name} should have reviewed a hand-off by {display_date(hand_off.review_on)}."
        )
    hand_off.save(update_fields=["told_not_accepted_at", "told_of_review_on"])
    _tell(hand_off, text, _people_of(hand_off.agency) | _team())
    return 1


def _make(hand_off: HandOff, by: User) -> HandOff:
    if not agencies_to_ask().filter(pk=hand_off.agency_id).exists():
        raise NobodyThere
    rule, now = clock_rule(CLOCK), timezone.now()
    hand_off.asked_by, hand_off.asked_at, hand_off.accept_by = by, now, rule.due(now)
    hand_off.clock_rule = f"{rule.code} version {rule.version}"
    hand_off.save(force_insert=True)
    _note(hand_off, HandOffStep.ASKED, hand_off.asked, by, Action.HANDED_OVER)
    text = f"Your agency is asked to help a child. Accept or decline by {display_date(hand_off.accept_by)}."
    if not _tell(hand_off, text, _people_of(hand_off.agency), by):
        raise NobodyThere
    return hand_off


def _lock(hand_off: HandOff, permission: Permission, by: User) -> HandOff:
    gate.require(by, permission, hand_off)
    rows = HandOff.objects.select_for_update(of=("self",)).select_related("agency", "concern", "asked_by")
    return rows.get(pk=hand_off.pk)


def _check_not_answered(hand_off: HandOff) -> None:
    """The second person is told who answered, and how."""
    if not hand_off.is_asked:
        raise NotAllowedNow(f"This hand-off has been answered: {_last_words(hand_off)}.")


def _check_accepted(hand_off: HandOff) -> None:
    if hand_off.is_asked:
        raise NotAllowedNow("Accept this hand-off first.")
    if not hand_off.is_accepted:
        raise NotAllowedNow(f"This hand-off is over: {_last_words(hand_off)}.")


def _check_review(review_on: dt.date) -> None:
    if review_on < timezone.localdate():
        raise NotAllowedNow("The review must be today or later.", "review_on")


def _last_words(hand_off: HandOff) -> str:
    last = hand_off.changes.select_related("by").latest("at")
    return f"{last.get_step_display().lower()} by {last.by.full_name}, {display_datetime(last.at)}"


def _plan(hand_off: HandOff, plan: str, review_on: dt.date) -> None:
    hand_off.plan, hand_off.review_on, hand_off.told_of_review_on = plan, review_on, None
    hand_off.save(update_fields=["state", "plan", "review_on", "told_of_review_on"])


def _end(hand_off: HandOff, outcome: HandOffOutcome, note: str, by: User) -> None:
    hand_off.state, hand_off.outcome = HandOffState.ENDED, outcome
    hand_off.save(update_fields=["state", "outcome"])
    _note(hand_off, HandOffStep.ENDED, note, by, Action.HANDOFF_ENDED)


def _note(hand_off: HandOff, step: HandOffStep, text: str, by: User, action: Action) -> None:
    membership = membership_of(by)
    if membership is None:
        raise NotPermitted
    HandOffChange.objects.create(
        hand_off=hand_off, step=step, text=text, review_on=hand_off.review_on, agency=membership.agency, by=by
    )
    detail = {"agency": str(hand_off.agency_id), "outcome": hand_off.outcome}
    record(
        action, by=by, obj=hand_off, detail=detail, cases=[child_key(hand_off)], about=[hand_off.concern_id]
    )


def _people_of(agency: Agency) -> People:
    return {each.user: None for each in people_who_answer().filter(agency=agency)}


def _team() -> People:
    return dict.fromkeys(people_who_may(Permission.HANDOFF_REASSIGN))


def _askers(hand_off: HandOff) -> People:
    """The CSE team, and who asked."""
    return _team() | {hand_off.asked_by: None}


def _tell(hand_off: HandOff, text: str, people: People, by: User | None = None) -> list[User]:
    """Those who may see it; returns them. The line names no child; its page does."""
    url = reverse("cases:handoff", args=[hand_off.pk])
    readers = [person for person in people if gate.can(person, Permission.HANDOFF_VIEW, hand_off)]
    notify_all(
        Notification(user=person, text=text, url=url, about_id=hand_off.pk)
        for person in readers
        if person != by
    )
    return readers


def _as_concern(hand_off: HandOff, reason: str, danger: bool) -> dict[ConcernStep, StepAnswers]:
    """What a new concern says of the child: who it is, what was asked, and why more is needed."""
    child = hand_off.concern or hand_off
    names = {name: getattr(child, name) for name in ("given_name", "family_name", "date_of_birth")}
    worry = f"Stepped up by {hand_off.agency.name}: {reason}\n\nAsked of them: {hand_off.asked}"
    return {
        ConcernStep.WORRY: StepAnswers({"immediate_danger": danger, "worry": worry}),
        ConcernStep.CHILD: StepAnswers(names),
    }
