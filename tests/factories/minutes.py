"""Minutes in the states tests need: sent out, objected to, agreed."""

import datetime as dt

import time_machine
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.audit import context
from mase.meetings.models.meeting import Meeting
from mase.minutes import services as minutes
from mase.minutes.models import Minutes, MinutesObjection, MinutesVersion
from mase.minutes.presenters.minutes import composed
from tests.cast import Cast
from tests.factories.requests import in_one_request


@in_one_request
def circulated(cast: Cast, meeting: Meeting) -> MinutesVersion:
    """The chair has sent them out."""
    return minutes.circulate(meeting=meeting, compose=composed, by=cast.manager)


@in_one_request
def objected(meeting: Meeting, *, by: User, text: str = "She was seen on Tuesday.") -> MinutesObjection:
    """Somebody objects to the minutes as a whole."""
    return minutes.object_to(meeting=meeting, text=text, by=by)


def agreed_by_themselves(meeting: Meeting) -> Minutes:
    """The morning after the last day for objections has come, and gone."""
    with time_machine.travel(timezone.now() + dt.timedelta(days=15), tick=False), context.job():
        return minutes.agree(meeting=meeting)


def agreed(cast: Cast, meeting: Meeting) -> Minutes:
    """Sent out, and agreed by themselves."""
    if not MinutesVersion.objects.filter(minutes__meeting=meeting).exists():
        circulated(cast, meeting)
    return agreed_by_themselves(meeting)
