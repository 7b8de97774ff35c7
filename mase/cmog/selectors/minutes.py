"""A CMOG's minutes: where they stand, and of what they say only what the person who asks may see.

What has to be known of items that somebody may not see is asked as the system, and answered with yes or no.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q, QuerySet

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from intelligence.disruption.models import Disruption
from mase.cmog.selectors.cmog import agreed_under, cmog_for, invited, items_for
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.record import one_of
from mase.minutes.models import (
    Minutes,
    MinutesAddendum,
    MinutesObjection,
    MinutesVersion,
    MinutesWording,
    SentWords,
)
from mase.plans.models.plan import PlanAction

R = TypeVar("R", MinutesObjection, MinutesAddendum)


@dataclass(frozen=True)
class MinutesFacts:
    """What one reader's page and copy of the minutes are drawn from.

    `sent` is what the last version says of each item. Of the items in `worded` this person may change the words for the
    next one; `wordings` is how they are worded now.
    """

    meeting: Meeting
    minutes: Minutes
    version: MinutesVersion | None
    invited: list[Invitation]
    items: list[AgendaItem]
    agreed: dict[uuid.UUID, list[PlanAction | Disruption]]
    sent: dict[uuid.UUID, SentWords]
    worded: set[uuid.UUID]
    wordings: dict[uuid.UUID, MinutesWording]
    objections: list[MinutesObjection]
    addenda: list[MinutesAddendum]
    runs: bool

    @property
    def is_draft(self) -> bool:
        """Not sent out yet: nobody reads them but who runs the CMOG."""
        return self.version is None


def minutes_of(meeting: Meeting) -> Minutes | None:
    """Its minutes, drafted when it ended; anyone who asks was shown the meeting."""
    rows = Minutes.objects.select_related("agreed_by")
    return rows.filter(meeting=meeting).first()


def minutes_for(user: User, pk: uuid.UUID) -> tuple[Meeting, Minutes]:
    """Of a CMOG that this person sees; before it has ended there are no minutes."""
    meeting = cmog_for(user, pk)
    minutes = minutes_of(meeting)
    if minutes is None:
        raise NotVisible
    minutes.meeting = meeting
    return meeting, minutes


def latest_version(minutes: Minutes) -> MinutesVersion | None:
    """As they were last sent out, or agreed."""
    return minutes.versions.select_related("made_by").order_by("-number").first()


def minutes_facts(user: User, pk: uuid.UUID, *, to_print: bool = False) -> MinutesFacts:
    """Of a CMOG that has ended, what this person may see; of a draft no words, but for who runs it.

    Who was there and what was agreed under each item are looked for only where they are printed.
    """
    meeting, minutes = minutes_for(user, pk)
    version, runs = latest_version(minutes), gate.can(user, Permission.MEETING_CHAIR, meeting)
    items = items_for(user, meeting) if runs or version is not None else []
    sent = SentWords.objects.filter(version=version, item__in=items).select_related("worded_by")
    worded = may_reword(user, minutes, items)
    wordings = MinutesWording.objects.filter(minutes=minutes, item__in=worded).select_related("saved_by")
    return MinutesFacts(
        meeting=meeting,
        minutes=minutes,
        version=version,
        invited=invited(meeting) if to_print else [],
        items=items,
        agreed=agreed_under(user, items) if to_print else {},
        sent={each.item_id: each for each in sent} if version is not None else {},
        worded=worded,
        wordings={each.item_id: each for each in wordings},
        objections=objections_of(minutes, items),
        addenda=addenda_of(minutes, items) if minutes.agreed_at is not None else [],
        runs=runs,
    )


def minutes_copy(user: User, pk: uuid.UUID) -> MinutesFacts:
    """The same for a copy to take away: of a draft there is none, but for who runs the CMOG."""
    found = minutes_facts(user, pk, to_print=True)
    if found.is_draft and not found.runs:
        raise NotVisible
    return found


def minutes_to_send(user: User, pk: uuid.UUID) -> MinutesFacts:
    """The same for who runs the CMOG, to look at before it is sent out; NotPermitted for everybody else."""
    found = minutes_facts(user, pk, to_print=True)
    gate.require(user, Permission.MEETING_CHAIR, found.meeting)
    return found


def wording_of(item: AgendaItem) -> MinutesWording | None:
    """How the minutes word an item, where that is otherwise than it was noted; anyone who asks was shown the item."""
    return MinutesWording.objects.select_related("saved_by").filter(item=item).first()


def objections_of(minutes: Minutes, items: Collection[AgendaItem]) -> list[MinutesObjection]:
    """Every objection in its order: about these items, which its reader sees, and about the whole."""
    rows = minutes.objections.select_related("by", "agency", "answered_by", "version")
    return _about(rows.all(), items)


def objection_for(user: User, meeting: Meeting, minutes: Minutes, pk: uuid.UUID) -> MinutesObjection:
    """One of them, if this person may read it."""
    found = one_of(objections_of(minutes, items_for(user, meeting)), pk)
    found.minutes = minutes
    return found


def addenda_of(minutes: Minutes, items: Collection[AgendaItem]) -> list[MinutesAddendum]:
    """What was added after the minutes were agreed: about these items, which its reader sees, and about the whole."""
    return _about(minutes.addenda.select_related("by"), items)


def answerers(meeting: Meeting, item: AgendaItem | None) -> list[User]:
    """Who answers an objection: the chair, or who runs CMOGs now; where they may not see the item, who writes on it."""
    chair = meeting.chair
    runs = (
        [chair]
        if gate.can(chair, Permission.MEETING_CHAIR, meeting)
        else people_who_may(Permission.MEETING_CHAIR)
    )
    able = [each for each in runs if item is None or gate.can(each, Permission.CMOG_ITEM_VIEW, item)]
    if able or item is None:
        return able
    writers = people_who_may(Permission.CMOG_WRITE)
    return [each for each in writers if gate.can(each, Permission.CMOG_WRITE, item)]


def may_be_answered(user: User, meeting: Meeting, rows: Sequence[MinutesObjection]) -> set[uuid.UUID]:
    """Which of these objections this person may answer, of those whose item they see; also those answered already."""
    if gate.can(user, Permission.MEETING_CHAIR, meeting):
        return {each.pk for each in rows}
    left = hidden_from_chair(meeting, [each.item_id for each in rows if each.item_id])
    mine = [each for each in rows if each.item is not None and each.item_id in left]
    return {each.pk for each in mine if gate.can(user, Permission.CMOG_WRITE, each.item)}


def may_reword(user: User, minutes: Minutes, items: Collection[AgendaItem]) -> set[uuid.UUID]:
    """Which of these items this person may word: all, who runs the CMOG. Of what its chair may not see those that
    somebody objected to and was right, for who writes on them.
    """
    if minutes.agreed_at is not None:
        return set()
    if gate.can(user, Permission.MEETING_CHAIR, minutes.meeting):
        return {each.pk for each in items}
    right = MinutesObjection.objects.filter(
        accepted=True, item__in=items, version=latest_version(minutes), minutes=minutes
    )
    left = hidden_from_chair(minutes.meeting, right.values_list("item", flat=True))
    return {each.pk for each in items if each.pk in left and gate.can(user, Permission.CMOG_WRITE, each)}


def hidden_from_chair(meeting: Meeting, keys: Collection[uuid.UUID | None]) -> set[uuid.UUID | None]:
    """Which of these items the chair may not see; anyone who asks was shown the items."""
    keys = set(keys)
    if not keys:
        return set()
    rows = AgendaItem.objects.visible_to(meeting.chair).filter(pk__in=keys)
    return keys - set(rows.values_list("pk", flat=True))


def _about(rows: QuerySet[R], items: Collection[AgendaItem]) -> list[R]:
    """Those about one of these items or about the whole; each knows its item as it is here."""
    known = {each.pk: each for each in items}
    found = list(rows.filter(Q(item=None) | Q(item__in=known)))
    for row in found:
        row.item = known[row.item_id] if row.item_id else None
    return found
