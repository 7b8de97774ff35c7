"""What an uploaded list says, row by row, and the portal's answer to each row before anything is kept."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible, granted_in_agency
from cse_portal.accounts.models import User
from cse_portal.files.sheets import Value
from cse_portal.reference.selectors import codes
from cse_portal.ui.presenters import display_date
from reporting.workforce.models import NEEDS, Attendance, StaffMember, TrainingList
from reporting.workforce.selectors.people import Person, agencies_kept, courses, workforce

HEADINGS = {
    "name": ("name", "full name", "person", "staff name"),
    "email": ("email", "e-mail", "email address", "e-mail address"),
    "agency": ("agency", "organisation", "employer"),
    "role": ("role", "job", "job title", "post"),
    "course": ("course", "training", "course name"),
    "on": ("date", "on", "attended", "attended on", "course date"),
}
LABELS = {
    "name": "Name",
    "email": "E-mail",
    "agency": "Agency",
    "role": "Role",
    "course": "Course",
    "on": "Date",
}
NEEDED = ("name", "course", "on")
NEW = "new"
STARTS_AS = "referrer"  # whose role no list says: the lowest need
FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y")
Row = dict[str, Any]


class WrongCell(Exception):
    """A row cannot be kept as it is: which field, and what is wrong with it."""

    def __init__(self, name: str, words: str) -> None:
        self.field, self.words = name, words
        super().__init__(words)


@dataclass
class Line:
    """A row with its answer: kept for whom, already there, to be chosen, or wrong in one `field`."""

    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    person: Person | None = None
    is_new: bool = False
    is_there: bool = False
    alike: Sequence[Person] = ()
    field: str = ""
    words: str = ""

    @property
    def number(self) -> int:
        """As the sheet shows it."""
        return int(self.row["number"])

    @property
    def same(self) -> Any:
        """Who it is about: rows of one list with the same are about one person."""
        if self.person is not None:
            return self.person.key
        return self.values["agency"].pk, _plain(self.values["email"] or self.values["name"])

    @property
    def can_be_kept(self) -> bool:
        """Whether it is clear what to record, and for whom."""
        return not self.words and (self.is_new or self.person is not None) and not self.is_there


def rows_of(cells: Sequence[Sequence[Value]]) -> list[Row]:
    """The rows under the headings, by field; ValueError says what is missing."""
    first = next((number for number, row in enumerate(cells) if any(row)), 0)
    headings = [str(each).strip().casefold() for each in cells[first]] if cells else []
    places = {
        name: next((headings.index(each) for each in known if each in headings), -1)
        for name, known in HEADINGS.items()
    }
    if missing := [LABELS[name] for name in NEEDED if places[name] < 0]:
        raise ValueError(f"Write these headings in the first row of the list: {', '.join(missing)}")
    found = []
    for number, row in enumerate(cells[first + 1 :], start=first + 2):
        said = {name: _text(row[at]) if -1 < at < len(row) else "" for name, at in places.items()}
        if any(said.values()):
            found.append({"number": number, "person": "", **said})
    if not found:
        raise ValueError("Choose a list that has rows below its headings")
    return found


def waiting_lists(user: User) -> QuerySet[TrainingList]:
    """One's own lists with rows that wait."""
    return own_lists(user).exclude(rows=[])


def own_lists(user: User) -> QuerySet[TrainingList]:
    """Those that this person uploaded while they worked for today's agency."""
    who = gate.require_standing(user, Permission.TRAINING_KEEP)
    return TrainingList.objects.filter(granted_in_agency(who, "uploaded_at"), uploaded_by=user)


def list_for(user: User, pk: uuid.UUID) -> TrainingList:
    """One's own list; NotVisible of anybody else's."""
    return get_visible(own_lists(user).filter(pk=pk))


def lines_of(listed: TrainingList, user: User) -> list[Line]:
    """Every row that waits, with its answer for this person today."""
    known = _Known(user)
    return [_line(row, known) for row in listed.rows]


class _Known:
    """What rows are compared with: agencies, courses and people whom this person keeps, and rows seen before."""

    def __init__(self, user: User) -> None:
        self.today = timezone.localdate()
        kept = agencies_kept(user)
        self.agencies = {
            _plain(name): each for each in kept for name in (each.code, each.name, each.short_name)
        }
        self.own = kept[0] if len(kept) == 1 else None
        self.courses = {_plain(each.name): each for each in courses()}
        self.roles = {_plain(name): each.code for each in codes(NEEDS) for name in (each.code, each.label)}
        self.people: dict[tuple[Any, str], list[Person]] = defaultdict(list)
        for each in workforce(user):
            self.people[each.agency.pk, _plain(each.name)].append(each)
            if each.email:
                self.people[each.agency.pk, _plain(each.email)].append(each)
        # A newcomer attends no course of the portal's; who stands in the list twice is told apart by name and e-mail.
        self.seen: set[tuple[Any, ...]] = set()


def _line(row: Row, known: _Known) -> Line:
    line = Line(row)
    for name, read in READERS.items():
        try:
            line.values[name] = read(str(row[name]).strip(), known)
        except WrongCell as wrong:
            line.field, line.words = (
                wrong.field,
                f"Row {row['number']}, {LABELS[wrong.field].lower()}: {wrong.words}",
            )
            return line
    _match(line, known)
    values = line.values
    who = (
        line.person.key
        if line.person
        else (values["agency"].pk, _plain(values["name"]), values["email"].lower())
    )
    line.is_there = (who, values["course"].pk, values["on"]) in known.seen or _attended(line)
    if line.can_be_kept:
        known.seen.add((who, values["course"].pk, values["on"]))
    return line


def _match(line: Line, known: _Known) -> None:
    """By e-mail address, else by name in the agency; where people are alike somebody chooses."""
    agency, name, email = line.values["agency"].pk, line.values["name"], line.values["email"]
    exact = known.people.get((agency, _plain(email)), []) if email else []
    named = exact or known.people.get((agency, _plain(name)), [])
    chosen = line.row.get("person", "")
    line.person = next((each for each in named if str(each.key) == chosen), None)
    if line.person is None and len(named) == 1 and (exact or not email or not named[0].email):
        line.person = named[0]
    line.is_new = line.person is None and (not named or chosen == NEW)
    if line.person is None and not line.is_new:
        line.alike = named


def _attended(line: Line) -> bool:
    """Whether it is recorded already."""
    course, on = line.values["course"], line.values["on"]
    return line.person is not None and any(
        each.course_id == course.pk and each.on == on for each in line.person.attended
    )


def _name(text: str, known: _Known) -> str:
    if not text or len(text) > 150:
        raise WrongCell("name", "write the name, in 150 characters or fewer.")
    return " ".join(text.split())


def _email(text: str, known: _Known) -> str:
    try:
        StaffMember._meta.get_field("email").run_validators(text)
    except ValidationError:
        raise WrongCell("email", f"“{text[:60]}” is no e-mail address.") from None
    return text


def _agency(text: str, known: _Known) -> Any:
    found = known.own if not text else known.agencies.get(_plain(text))
    if found is None:
        raise WrongCell(
            "agency", f"“{text[:60]}” is no agency whose training you keep." if text else "say which agency."
        )
    return found


def _role(text: str, known: _Known) -> str:
    return known.roles.get(_plain(text), STARTS_AS)


def _course(text: str, known: _Known) -> Any:
    found = known.courses.get(_plain(text))
    if found is None:
        raise WrongCell("course", f"no course is called “{text[:60]}”.")
    return found


def _on(text: str, known: _Known) -> dt.date:
    for each in FORMATS:
        try:
            day = dt.datetime.strptime(text, each).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
        if day > known.today:
            raise WrongCell("on", f"{display_date(day)} is still to come.")
        return day
    raise WrongCell("on", f"“{text[:60]}” is no date, like 27/3/2026.")


READERS: dict[str, Callable[[str, _Known], Any]] = {
    "name": _name, "email": _email, "agency": _agency, "role": _role, "course": _course, "on": _on,
}  # fmt: skip


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _text(value: Value) -> str:
    return value.isoformat() if isinstance(value, dt.date) else value


def attendance_for(user: User, pk: uuid.UUID) -> Attendance:
    """One attendance; NotVisible where this person does not keep it."""
    return get_visible(
        Attendance.objects.visible_to(user).select_related("user", "staff", "course").filter(pk=pk)
    )
