"""The minutes of any meeting."""

from mase.minutes.models.kept import AgreedRecord, MinutesAction, MinutesCopy, SentWords
from mase.minutes.models.minutes import (
    Minutes,
    MinutesAddendum,
    MinutesObjection,
    MinutesReader,
    MinutesRecipient,
    MinutesVersion,
    MinutesWording,
    RestrictedInformation,
)

__all__ = [
    "AgreedRecord",
    "Minutes",
    "MinutesAction",
    "MinutesAddendum",
    "MinutesCopy",
    "MinutesObjection",
    "MinutesReader",
    "MinutesRecipient",
    "MinutesVersion",
    "MinutesWording",
    "RestrictedInformation",
    "SentWords",
]
