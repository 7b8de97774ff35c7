"""Minutes of a meeting about no one child: of what they say only what the person who asks may see.

What has to be known of items that somebody may not see is asked as the system, and answered with yes or no.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from intelligence.disruption.models import Disruption
from mase.cmog.selectors.cmog import agreed_under, invited, items_for
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.minutes.models import (
    Minutes,
    MinutesObjection,
    MinutesVersion,
    MinutesWording,
    SentWords,
)
from mase.plans.models.plan import PlanAction


@dataclass(frozen=True)
class MinutesFacts:
    """What one reader's page and copy of the minutes are drawn from.

    `sent` is what the last version says of each item. `wordings` has how those items are worded now whose words this
    person may change for the next one.
    """

    meeting: Meeting
    minutes: Minutes
    version: MinutesVersion | None
    invited: list[Invitation]
    items: list[AgendaItem]
    agreed: dict[uuid.UUID, list[PlanAction | Disruption]]
    sent: dict[uuid.UUID, SentWords]
    wordings: dict[uuid.UUID, MinutesWording]

    @property
    def is_draft(self) -> bool:
        """Not sent out yet: nobody reads them but who chairs."""
        return self.version is None


def facts_of(
    user: User, minutes: Minutes, version: MinutesVersion | None, *, to_print: bool = False
) -> MinutesFacts:
    """What this person may see of the minutes; of a draft no words, but for who chairs.

    Who was there and what was agreed under each item are looked for only where they are printed.
    """
    meeting = minutes.meeting
    reads = version is not None or gate.can(user, Permission.MEETING_CHAIR, meeting)
    items = items_for(user, meeting) if reads else []
    sent = SentWords.objects.filter(version=version, item__in=items).select_related("worded_by")
    return MinutesFacts(
        meeting=meeting,
        minutes=minutes,
        version=version,
        invited=invited(meeting) if to_print else [],
        items=items,
        agreed=agreed_under(user, items) if to_print else {},
        sent={each.item_id: each for each in sent} if version is not None else {},
        wordings={each.item_id: each for each in wordings_to_change(user, minutes, items)},
    )


def answers_item(user: User, meeting: Meeting, item: AgendaItem | None) -> bool:
    """Of what they see, who chairs; of what the chair may not see, who writes on it."""
    if gate.can(user, Permission.MEETING_CHAIR, meeting):
        return item is None or gate.can(user, Permission.CMOG_ITEM_VIEW, item)
    if item is None or item.pk not in hidden_from_chair(meeting, [item.pk]):
        return False
    return gate.can(user, Permission.CMOG_WRITE, item)


def wordings_to_change(user: User, minutes: Minutes, items: Collection[AgendaItem]) -> list[MinutesWording]:
    """Of these items those that this person may word: all, who chairs. Of what the chair may not see those that
    somebody objected to and was right, for who writes on them.
    """
    if minutes.agreed_at is not None:
        return []
    rows = MinutesWording.objects.filter(minutes=minutes, item__in=items).select_related("saved_by", "item")
    if gate.can(user, Permission.MEETING_CHAIR, minutes.meeting):
        return list(rows)
    latest = minutes.versions.order_by("-number").first()
    right = MinutesObjection.objects.filter(accepted=True, item__in=items, version=latest, minutes=minutes)
    left = hidden_from_chair(minutes.meeting, right.values_list("item", flat=True))
    return [
        each for each in rows if each.item_id in left and gate.can(user, Permission.CMOG_WRITE, each.item)
    ]


def hidden_from_chair(meeting: Meeting, keys: Collection[uuid.UUID | None]) -> set[uuid.UUID | None]:
    """Which of these items the chair may not see; anyone who asks was shown the items."""
    keys = set(keys)
    if not keys:
        return set()
    rows = AgendaItem.objects.visible_to(meeting.chair).filter(pk__in=keys)
    return keys - set(rows.values_list("pk", flat=True))
