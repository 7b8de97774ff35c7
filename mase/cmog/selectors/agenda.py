"""What belongs on the agenda of a CMOG, found in the records of every floor; each with its reason as a code and facts.

Asked on the system's behalf, so that the agenda is whole anyone who brings it up to date. What of it somebody is shown
is asked again for each reader: see mase/cmog/selectors/cmog.py. A reason says nothing of other records than its own.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from cases.assessments.models import CategoryDecision
from cases.missing.selectors.prompts import counts_since, repeatedly_missing
from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case, Episode
from cse_portal.reference.selectors import agenda_items, clock_rule, codes
from intelligence.desk.models import Link
from intelligence.disruption.models import Disruption, DisruptionState
from intelligence.subjects.models import LocationOfConcern, PersonOfConcern
from mase.cmog.choices import ADDED_BY_HAND, STILL_OPEN, CmogWhy
from mase.meetings.choices import ItemKind, MeetingKind, MeetingState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.plans.models.plan import PlanAction
from mase.plans.models.querysets import ActionQuerySet

AGENDA = "CMOG"
CAP = 40  # items; the others are not discussed
# From the most urgent reason to the least.
URGENCY = (
    CmogWhy.MISSING, CmogWhy.CHANGED, CmogWhy.CATEGORY, CmogWhy.INTELLIGENCE, CmogWhy.EXPIRES, CmogWhy.DEFERRED,
    CmogWhy.WAITING, CmogWhy.STANDING, CmogWhy.OF_CONCERN, CmogWhy.UNFINISHED, CmogWhy.AGAIN, CmogWhy.OVERDUE,
    CmogWhy.NEVER, CmogWhy.CLOSED, CmogWhy.IN_FORCE, CmogWhy.STILL_OPEN,
)  # fmt: skip
BY_HAND = URGENCY.index(CmogWhy.DEFERRED)
SEVERAL = 2  # reports
SUBJECTS = ("case_id", "action_id", "person_id", "place_id", "code")
Why = dict[str, Any]
Key = tuple[str, uuid.UUID | None, uuid.UUID | None, uuid.UUID | None, uuid.UUID | None, str]


@dataclass
class Found:
    """One slot to be: what it is about, why, and the item of the last CMOG that was put off to this one."""

    kind: ItemKind
    case_id: uuid.UUID | None = None
    action_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    place_id: uuid.UUID | None = None
    code: str = ""
    title: str = ""
    why: list[Why] = field(default_factory=list)
    carried_from: AgendaItem | None = None

    @property
    def key(self) -> Key:
        """What makes it the same slot."""
        return key_of(self)


def heading_of(row: Found | AgendaItem) -> str:
    """Under which heading of the agenda it stands: an action that is not overdue has its own."""
    if row.kind == ItemKind.ACTION and not any(why["code"] == CmogWhy.OVERDUE for why in row.why):
        return STILL_OPEN
    return row.code if row.kind == ItemKind.THEME else row.kind


def rank_of(why: Iterable[Why]) -> int:
    """How urgent the most urgent of these reasons is, 0 first; added by hand, with none of them, in between."""
    return min((URGENCY.index(CmogWhy(each["code"])) for each in why), default=BY_HAND)


def key_of(row: Found | AgendaItem) -> Key:
    """What an item is about: the same thing has one slot."""
    return (row.kind, row.case_id, row.action_id, row.person_id, row.place_id, row.code)


def agenda_for(meeting: Meeting) -> list[Found]:
    """Everything that belongs on it, the most urgent first; what comes for two reasons has one slot."""
    slots: dict[Key, Found] = {}
    sources = (
        category, changed, missing, intelligence, of_concern, waiting, disruption, unfinished, overdue, still_open,
        put_off,
    )  # fmt: skip
    for source in sources:
        for found in source(meeting):
            slot = slots.setdefault(found.key, found)
            if slot is not found:
                slot.why += found.why
                slot.carried_from = slot.carried_from or found.carried_from
    for found in never_yet():
        slots.setdefault(found.key, found)
    for found in standing_items():
        slots.setdefault(found.key, found)
    return sorted(slots.values(), key=lambda each: rank_of(each.why))


def category(meeting: Meeting) -> Iterator[Found]:
    """Open cases of category 3."""
    rows = Case.objects.open().filter(category=RiskCategory.HIGH).order_by("reference")
    for key in rows.values_list("pk", flat=True):
        yield Found(ItemKind.CHILD, case_id=key, why=[{"code": CmogWhy.CATEGORY}])


def changed(meeting: Meeting) -> Iterator[Found]:
    """Cases whose category was another since the last CMOG, also where it is back, and those closed since then."""
    since = reporting_since(meeting)
    closings = Episode.objects.filter(closed_at__gt=since, case__status=CaseStatus.CLOSED).order_by(
        "closed_at"
    )
    closed = dict(closings.values_list("case", "closed_at"))
    open_or_closed_since = Q(case__status=CaseStatus.OPEN) | Q(case__in=closed)
    spans: dict[uuid.UUID, list[CategoryDecision]] = {}
    for row in CategoryDecision.objects.filter(open_or_closed_since, decided_at__gt=since).order_by(
        "decided_at"
    ):
        spans.setdefault(row.case_id, []).append(row)
    for key, decisions in spans.items():
        if why := _went(decisions):
            yield Found(ItemKind.CHILD, case_id=key, why=[why])
    for key, moment in closed.items():
        why = {"code": CmogWhy.CLOSED, "on": timezone.localdate(moment).isoformat()}
        yield Found(ItemKind.CHILD, case_id=key, why=[why])


def _went(decisions: list[CategoryDecision]) -> Why:
    """From which category to which, and by way of which where that was higher, or where it is back; none if it stayed.

    A child who was in category 3 for some weeks of the month was in it at no CMOG.
    """
    before, last = decisions[0].previous_category, decisions[-1]
    been = [each.category for each in decisions]
    if set(been) == {before}:
        return {}
    why: Why = {"code": CmogWhy.CHANGED, "from": before, "to": last.category}
    if max(been) > max(before, last.category):
        why["by_way_of"] = max(been)
    elif before == last.category:
        why["by_way_of"] = min(been)
    why["on"] = timezone.localdate(last.decided_at).isoformat()
    return why


def missing(meeting: Meeting) -> Iterator[Found]:
    """Open cases of children who were missing again and again, by the episodes that are recorded."""
    for found in repeatedly_missing(meeting.scheduled_for):
        why: Why = {"code": CmogWhy.MISSING, "times": found.times}
        why["since"] = counts_since(meeting.scheduled_for).isoformat()
        why["on"] = timezone.localdate(found.last).isoformat()
        yield Found(ItemKind.CHILD, case_id=found.case_id, why=[why])


def intelligence(meeting: Meeting) -> Iterator[Found]:
    """People and places named by reports since the last CMOG. By how many is for the reader's own page to say.

    That they were is said to those readers alone whose own reports bear it out: see `mark_confirmed` there.
    """
    since = reporting_since(meeting)
    why: Why = {"code": CmogWhy.INTELLIGENCE, "since": since.isoformat()}
    links = Link.objects.filter(linked_at__gt=since, report__withdrawn_at=None).order_by("linked_at")
    for person in dict.fromkeys(links.filter(person__isnull=False).values_list("person", flat=True)):
        yield Found(ItemKind.PERSON, person_id=person, why=[why])
    for place in dict.fromkeys(links.filter(place__isnull=False).values_list("place", flat=True)):
        yield Found(ItemKind.PLACE, place_id=place, why=[why])


def of_concern(meeting: Meeting) -> Iterator[Found]:
    """People and places that several reports have named of late, whether or not the last month brought another.

    By the reports alone: whether a child's case is open, or which, is not for everybody who reads of the person. It is
    said to whom it is borne out by reports that they may read.
    """
    day = clock_rule("CMOG_OF_CONCERN").due(meeting.scheduled_for)
    since = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    for kind, name in ((ItemKind.PERSON, "person"), (ItemKind.PLACE, "place")):
        links = Link.objects.filter(linked_at__gt=since, report__withdrawn_at=None)
        named = links.filter(**{f"{name}__isnull": False}).values_list(name)
        often = named.annotate(reports=Count("report", distinct=True)).filter(reports__gte=SEVERAL)
        for key in often.order_by(name).values_list(name, flat=True):
            why = {"code": CmogWhy.OF_CONCERN, "since": since.isoformat()}
            yield Found(kind, **{f"{name}_id": key}, why=[why])


def never_yet() -> Iterator[Found]:
    """People and places that no CMOG has discussed, however long ago they were named: no month may pass them over.

    Not whom the police have put aside (the list `concern-status` says which standings those are).
    """
    discussed = Q(version__gt=1) | Q(deferred_at__isnull=False) | Q(actions__isnull=False)
    looked_at = AgendaItem.objects.filter(discussed, meeting__state=MeetingState.ENDED)
    aside = [each.code for each in codes("concern-status") if each.extra.get("aside")]
    people = PersonOfConcern.objects.exclude(standing__in=aside)
    before = looked_at.filter(person=OuterRef("pk"))
    for key in people.exclude(Exists(before)).order_by("added_at", "pk").values_list("pk", flat=True):
        yield Found(ItemKind.PERSON, person_id=key, why=[{"code": CmogWhy.NEVER}])
    places = LocationOfConcern.objects.exclude(Exists(looked_at.filter(place=OuterRef("pk"))))
    for key in places.order_by("added_at", "pk").values_list("pk", flat=True):
        yield Found(ItemKind.PLACE, place_id=key, why=[{"code": CmogWhy.NEVER}])


def waiting(meeting: Meeting) -> Iterator[Found]:
    """People and places against whom a tactic is agreed that is neither in force nor dropped; not by this very CMOG."""
    rows = Disruption.objects.filter(state=DisruptionState.AGREED).order_by("due_on", "agreed_at")
    here = set(AgendaItem.objects.filter(meeting=meeting).values_list("pk", flat=True))
    for row in rows:
        if row.source_id in here:
            continue
        why = {"code": CmogWhy.WAITING, "tactic": row.tactic, "due": row.due_on.isoformat()}
        why["on"] = timezone.localdate(row.agreed_at).isoformat()
        kind = ItemKind.PERSON if row.person_id else ItemKind.PLACE
        yield Found(kind, person_id=row.person_id, place_id=row.place_id, why=[why])


def disruption(meeting: Meeting) -> Iterator[Found]:
    """People and places against whom a tactic is in force; it says so when that is about to end."""
    day = timezone.localdate(meeting.scheduled_for)
    for row in Disruption.objects.filter(state=DisruptionState.IN_FORCE).order_by("expires_on", "agreed_at"):
        on, code = row.in_force_from, CmogWhy.IN_FORCE
        if row.expires_on is not None and clock_rule("ORDER_EXPIRES").due(row.expires_on) <= day:
            on, code = row.expires_on, CmogWhy.EXPIRES
        why = {"code": code, "tactic": row.tactic, "on": on.isoformat() if on else ""}
        kind = ItemKind.PERSON if row.person_id else ItemKind.PLACE
        yield Found(kind, person_id=row.person_id, place_id=row.place_id, why=[why])


def unfinished(meeting: Meeting) -> Iterator[Found]:
    """People, places, themes and topics under which an earlier CMOG agreed an action that nobody has finished.

    Anyone who sees the item need not see the action: of a restricted one the reason does not even say that there is
    one.
    """
    rows = _unfinished().filter(case__isnull=True, item__meeting__period__lt=meeting.period)
    said: set[tuple[Key, str]] = set()
    for row in rows.order_by("due_on", "pk"):
        item = row.item
        code = CmogWhy.AGAIN if row.restricted else CmogWhy.UNFINISHED
        if item is None or (key_of(item), code.value) in said:
            continue
        said.add((key_of(item), code.value))
        yield Found(ItemKind(item.kind), why=[{"code": code}], **_about(item))


def overdue(meeting: Meeting) -> Iterator[Found]:
    """Every action that is overdue on the day of the CMOG, wherever it was agreed."""
    day = timezone.localdate(meeting.scheduled_for)
    for row in _unfinished().filter(due_on__lt=day).order_by("due_on", "pk"):
        yield _of_action(row, {"code": CmogWhy.OVERDUE, "due": row.due_on.isoformat()})


def still_open(meeting: Meeting) -> Iterator[Found]:
    """What an earlier CMOG agreed and nobody has finished, overdue or not; also where a MASE has carried it on."""
    of_cmog_or_carried = Q(item__isnull=False) | Q(carried_from__isnull=False)
    rows = list(_unfinished().filter(of_cmog_or_carried).order_by("due_on", "pk"))
    agreed = _agreed_before(meeting, [row.pk for row in rows])
    for row in rows:
        if row.pk in agreed:
            on = timezone.localdate(agreed[row.pk]).isoformat()
            why = {"code": CmogWhy.STILL_OPEN, "on": on, "due": row.due_on.isoformat()}
            yield _of_action(row, why)


def put_off(meeting: Meeting) -> Iterator[Found]:
    """What the last CMOG put off, unless another that is booked has it already."""
    last = previous(meeting)
    if last is None:
        return
    waiting = AgendaItem.objects.filter(meeting=last, deferred_at__isnull=False)
    for item in waiting.filter(Q(carried_to=None) | Q(carried_to__meeting=meeting)):
        why = {"code": CmogWhy.DEFERRED, "on": timezone.localdate(last.scheduled_for).isoformat()}
        subject = {name: getattr(item, name) for name in SUBJECTS}
        yield Found(ItemKind(item.kind), title=item.title, why=[why], carried_from=item, **subject)


def standing_items() -> Iterator[Found]:
    """The themes of the standing agenda: whatever on it is about no one thing."""
    for item in agenda_items(AGENDA):
        if item.code not in (*ADDED_BY_HAND, ItemKind.ACTION, STILL_OPEN):
            yield Found(ItemKind.THEME, code=item.code, title=item.title, why=[{"code": CmogWhy.STANDING}])


def _unfinished() -> ActionQuerySet:
    """Issued actions that are still to be done: closing a case finishes none of them."""
    rows: ActionQuerySet = PlanAction.objects.issued().unfinished().select_related("item")
    return rows


def _of_action(row: PlanAction, why: Why) -> Found:
    """An action's slot: it stands with the child's case, or with what the item is about under which it was agreed."""
    about = {"case_id": row.case_id} if row.case_id or row.item is None else _about(row.item)
    return Found(ItemKind.ACTION, action_id=row.pk, why=[why], **about)


def _about(item: AgendaItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ("person_id", "place_id", "code", "title")}


def _agreed_before(meeting: Meeting, actions: list[uuid.UUID]) -> dict[uuid.UUID, dt.datetime]:
    """When an earlier CMOG agreed each of these actions, or the one that it continues; the others are left out."""
    found: dict[uuid.UUID, dt.datetime] = {}
    looked_at = {key: key for key in actions}  # an action, or an earlier one of its chain → the action
    facts = ("pk", "carried_from", "item__meeting__period", "item__meeting__scheduled_for")
    while looked_at:
        before: dict[uuid.UUID, uuid.UUID] = {}
        rows = PlanAction.objects.filter(pk__in=looked_at)
        for key, continues, month, held in rows.values_list(*facts):
            if month is not None and month < meeting.period:
                found[looked_at[key]] = held
            elif continues is not None:
                before[continues] = looked_at[key]
        looked_at = before
    return found


def previous(meeting: Meeting) -> Meeting | None:
    """The CMOG that was held before this one."""
    return (
        Meeting.objects.ended()
        .of_kind(MeetingKind.CMOG)
        .filter(period__lt=meeting.period)
        .order_by("-period")
        .first()
    )


def reporting_since(meeting: Meeting) -> dt.datetime:
    """Since when things are new to this CMOG: since the last one began, or a month ago."""
    last = previous(meeting)
    if last is not None and last.started_at is not None:
        return last.started_at
    day = clock_rule("CMOG_LOOKS_BACK").due(meeting.scheduled_for)
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
