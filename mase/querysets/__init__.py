"""Filters over meetings, plan actions, disagreements and CMOGs: `visible_to` is the one row rule of each."""

from mase.querysets.actions import ActionQuerySet, is_overdue, waits_for_chair
from mase.querysets.cmog import CmogItemQuerySet, CmogQuerySet
from mase.querysets.disagreements import DisagreementQuerySet, StageCallQuerySet, StagePersonQuerySet
from mase.querysets.meetings import MeetingQuerySet, MinutesQuerySet

__all__ = [
    "ActionQuerySet",
    "CmogItemQuerySet",
    "CmogQuerySet",
    "DisagreementQuerySet",
    "MeetingQuerySet",
    "MinutesQuerySet",
    "StageCallQuerySet",
    "StagePersonQuerySet",
    "is_overdue",
    "waits_for_chair",
]
