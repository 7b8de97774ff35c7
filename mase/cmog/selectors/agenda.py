"""What belongs on the agenda of a CMOG, found in the records of every floor; each with its reason as a code and facts.

Asked on the system's behalf, so that the agenda is whole anyone who brings it up to date. What of it somebody is shown
is asked again for each reader: see mase/cmog/selectors/cmog.py. A reason says nothing of other records than its own.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import Truncator

from cases.assessments.models import CategoryDecision
from cases.missing.selectors.prompts import counts_since, repeatedly_missing
from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case, Episode
from cse_portal.reference.selectors import agenda_items, clock_rule, codes, find_code, label
from cse_portal.reference.working_days import add_months
from cse_portal.ui.presenters import counted, display_date
from intelligence.desk.models import Link
from intelligence.disruption.models import Disruption
from intelligence.subjects.models import Subject, SubjectKind
from mase.cmog.choices import ADDED_BY_HAND, CmogWhy
from mase.meetings.choices import ItemKind, MeetingKind, MeetingState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.plans.choices import PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.models.querysets import ActionQuerySet
from mase.strategy.models import StrategicObjective
from mase.strategy.selectors import records_of

CAP = 40  # items; the others are not discussed
URGENCY = list(CmogWhy)
BY_HAND = URGENCY.index(CmogWhy.DEFERRED)
# Under these stands what is about one thing; every other heading of the agenda is a theme.
HEADINGS = {*ADDED_BY_HAND, ItemKind.ACTION, *(each.lower() for each in PlanP.values)}
SUBJECTS = ("case_id", "action_id", "subject_id", "code")
# A vehicle, phone or account comes with whom it belongs to, unless a tactic against it waits or is in force.
DISCUSSED = (SubjectKind.PERSON, SubjectKind.PLACE, SubjectKind.CONTEXT)
Why = dict[str, Any]
Key = tuple[str, uuid.UUID | None, uuid.UUID | None, uuid.UUID | None, str]


def heading_of(row: AgendaItem) -> str:
    """Under which heading of the agenda it stands: an objective under its P."""
    if row.kind == ItemKind.OBJECTIVE:
        return str(row.why[0]["p"]).lower()
    return row.code if row.kind == ItemKind.THEME else row.kind


def rank_of(why: Iterable[Why]) -> int:
    """How urgent the most urgent of these reasons is, 0 first; added by hand, with none of them, in between."""
    return min((URGENCY.index(CmogWhy(each["code"])) for each in why), default=BY_HAND)


def key_of(row: AgendaItem) -> Key:
    """What an item is about: the same thing has one slot."""
    return (row.kind, row.case_id, row.action_id, row.subject_id, row.code)


def agenda_for(meeting: Meeting) -> list[AgendaItem]:
    """Everything that belongs on it, the most urgent first; what comes for two reasons has one slot."""
    slots: dict[Key, AgendaItem] = {}
    for source in SOURCES[MeetingKind(meeting.kind)]:
        for found in source(meeting):
            slot = slots.setdefault(key_of(found), found)
            if slot is not found:
                slot.why += found.why
                slot.carried_from = slot.carried_from or found.carried_from
    for source in (never_yet, standing_items):
        for found in source(meeting):
            slots.setdefault(key_of(found), found)
    return sorted(slots.values(), key=lambda each: rank_of(each.why))


def category(meeting: Meeting) -> Iterator[AgendaItem]:
    """Open cases of category 3."""
    rows = Case.objects.open().filter(category=RiskCategory.HIGH).order_by("reference")
    for key in rows.values_list("pk", flat=True):
        yield AgendaItem(kind=ItemKind.CHILD, case_id=key, why=_why(CmogWhy.CATEGORY))


def changed(meeting: Meeting) -> Iterator[AgendaItem]:
    """Cases whose category was another since the last CMOG, also where it is back, and those closed since then."""
    since = reporting_since(meeting)
    closings = Episode.objects.filter(closed_at__gt=since, case__status=CaseStatus.CLOSED)
    closed = dict(closings.order_by("closed_at").values_list("case", "closed_at"))
    open_or_closed_since = Q(case__status=CaseStatus.OPEN) | Q(case__in=closed)
    spans: dict[uuid.UUID, list[CategoryDecision]] = {}
    decided = CategoryDecision.objects.filter(open_or_closed_since, decided_at__gt=since)
    for row in decided.order_by("decided_at"):
        spans.setdefault(row.case_id, []).append(row)
    for key, decisions in spans.items():
        if words := _went(decisions):
            yield AgendaItem(kind=ItemKind.CHILD, case_id=key, why=_why(CmogWhy.CHANGED, words))
    for key, moment in closed.items():
        words = f"The case was closed on {display_date(moment)}"
        yield AgendaItem(kind=ItemKind.CHILD, case_id=key, why=_why(CmogWhy.CLOSED, words))


def _went(decisions: list[CategoryDecision]) -> str:
    """From which category to which, by way of which; empty if it stayed.

    A child who was in category 3 for some weeks of the month was in it at no CMOG.
    """
    been = [decisions[0].previous_category, *(each.category for each in decisions)]
    went = [each for number, each in enumerate(been) if number == 0 or each != been[number - 1]]
    if len(went) == 1:
        return ""
    named = (f"category {each}" if each else "no category" for each in went)
    return f"Went from {' to '.join(named)} on {display_date(decisions[-1].decided_at)}"


def missing(meeting: Meeting) -> Iterator[AgendaItem]:
    """Open cases of children who were missing again and again, by the episodes that are recorded."""
    for found in repeatedly_missing(meeting.scheduled_for):
        since = display_date(counts_since(meeting.scheduled_for))
        words = f"Missing {counted(found.times, 'time')} since {since}, last on {display_date(found.last)}"
        yield AgendaItem(kind=ItemKind.CHILD, case_id=found.case_id, why=_why(CmogWhy.MISSING, words))


def intelligence(meeting: Meeting) -> Iterator[AgendaItem]:
    """Subjects named by reports since the last CMOG. By how many is for the reader's own page to say.

    That they were is said to those readers alone whose own reports bear it out: see `mark_confirmed` there.
    """
    since = reporting_since(meeting)
    why = _why(CmogWhy.INTELLIGENCE, "Named by intelligence since the last CMOG", since=since.isoformat())
    links = Link.objects.filter(linked_at__gt=since, report__withdrawn_at=None, subject__kind__in=DISCUSSED)
    named = dict.fromkeys(link.subject for link in links.order_by("linked_at").select_related("subject"))
    for subject in filter(None, named):
        yield AgendaItem(kind=_kind_of(subject), subject=subject, why=[*why])


def never_yet(meeting: Meeting) -> Iterator[AgendaItem]:
    """Subjects that no CMOG has discussed, however long ago they were named: no month may pass them over.

    Not whom the police have put aside (the lists of standings say which those are).
    """
    if meeting.kind != MeetingKind.CMOG:
        return
    discussed = Q(saved_at__isnull=False) | Q(deferred_at__isnull=False) | Q(actions__isnull=False)
    looked_at = AgendaItem.objects.filter(discussed, meeting__state=MeetingState.ENDED)
    lists = {kind.standings for kind in DISCUSSED}
    aside = [each.code for name in lists for each in codes(name) if each.extra.get("aside")]
    rows = Subject.objects.of_kind(*DISCUSSED).exclude(standing__in=aside)
    before = looked_at.filter(subject=OuterRef("pk"))
    for subject in rows.exclude(Exists(before)).order_by("added_at", "pk"):
        yield AgendaItem(kind=_kind_of(subject), subject=subject, why=_why(CmogWhy.NEVER))


def disruption(meeting: Meeting) -> Iterator[AgendaItem]:
    """Subjects against whom an order waits or is in force; not what this very meeting asked for."""
    day = timezone.localdate(meeting.scheduled_for)
    here = AgendaItem.objects.filter(meeting=meeting).values("pk")
    rows = Disruption.objects.live()
    for row in rows.exclude(source_id__in=here).select_related("subject").order_by("due_on", "asked_at"):
        code, ends_on, tactic = CmogWhy.IN_FORCE, row.ends_on, label("disruption-tactic", row.tactic)
        words = f"{tactic} in force since {display_date(row.starts_on)}"
        if row.waits:
            by = "overdue, it was due on" if row.due_on < min(day, timezone.localdate()) else "due on"
            asked = f"{tactic} asked for on {display_date(row.asked_at)} and not yet in force"
            code, words = CmogWhy.WAITING, f"{asked}: {by} {display_date(row.due_on)}"
        elif ends_on is not None and clock_rule("ORDER_EXPIRES").due(ends_on) <= day:
            code, words = CmogWhy.EXPIRES, f"{tactic} ends on {display_date(ends_on)}"
        yield AgendaItem(kind=_kind_of(row.subject), subject=row.subject, why=_why(code, words))


def unfinished(meeting: Meeting) -> Iterator[AgendaItem]:
    """Whom or what an earlier CMOG agreed an action about that nobody has finished.

    Anyone who sees the item need not see the action: of a restricted one the reason does not even say that there is
    one.
    """
    rows = _unfinished().filter(item__meeting__period__lt=meeting.period)
    said: set[tuple[Key, str]] = set()
    for row in rows.order_by("due_on", "pk"):
        item = row.item
        code = CmogWhy.AGAIN if row.restricted else CmogWhy.UNFINISHED
        if item is None:
            continue
        about = {"case_id": item.case_id} if item.case_id else _about(item)
        found = AgendaItem(
            kind=ItemKind.CHILD if item.case_id else ItemKind(item.kind), why=_why(code), **about
        )
        if (key_of(found), code.value) not in said:
            said.add((key_of(found), code.value))
            yield found


def overdue(meeting: Meeting) -> Iterator[AgendaItem]:
    """Every action that is overdue on the day of the CMOG, wherever it was agreed."""
    day = timezone.localdate(meeting.scheduled_for)
    for row in _unfinished().filter(due_on__lt=day).order_by("due_on", "pk"):
        words = f"Overdue by {counted((day - row.due_on).days, 'day')}"
        if row.due_on >= timezone.localdate():
            words = f"Due on {display_date(row.due_on)}, before this CMOG"
        about = {"case_id": row.case_id} if row.case_id or row.item is None else _about(row.item)
        yield AgendaItem(kind=ItemKind.ACTION, action_id=row.pk, why=_why(CmogWhy.OVERDUE, words), **about)


def put_off(meeting: Meeting) -> Iterator[AgendaItem]:
    """What the last CMOG put off, unless another that is booked has it already."""
    last = previous(meeting)
    if last is None:
        return
    waiting = AgendaItem.objects.filter(meeting=last, deferred_at__isnull=False)
    for item in waiting.filter(Q(carried_to=None) | Q(carried_to__meeting=meeting)):
        why = _why(CmogWhy.DEFERRED, f"Put off on {display_date(last.scheduled_for)}")
        subject = {name: getattr(item, name) for name in SUBJECTS}
        yield AgendaItem(kind=ItemKind(item.kind), title=item.title, why=why, carried_from=item, **subject)


def objectives(meeting: Meeting) -> Iterator[AgendaItem]:
    """Every objective of the strategy's plan, with how it stands."""
    for each in records_of(StrategicObjective.objects.all()):
        row = each.objective
        why = _why(CmogWhy(each.rag.lower()), p=row.p)
        yield AgendaItem(
            kind=ItemKind.OBJECTIVE, code=row.code, title=Truncator(row.text).chars(150), why=why
        )


def reported(meeting: Meeting) -> Iterator[AgendaItem]:
    """What CMOGs have reported upward since the last meeting of this kind: the sentence, and nothing of its item."""
    since = Q(meeting__kind=MeetingKind.CMOG, meeting__ended_at__gt=reporting_since(meeting))
    rows = AgendaItem.objects.filter(since).exclude(for_strategic="")
    for row in rows.order_by("meeting__ended_at", "order"):
        why = _why(CmogWhy.REPORTED, f"Reported by the CMOG of {display_date(row.saved_at)}")
        yield AgendaItem(kind=ItemKind.TOPIC, code=f"cmog-{row.pk.hex}", title=row.for_strategic, why=why)


SOURCES = {
    MeetingKind.CMOG: (
        category, changed, missing, intelligence, disruption, unfinished, overdue, put_off,
    ),
    MeetingKind.STRATEGIC: (reported, objectives, put_off),
}  # fmt: skip


def standing_items(meeting: Meeting) -> Iterator[AgendaItem]:
    """The themes of the standing agenda: whatever on it is about no one thing."""
    for item in agenda_items(meeting.kind):
        if item.code not in HEADINGS:
            why = _why(CmogWhy.STANDING)
            yield AgendaItem(kind=ItemKind.THEME, code=item.code, title=item.title, why=why)


def _why(code: CmogWhy, words: str = "", **facts: str) -> list[Why]:
    """One reason, said as things stand when the agenda is brought up to date."""
    return [{"code": code, "words": words or code.label, **facts}]


def _kind_of(subject: Subject) -> ItemKind:
    return ItemKind.PERSON if subject.is_person else ItemKind.PLACE


def _unfinished() -> ActionQuerySet:
    """Issued actions that are still to be done: closing a case finishes none of them."""
    rows: ActionQuerySet = PlanAction.objects.issued().unfinished().select_related("item")
    return rows


def _about(item: AgendaItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ("subject_id", "code", "title")}


def months_between(kind: str) -> int:
    """How many months lie between two meetings of a kind, by the reference list of meeting types."""
    found = find_code("meeting-type", kind)
    return int(found.extra.get("months", 1)) if found else 1


def previous(meeting: Meeting) -> Meeting | None:
    """The one of its kind that was held before this one."""
    held = Meeting.objects.ended().of_kind(MeetingKind(meeting.kind))
    return held.filter(period__lt=meeting.period).order_by("-period").first()


def reporting_since(meeting: Meeting) -> dt.datetime:
    """Since when things are new to this one: since the last one began, or for as long as one is to the next."""
    last = previous(meeting)
    if last is not None and last.started_at is not None:
        return last.started_at
    day = add_months(timezone.localdate(meeting.scheduled_for), -months_between(meeting.kind))
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
