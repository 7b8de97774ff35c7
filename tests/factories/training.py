"""Courses, lists of who attended, and people without an account."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cse_portal.accounts.models import Agency, User
from cse_portal.keys import new_key
from reporting.workforce import services
from reporting.workforce.models import Attendance, Course, StaffMember, TrainingList

NOTICE, ASSESS = "Noticing exploitation", "Assessing exploitation"


def make_course(by: User, name: str = NOTICE, *, level: int = 1, months: int | None = 36) -> Course:
    """A course that the analyst or the manager adds."""
    values = {"name": name, "level": level, "valid_months": months}
    return services.save_course(values=values, key=new_key(), by=by)


def make_staff(agency: Agency, name: str, *, email: str = "", role: str = "referrer") -> StaffMember:
    """Somebody of an agency who has no account."""
    return StaffMember.objects.create(agency=agency, name=name, email=email, role=role)


def attended(course: Course, *, by: User, agency: Agency, on: dt.date, **who: Any) -> Attendance:
    """One attendance: of a `user` or of a member of `staff`."""
    return Attendance.objects.create(course=course, agency=agency, on=on, recorded_by=by, **who)


def row(number: int = 2, **said: str) -> dict[str, Any]:
    """A row of a list, as it is read."""
    plain = {"name": "", "email": "", "agency": "", "role": "", "course": NOTICE, "on": "1/9/2026"}
    return {**plain, "person": "", **said, "number": number}


def listed(by: User, *rows: dict[str, Any]) -> TrainingList:
    """A list that somebody uploaded and has not kept yet."""
    return services.receive(rows=rows, file_name="staff.csv", key=new_key(), by=by)


def long_ago(months: int) -> dt.date:
    """A day so many months of thirty days before today."""
    return timezone.localdate() - dt.timedelta(days=30 * months)
