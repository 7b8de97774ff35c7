"""Minutes: who may read which of them, where they stand, and everything that is in them."""

import uuid
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from mase.cmog.selectors.cmog import items_for
from mase.meetings.choices import Audience
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.meetings import meeting_of_any_kind
from mase.meetings.selectors.record import MeetingRecord, for_family, one_of, record_of
from mase.meetings.selectors.thresholds import family_of
from mase.minutes.models import (
    Minutes,
    MinutesAction,
    MinutesAddendum,
    MinutesObjection,
    MinutesReader,
    MinutesVersion,
)
from mase.minutes.selectors.content import MinutesFacts, facts_of, hidden_from_chair, items_to_word, kept


@dataclass(frozen=True)
class MinutesRecord:
    """What one version of the minutes is composed from, for one audience; without a version it is the draft."""

    minutes: Minutes
    record: MeetingRecord
    actions: list[MinutesAction]
    audience: Audience
    version: MinutesVersion | None = None


def meeting_with_minutes(user: User | AnonymousUser, pk: uuid.UUID) -> Meeting:
    """The meeting, for a person who may read its minutes."""
    return gate.require(user, Permission.MINUTES_VIEW, meeting_of_any_kind(user, pk))


def minutes_of(meeting: Meeting) -> Minutes | None:
    """The minutes, draft or agreed; none before the meeting has ended."""
    return Minutes.objects.filter(meeting=meeting).select_related("meeting__case").first()


def latest_version(minutes: Minutes) -> MinutesVersion | None:
    """As they were last sent out, or agreed."""
    return minutes.versions.select_related("made_by").order_by("-number").first()


def sees_restricted(user: User, meeting: Meeting) -> bool:
    """Whether this reader was given the restricted part of a child's meeting."""
    return meeting.case_id is not None and gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)


def copy_for(user: User, meeting: Meeting) -> Audience:
    """Which copy is this reader's: the full one for those alone to whom the restricted part was given."""
    return Audience.FULL if sees_restricted(user, meeting) else Audience.PROFESSIONALS


def items_worded_by(user: User, minutes: Minutes) -> list[AgendaItem]:
    """Those whose words this person may change until the minutes are agreed; none for anyone else."""
    return items_to_word(user, minutes, parts_for(user, minutes.meeting))


def item_to_word(user: User, minutes: Minutes, pk: uuid.UUID) -> AgendaItem:
    """One of them; NotPermitted for who reads minutes and may not word them."""
    if minutes.meeting.case_id is not None:
        gate.require(user, Permission.MEETING_CHAIR, minutes.meeting)
    return one_of(items_worded_by(user, minutes), pk)


_SAID = (
    "item__case__child", "item__subject", "item__action", "by", "agency", "answered_by", "version",
    "seat",
)  # fmt: skip


def objections_for(user: User, minutes: Minutes) -> list[MinutesObjection]:
    """Those that this person may read: about what they see, about the whole, and their own."""
    rows = minutes.objections.select_related(*_SAID)
    if minutes.meeting.case_id is None:
        return list(rows.filter(_of_items_seen(user, minutes.meeting)))
    restricted = sees_restricted(user, minutes.meeting)
    return list(rows if restricted else rows.filter(Q(restricted=False) | Q(by=user)))


def _of_items_seen(user: User, meeting: Meeting) -> Q:
    return Q(item=None) | Q(item__in=AgendaItem.objects.visible_to(user).filter(meeting=meeting))


def objection_for(user: User, minutes: Minutes, pk: uuid.UUID) -> MinutesObjection:
    """One of them, if this person may read it."""
    found = one_of(objections_for(user, minutes), pk)
    found.minutes = minutes
    return found


def may_answer(user: User, meeting: Meeting, objection: MinutesObjection) -> bool:
    """Who chairs; about the restricted part the person who was given it and chairs or works on the case, but who
    objected. Of a CMOG who chairs answers what they see, and who writes on an item what its chair may not see.

    The chair may not be one of those who read it, and minutes with an objection that nobody answers are never agreed.
    """
    chairs, item = gate.can(user, Permission.MEETING_CHAIR, meeting), objection.item
    if meeting.case_id is None:
        if chairs or item is None:
            return chairs and (item is None or gate.can(user, Permission.CMOG_ITEM_VIEW, item))
        return item.pk in hidden_from_chair(meeting, [item.pk]) and gate.can(
            user, Permission.CMOG_WRITE, item
        )
    if not objection.restricted:
        return chairs
    manages = chairs or gate.can(user, Permission.MEETING_SCHEDULE, meeting.case)
    return manages and sees_restricted(user, meeting) and (chairs or objection.by_id != user.pk)


def parts_for(user: User, meeting: Meeting) -> list[AgendaItem]:
    """The parts that this reader may speak of, in the order of the agenda."""
    if meeting.case_id is None:
        return items_for(user, meeting)
    rows = meeting.agenda.order_by("order")
    return list(rows if sees_restricted(user, meeting) else rows.filter(restricted=False))


def family_for(user: User, meeting: Meeting) -> list[Invitation]:
    """The seats of the child and a parent, for whom this person may take a copy or object: who works on the case."""
    works = meeting.case_id is not None and gate.can(user, Permission.CASE_CHANGE, meeting.case)
    return family_of(meeting) if works else []


def minutes_copy(user: User, meeting: Meeting, *, draft: bool = False) -> MinutesFacts:
    """What a person's own copy of a CMOG's minutes is drawn from: of a draft there is none, but for who chairs.

    `draft`: what the next version would say.
    """
    minutes = minutes_of(meeting)
    version = latest_version(minutes) if minutes and not draft else None
    if minutes is None or (version is None and not gate.can(user, Permission.MEETING_CHAIR, meeting)):
        raise NotVisible
    minutes.meeting = meeting
    return facts_of(user, minutes, version, to_print=True)


def addenda_for(user: User, minutes: Minutes) -> list[MinutesAddendum]:
    """What was added after the minutes were agreed, as far as this person may read it."""
    if minutes.meeting.case_id is not None:
        return addenda_of(minutes, restricted=sees_restricted(user, minutes.meeting))
    rows = minutes.addenda.select_related("by", *_SAID[:4])
    return list(rows.filter(_of_items_seen(user, minutes.meeting)))


def addenda_of(minutes: Minutes, *, restricted: bool) -> list[MinutesAddendum]:
    """What was added after the minutes were agreed."""
    rows = minutes.addenda.select_related("by")
    return list(rows if restricted else rows.filter(restricted=False))


def version_records(version: MinutesVersion) -> list[MinutesRecord]:
    """What a version's copies are composed from, one for each audience; none is cut out of a fuller one. The gate is
    asked by who reads them.
    """
    without = _record(version.minutes, Audience.PROFESSIONALS, version)
    return [_for_family(without), without, _record(version.minutes, Audience.FULL, version)]


def readers_of(version: MinutesVersion) -> QuerySet[MinutesReader]:
    """Everybody who was told of it or has opened it, but for who sent it out; and when they objected to it."""
    own = MinutesObjection.objects.filter(version=version, by=OuterRef("person"), seat=None)
    rows = version.readers.exclude(person=version.made_by_id).select_related("person", "agency")
    rows = rows.annotate(objected_at=Subquery(own.order_by("at").values("at")[:1]))
    return rows.order_by("agency__name", "person__full_name")


def draft_record(meeting: Meeting, audience: Audience) -> MinutesRecord:
    """What the chair looks at before the minutes are sent out."""
    found = _record(Minutes.objects.get(meeting=meeting), audience, None)
    return _for_family(found) if audience is Audience.OPEN else found


def _for_family(found: MinutesRecord) -> MinutesRecord:
    """What the child and a parent may read: nothing that an agency wrote for professionals."""
    return replace(
        found,
        audience=Audience.OPEN,
        record=for_family(found.record),
        actions=[each for each in found.actions if each.action.family_may_read],
    )


def _record(minutes: Minutes, audience: Audience, version: MinutesVersion | None) -> MinutesRecord:
    rows = Meeting.objects.select_related(
        "case__child",
        "case__lead_agency",
        "case__lead_professional",
        "chair",
        "decision",
        "voice",
        "ended_by",
    )
    rows = rows.prefetch_related("interruptions__before", "interruptions__to")
    meeting, restricted = rows.get(pk=minutes.meeting_id), audience is Audience.FULL
    return MinutesRecord(
        minutes=minutes,
        record=record_of(meeting, restricted=restricted),
        actions=kept(minutes, restricted=restricted),
        audience=audience,
        version=version,
    )


def progress_since(minutes: Minutes, version: MinutesVersion) -> tuple[int, bool]:
    """Objections without an answer; and whether the minutes say something else now: a wording, an objection accepted.

    Asked as the system: the chair may not be one of those who read all of it.
    """
    waiting = Count("pk", filter=Q(accepted__isnull=True))
    accepted = Count("pk", filter=Q(accepted=True, version=version))
    with acting.for_the_system():
        said = minutes.objections.aggregate(waiting=waiting, accepted=accepted)
        reworded = minutes.meeting.agenda.filter(worded_at__gt=version.made_at).exists()
    return said["waiting"], reworded or said["accepted"] > 0


def with_objections_over() -> QuerySet[Meeting]:
    """The meetings of which minutes are out, not agreed, and past the last day for objections."""
    rows = Meeting.objects.filter(minutes__circulated_at__isnull=False, minutes__agreed_at__isnull=True)
    return rows.exclude(minutes__versions__objections_until__gte=timezone.localdate()).order_by("ended_at")
