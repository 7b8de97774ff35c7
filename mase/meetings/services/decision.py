"""What a meeting decides: the category and its reasons, who does not agree, and the day of the next review."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils import timezone

from cases.assessments.selectors import evidence, falls_while_harmed, lowest
from cases.record.choices import HarmStatus, RiskCategory
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from cse_portal.reference.selectors import codes
from cse_portal.ui.presenters import display_date
from mase.meetings.choices import AgencyWord
from mase.meetings.errors import DISSENT_UNSEEN, HARM_GOES_ON, POINT_DENIED, CategoryStep, MeetingRefused
from mase.meetings.models.meeting import Meeting, MeetingSession
from mase.meetings.selectors.checks import is_denied, is_restricted, owner_of, review_limit
from mase.meetings.selectors.record import record_of
from mase.meetings.services.locking import hold_running
from mase.meetings.services.meeting_reading import record_change
from mase.meetings.services.sections import save_edited
from mase.plans.models.plan import AgencyView, Decision, StepDownPoint

STEP_DOWN = "step-down"


@dataclass(frozen=True)
class Decided:
    """A category, the harm beside it, why, and the models of exploitation, if any are named."""

    category: RiskCategory
    harm_status: HarmStatus
    rationale: str
    exploitation_models: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Point:
    """A point of the checklist: met, or not and why the meeting goes on."""

    met: bool
    why: str = ""


@transaction.atomic
def save_decision(*, meeting: Meeting, decided: Decided, version: int, by: User) -> Decision:
    """Record the decision; it is confirmed on the case when the meeting ends. How far it may fall: `lowest`.

    Refused where it would fall, or be none, while the child is being exploited. Where another category or harm
    status stood before, what the agencies had said was of that one, and each is asked again.
    """
    gate.require(by, Permission.MEETING_NOTE, meeting)
    held = hold_running(meeting)
    limit = lowest(held.case, evidence(held.case))
    if decided.category < limit.category:
        raise CategoryStep(" ".join(limit.because))
    if falls_while_harmed(held.case, decided.category, decided.harm_status):
        raise MeetingRefused(HARM_GOES_ON)
    if found := Decision.objects.filter(meeting=held).first():
        return _replace_decision(held, found, decided, version, by)
    decision = Decision.objects.create(meeting=held, saved_at=timezone.now(), saved_by=by, **asdict(decided))
    detail = {"category": decided.category, "harm": decided.harm_status}
    record(Action.MEETING_DECIDED, by=by, obj=held, case=held.case, detail=detail)
    return decision


def _replace_decision(
    meeting: Meeting, found: Decision, decided: Decided, version: int, by: User
) -> Decision:
    previous = Decided(RiskCategory(found.category), HarmStatus(found.harm_status), found.rationale)
    changes = asdict(decided)
    names = tuple(changes)
    is_another = (previous.category, previous.harm_status) != (decided.category, decided.harm_status)
    if is_another:
        changes["changed_at"] = timezone.now()
    saved = save_edited(found, changes, version=version, meeting=meeting, by=by, compare=names)
    if is_another:
        _ask_again(meeting, previous)
    return saved


def _ask_again(meeting: Meeting, previous: Decided) -> None:
    """Nobody's word holds for what they were not asked about. A reason not to agree is kept, as said of what stood."""
    said = meeting.views.filter(of_category=None)
    said.filter(word=AgencyWord.AGREES).delete()
    said.filter(word=AgencyWord.DISAGREES).update(of_category=previous.category, of_harm=previous.harm_status)


@transaction.atomic
def record_word(
    *,
    meeting: Meeting,
    agencies: Collection[Agency],
    word: AgencyWord | None,
    by: User,
    seen: Collection[uuid.UUID] = (),
    reason: str = "",
    family_may_read: bool = False,
) -> Meeting:
    """Agencies agree with the decision, had left before it, do not agree for a reason, or nothing is known yet.

    A reason not to agree is beside those that the agency gave before. Another word takes their place, if its writer has
    `seen` them; refused where there is another.
    """
    held = _hold_word(meeting, agencies, by)
    before = held.views.filter(agency__in=agencies, of_category=None)
    against = before.filter(word=AgencyWord.DISAGREES)
    if word is AgencyWord.DISAGREES:
        if against.filter(reason=reason).exists():
            return held
        before = before.exclude(word=AgencyWord.DISAGREES)
    elif against.exclude(pk__in=seen).exists():
        raise MeetingRefused(DISSENT_UNSEEN)
    before.delete()
    said = {"word": word, "reason": reason, "family_may_read": family_may_read}
    if word is not None:
        AgencyView.objects.bulk_create(
            AgencyView(meeting=held, agency=each, recorded_by=by, **said) for each in agencies
        )
    record_change(held, by, agencies=[str(each.pk) for each in agencies], said=word or "")
    return held


def _hold_word(meeting: Meeting, agencies: Collection[Agency], by: User) -> Meeting:
    """Of agencies with a seat: by their own people who take part, the chair or the minute taker."""
    asked = {each.pk for each in agencies}
    if not gate.can(by, Permission.MEETING_NOTE, meeting):
        who = gate.require_standing(by, Permission.MEETING_CONTRIBUTE, meeting)
        if asked != {who.agency.pk}:
            raise NotPermitted
    held = hold_running(meeting)
    if not asked <= set(held.invitations.values_list("agency", flat=True)):
        raise NotPermitted
    return held


@transaction.atomic
def check_step_down(*, meeting: Meeting, answers: Mapping[str, Point | None], by: User) -> Meeting:
    """The points of the step-down checklist, by code; None takes an answer back.

    The chair and the minute taker answer all but those for professionals only, where they have not that part. A point
    that an agency confirms is met by the word of somebody who comes from such an agency, who answers no other. What is
    not theirs is passed over. Refused where a point is said to be met that the record denies, or that another
    agency confirms.
    """
    writes = gate.can(by, Permission.MEETING_NOTE, meeting)
    who = gate.require_standing(by, Permission.MEETING_CONTRIBUTE, meeting)
    held = hold_running(meeting)
    before = {row.code: Point(row.met, row.why) for row in held.step_down_points.all()}
    may = gate.can(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    points = {
        each.code: each
        for each in codes(STEP_DOWN)
        if (may or not is_restricted(each)) and (writes or owner_of(each) == who.agency.kind)
    }
    if not points:
        raise NotPermitted
    given = {code: answers[code] for code in answers if code in points}
    changed = [code for code, point in given.items() if point != before.get(code)]
    record_now = record_of(held, restricted=False)
    for code in changed:
        theirs = owner_of(points[code]) in ("", who.agency.kind)
        if (point := given[code]) and point.met and (not theirs or is_denied(record_now, code)):
            raise MeetingRefused(POINT_DENIED, f"met_{code}")
    held.step_down_points.filter(code__in=changed).delete()
    StepDownPoint.objects.bulk_create(
        StepDownPoint(
            meeting=held,
            code=code,
            met=point.met,
            why=point.why,
            restricted=is_restricted(points[code]),
            recorded_by=by,
        )  # fmt: skip
        for code in changed
        if (point := given[code]) is not None
    )
    if changed:
        record_change(held, by, part="step-down", points=sorted(changed))
    return held


@transaction.atomic
def set_review(
    *, meeting: Meeting, review_on: dt.date, by: User, session: MeetingSession | None = None
) -> Meeting:
    """The day of the next review: no later than the clock of the decided category allows.

    With a session, the review is booked there as this meeting ends.
    """
    gate.require(by, Permission.MEETING_NOTE, meeting)
    held = hold_running(meeting)
    decision = Decision.objects.filter(meeting=held).first()
    category = decision.category if decision else held.case.category
    latest = review_limit(category)
    if review_on > latest:
        raise MeetingRefused(
            f"Category {category} is reviewed by {display_date(latest)}. Choose an earlier date."
        )
    if (held.review_on, held.review_session) != (review_on, session):
        held.review_on, held.review_session = review_on, session
        held.save(update_fields=["review_on", "review_session"])
        record_change(held, by, review_on=review_on.isoformat())
    return held
