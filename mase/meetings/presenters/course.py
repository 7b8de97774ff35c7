"""What befell a meeting as it ran, in the words of its minutes: how long, under whom, and what broke it off."""

import datetime as dt

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import display_date, display_datetime, display_time, local_date
from mase.clocks.models import ClockStep
from mase.meetings.models.meeting import MaseMeeting


def held_words(began: dt.datetime | None, ended: dt.datetime | None) -> str:
    """10 June 2026 at 10am to 11:30am; with its own day where the end was on another."""
    same_day = local_date(began) == local_date(ended)
    return f"{display_datetime(began)} to {display_time(ended) if same_day else display_datetime(ended)}"


def chair_words(meeting: MaseMeeting) -> str:
    """The person who chaired; where the chair passed midway, the first, and from when and why each of the others."""
    begun = [each.started_at for each in meeting.broken_off.all()] + [meeting.started_at]
    first = min(filter(None, begun), default=None)
    midway = [each for each in meeting.chairs_passed.all() if first and each.at >= first]
    if not midway:
        return str(meeting.chair.full_name)
    passed = [
        f"from {_when(each.at, meeting.started_at)} {each.to.full_name}, because: {each.reason}"
        for each in midway
    ]
    return "; ".join([midway[0].before.full_name, *passed])


def broken_off_lines(meeting: MaseMeeting) -> list[tuple[str, str]]:
    """Each time that it had begun before, why it was not held then, and who was there."""
    return [
        (
            "Begun before",
            f"{held_words(each.started_at, each.at)}; not held then, or broken off, because: {each.reason}"
            + (f"\nThere: {each.there}" if each.there else ""),
        )
        for each in meeting.broken_off.all()
    ]


def passed_lines(meeting: MaseMeeting) -> list[tuple[str, str]]:
    """Each time that somebody else took the chair, before it was held or midway, and why."""
    return [
        (
            "Who chairs was changed",
            f"{display_datetime(each.at)}: {each.to.full_name} in place of {each.before.full_name}, "
            f"because: {each.reason}",
        )
        for each in meeting.chairs_passed.all()
    ]


def late_words(meeting: MaseMeeting) -> str:
    """Why it was held late, as its clock says it: what was said of it later, else at the booking; nothing in time."""
    if (local_date(meeting.started_at) or meeting.due_on) <= meeting.due_on:
        return ""
    later = [each.reason for each in meeting.late_reasons.all() if each.step == ClockStep.HELD]
    reason = next(iter(later), meeting.late_reason)
    return f"{label('late-reason', reason)}. It was due by {display_date(meeting.due_on)}." if reason else ""


def _when(moment: dt.datetime, began: dt.datetime | None) -> str:
    return display_time(moment) if local_date(moment) == local_date(began) else display_datetime(moment)
