"""What the page of a CMOG's minutes shows to one person."""

from dataclasses import dataclass

from cse_portal.accounts.models import User
from mase.errors import CmogObjectionsWait
from mase.models import CmogMinutesReader
from mase.presenters.cmog_minutes import MinutesPage, minutes_page
from mase.presenters.minutes_words import unanswered_words
from mase.selectors.cmog_minutes import (
    MinutesFacts,
    may_be_answered,
    own_reading,
    progress_since,
)
from mase.selectors.minutes import may_be_agreed, may_be_objected_to
from mase.services.cmog_minutes.snapshots import is_unchanged


@dataclass
class Steps:
    """What this person can do with them now."""

    unchanged: bool = True
    reading: CmogMinutesReader | None = None
    may_object: bool = False
    may_send: bool = False
    may_agree: bool = False
    waiting: str = ""


def page_of(user: User, found: MinutesFacts) -> tuple[MinutesPage, Steps]:
    """The page as far as this person may see it; the chair's tools for who runs the CMOG."""
    answers = may_be_answered(user, found.meeting, found.objections)
    page, steps, version = minutes_page(found, answers=answers), Steps(), found.version
    if version is None:
        steps.may_send = found.runs
        return page, steps
    steps.reading = own_reading(user, version)
    steps.unchanged = not page.agreed or is_unchanged(found.minutes)
    # Who runs it words what is wrong, and need not object to it.
    steps.may_object = not found.runs and may_be_objected_to(found.minutes, version)
    if found.runs and not page.agreed:
        now = progress_since(found.minutes, version)
        seen = sum(not each.is_answered for each in found.objections)
        steps.waiting = unanswered_words(seen) or (CmogObjectionsWait.message if now.waiting else "")
        steps.may_send = not now.waiting and now.changed
        steps.may_agree = not now.waiting and not now.changed and may_be_agreed(version)
    return page, steps
