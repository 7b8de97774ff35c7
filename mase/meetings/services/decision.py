"""What a meeting decides: the category and its reasons, who does not agree, and the day of the next review."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils import timezone

from cases.record.choices import HarmStatus, RiskCategory
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.keys import new_key
from cse_portal.reference.selectors import codes
from cse_portal.ui.presenters import display_date
from mase.meetings.choices import AgencyWord
from mase.meetings.errors import CategoryStep, DissentReasonMissing, HarmGoesOn, ReviewTooLate
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.category import evidence, falls_while_harmed, lowest
from mase.meetings.selectors.checks import latest_review
from mase.meetings.selectors.record import record_of
from mase.meetings.selectors.step_down import is_restricted
from mase.meetings.services.locking import already_made, hold_running
from mase.meetings.services.sections import Edit, save_edited
from mase.plans.models.plan import Assent, Decision, Dissent, StepDownPoint

STEP_DOWN = "step-down"


@dataclass(frozen=True)
class Decided:
    """A category, the harm beside it, why, and the models of exploitation, if any are named."""

    category: RiskCategory
    harm_status: HarmStatus
    rationale: str
    exploitation_models: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Word:
    """What an agency that came says to the decision: it agrees, does not, with its reason, or had left before it."""

    answer: AgencyWord
    reason: str = ""


@dataclass(frozen=True)
class Point:
    """A point of the checklist: met, or not and why the meeting goes on.

    Where the record speaks against what is met, `why` says why it is all the same.
    """

    met: bool
    why: str = ""


@transaction.atomic
def save_decision(*, meeting: Meeting, decided: Decided, edit: Edit, by: User) -> Decision:
    """Record the decision; it is confirmed on the case when the meeting ends. How far it may fall: `lowest`.

    HarmGoesOn where it would fall, or be none, while the child is being exploited. Where another category or harm
    status stood before, what the agencies had said was of that one, and each is asked again.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    limit = lowest(held.case, evidence(held.case))
    if decided.category < limit.category:
        raise CategoryStep(" ".join(limit.because))
    if falls_while_harmed(held.case, decided.category, decided.harm_status):
        raise HarmGoesOn
    if found := Decision.objects.filter(meeting=held).first():
        return _replace_decision(held, found, decided, edit, by)
    decision = Decision.objects.create(meeting=held, saved_at=timezone.now(), saved_by=by, **asdict(decided))
    detail = {"category": decided.category, "harm": decided.harm_status}
    record(Action.MEETING_DECIDED, by=by, obj=held, case=held.case, detail=detail)
    return decision


def _replace_decision(meeting: Meeting, found: Decision, decided: Decided, edit: Edit, by: User) -> Decision:
    previous = Decided(RiskCategory(found.category), HarmStatus(found.harm_status), found.rationale)
    changes = asdict(decided)
    names = tuple(changes)
    is_another = (previous.category, previous.harm_status) != (decided.category, decided.harm_status)
    if is_another:
        changes["changed_at"] = timezone.now()
    saved = save_edited(found, changes, edit=edit, meeting=meeting, by=by, compare=names)
    if is_another:
        _ask_again(meeting, previous)
    return saved


def _ask_again(meeting: Meeting, previous: Decided) -> None:
    """Nobody's word holds for what they were not asked about. A reason not to agree is kept, as said of what stood."""
    meeting.assents.filter(left_before=False).delete()
    meeting.dissents.filter(of_category=None).update(
        of_category=previous.category, of_harm=previous.harm_status
    )


@transaction.atomic
def record_dissent(
    *,
    meeting: Meeting,
    key: uuid.UUID,
    agency: Agency,
    reason: str,
    by: User,
    family_may_read: bool = False,
) -> Dissent:
    """An agency does not agree; its reason is in the minutes beside the decision, and beside an earlier one."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    if found := already_made(Dissent, key, meeting_id=held.pk):
        return found
    if found := held.dissents.filter(agency=agency, reason=reason, of_category=None).first():
        return found
    dissent = Dissent.objects.create(
        pk=key, meeting=held, agency=agency, reason=reason, family_may_read=family_may_read, recorded_by=by
    )
    Assent.objects.filter(meeting=held, agency=agency).delete()
    detail = {"meeting": str(held.pk), "agency": str(agency.pk)}
    record(Action.MEETING_CHANGED, by=by, obj=dissent, case=held.case, detail=detail)
    return dissent


@transaction.atomic
def record_assents(*, meeting: Meeting, agencies: Mapping[uuid.UUID, bool], by: User) -> Meeting:
    """Which agencies agree with the decision, by their key; one with a dissent has said otherwise, until that goes."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    round_the_table = set(held.invitations.exclude(agency=None).values_list("agency", flat=True))
    against = set(held.dissents.filter(of_category=None).values_list("agency", flat=True))
    agree = {key for key, yes in agencies.items() if yes and key in round_the_table - against}
    before = set(held.assents.filter(left_before=False).values_list("agency", flat=True))
    held.assents.filter(agency__in=before & set(agencies) - agree).delete()
    _put(held, agree - before, left_before=False, by=by)
    if agree != before:
        detail = {"meeting": str(held.pk), "agree": len(agree)}
        record(Action.MEETING_CHANGED, by=by, obj=held, case=held.case, detail=detail)
    return held


@transaction.atomic
def record_words(*, meeting: Meeting, words: Mapping[uuid.UUID, Word], by: User) -> Meeting:
    """What each agency that came says to the decision, by the agency's key, as the meeting ends.

    Only of those that came and of whom nothing is recorded. DissentReasonMissing if one that does not agree says not
    why.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    written = record_of(held, restricted=False)
    silent = {each.pk: each for each in written.silent}
    given = {key: word for key, word in words.items() if key in silent}
    if any(word.answer == AgencyWord.DISSENTS and not word.reason for word in given.values()):
        raise DissentReasonMissing
    for key, word in given.items():
        if word.answer == AgencyWord.DISSENTS:
            record_dissent(meeting=held, key=new_key(), agency=silent[key], reason=word.reason, by=by)
    record_assents(meeting=held, agencies=dict.fromkeys(_said(given, AgencyWord.AGREES), True), by=by)
    if left := _said(given, AgencyWord.LEFT):
        _put(held, left, left_before=True, by=by)
        detail = {"meeting": str(held.pk), "left before": len(left)}
        record(Action.MEETING_CHANGED, by=by, obj=held, case=held.case, detail=detail)
    return held


def _said(words: Mapping[uuid.UUID, Word], answer: AgencyWord) -> set[uuid.UUID]:
    return {key for key, word in words.items() if word.answer == answer}


def _put(meeting: Meeting, agencies: set[uuid.UUID], *, left_before: bool, by: User) -> None:
    """One row for an agency: one that had left before, and agrees after all, agrees."""
    Assent.objects.bulk_create(
        [
            Assent(meeting=meeting, agency_id=key, left_before=left_before, recorded_by=by)
            for key in sorted(agencies)
        ],
        update_conflicts=True,
        unique_fields=["meeting", "agency"],
        update_fields=["left_before", "recorded_at", "recorded_by"],
    )


@transaction.atomic
def check_step_down(*, meeting: Meeting, answers: Mapping[str, Point | None], by: User) -> Meeting:
    """The points of the step-down checklist, by code; None takes an answer back.

    Points for professionals only are answered by a chair who has the restricted part, and by anyone else at the table
    has it, where the chair has not: they answer no other. From anybody else they are passed over.
    """
    chairs = gate.can(by, Permission.MEETING_CHAIR, meeting)
    if not chairs:
        gate.require(by, Permission.MEETING_CONTRIBUTE, meeting)
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    held = hold_running(meeting)
    before = {row.code: Point(row.met, row.why) for row in held.step_down_points.all()}
    may = gate.can(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    apart = {each.code: is_restricted(each) for each in codes(STEP_DOWN)}
    points = {code: is_apart for code, is_apart in apart.items() if (may if is_apart else chairs)}
    given = {code: answers[code] for code in answers if code in points}
    changed = [code for code, point in given.items() if point != before.get(code)]
    held.step_down_points.filter(code__in=changed).delete()
    StepDownPoint.objects.bulk_create(
        StepDownPoint(
            meeting=held, code=code, met=point.met, why=point.why, restricted=points[code], recorded_by=by
        )
        for code in changed
        if (point := given[code]) is not None
    )
    if changed:
        detail = {"meeting": str(held.pk), "part": "step-down", "points": sorted(changed)}
        record(Action.MEETING_CHANGED, by=by, obj=held, case=held.case, detail=detail)
    return held


@transaction.atomic
def remove_dissent(*, dissent: Dissent, by: User) -> None:
    """The agency agrees after all, or it was written down by mistake."""
    gate.require(by, Permission.MEETING_CHAIR, dissent.meeting)
    held = hold_running(dissent.meeting)
    detail = {"meeting": str(held.pk), "removed": True}
    record(Action.MEETING_CHANGED, by=by, obj=dissent, case=held.case, detail=detail)
    dissent.delete()


@transaction.atomic
def set_review(*, meeting: Meeting, review_on: dt.date, by: User) -> Meeting:
    """The day of the next review: no later than the clock of the decided category allows."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    decision = Decision.objects.filter(meeting=held).first()
    category = decision.category if decision else held.case.category
    latest = latest_review(category)
    if review_on > latest:
        raise ReviewTooLate(
            f"Category {category} is reviewed by {display_date(latest)}. Choose an earlier date."
        )
    if held.review_on != review_on:
        held.review_on = review_on
        held.save(update_fields=["review_on"])
        record(
            Action.MEETING_CHANGED,
            by=by,
            obj=held,
            case=held.case,
            detail={"review_on": review_on.isoformat()},
        )
    return held
