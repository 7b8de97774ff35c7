"""Who came, in words, and when they were out of the room."""

from django.utils import timezone

from cse_portal.ui.presenters import display_time, joined
from mase.choices import PRESENT, AttendanceCode
from mase.models import Attendance


def came_words(attendance: Attendance) -> str:
    """How it was answered, and of whoever came when they were out: who left before the restricted part is on record."""
    out = out_words(attendance) if attendance.code in PRESENT else ""
    return ", ".join(filter(None, (AttendanceCode(attendance.code).label, out)))


def out_words(attendance: Attendance) -> str:
    """Out of the room from 14:05 to 14:20, and left it at 15:00."""
    times = [display_time(timezone.localtime(each)) for each in attendance.out_and_back]
    away = [f"{left} to {back}" for left, back in zip(times[::2], times[1::2], strict=False)]
    words = [f"out of the room from {joined(away)}"] if away else []
    if attendance.out_since:
        words.append(f"left the room at {times[-1]}")
    return ", ".join(words)
