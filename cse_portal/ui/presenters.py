"""Dates, counts and sentences as people read them, and the small shapes that components draw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from cse_portal.reference.working_days import is_working_day, next_working_day

CATEGORY_WORDS = {3: "High – significant", 2: "Medium – serious", 1: "Low – at risk", 0: "No category"}
CATEGORY_COLOURS = {3: "red", 2: "orange", 1: "yellow", 0: "outline"}
FLAG_WORDS = {
    "overdue": "Overdue",
    "late": "Late",
    "restricted": "Restricted",
    "missing": "Missing now",
    "closed": "Closed",
    "draft": "Draft",
}
FLAG_COLOURS = {
    "overdue": "red",
    "late": "orange",
    "restricted": "black",
    "missing": "red",
    "closed": "outline",
    "draft": "outline",
}


def display_date(value: date | datetime | None) -> str:
    """27 March 2026."""
    day = local_date(value)
    return f"{day.day} {day:%B %Y}" if day else ""


def short_date(value: date | datetime | None) -> str:
    """27 Mar 2026, for tables."""
    day = local_date(value)
    return f"{day.day} {day:%b %Y}" if day else ""


def display_time(value: time | datetime | None) -> str:
    """2:15pm; midday and midnight by name."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    if value.minute == 0 and value.hour in (0, 12):
        return "midnight" if value.hour == 0 else "midday"
    minutes = f":{value.minute:02d}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


def display_datetime(value: datetime | None) -> str:
    """27 March 2026 at 2:15pm."""
    return f"{display_date(value)} at {display_time(value)}" if value else ""


def local_date(value: date | datetime | None) -> date | None:
    """The calendar day in this country; of a moment, too."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def due_words(on: date | datetime | None, today: date | None = None) -> str:
    """Due today, due in 2 days, 3 days overdue."""
    day = local_date(on)
    if day is None:
        return ""
    days = (day - (today or timezone.localdate())).days
    if days < 0:
        return f"{counted(-days, 'day')} overdue"
    return {0: "due today", 1: "due tomorrow"}.get(days, f"due in {days} days")


def non_working_day_note(on: date | None) -> str:
    """Of a day on which most people are not at work: what it is, and the next working day. Of any other, nothing."""
    if on is None or is_working_day(on):
        return ""
    what = f"a {on:%A}" if on.weekday() >= 5 else "a bank holiday"
    return f"That is {what}. The next working day is {display_date(next_working_day(on))}."


def is_overdue(on: date | datetime | None, today: date | None = None) -> bool:
    """Whether the day has passed."""
    day = local_date(on)
    return day is not None and day < (today or timezone.localdate())


def age_on(born: date | None, on: date | None = None) -> int | None:
    """Age in whole years; unknown when the date of birth is."""
    if born is None:
        return None
    day = on or timezone.localdate()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def joined(items: Iterable[object], last: str = "and") -> str:
    """A, b and c."""
    words = [str(item) for item in items]
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def counted(number: int, noun: str) -> str:
    """1 case, 3 cases; a plural of its own after a comma: "child,children"."""
    singular, _, plural = noun.partition(",")
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


@dataclass(frozen=True)
class CaseBanner:
    """Whose record this is: what the identity bar says on every page of a case."""

    name: str
    reference: str
    url: str
    age: int | None = None
    category: int | None = None
    restricted: bool = False
    closed: bool = False
    missing_since: datetime | None = None
    missing_for: str = ""
    missing_url: str = ""
    indicated: int | None = None
    flags: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Row:
    """One line of a summary list."""

    label: str
    value: object
    url: str = ""
    action: str = "Change"


@dataclass(frozen=True)
class Step:
    """One step of a guided form: done, current or todo."""

    label: str
    state: str = "todo"
    url: str = ""


@dataclass(frozen=True)
class Task:
    """One line of a task list."""

    title: str
    status: str
    url: str = ""
    hint: str = ""
    done: bool = False


@dataclass(frozen=True)
class Chip:
    """An applied filter that one click removes."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True)
class TimelineEntry:
    """One event of a history."""

    title: str
    when: str
    by: str = ""
    body: str = ""
    url: str = ""
    kind: str = ""
    tag: str = ""


@dataclass(frozen=True)
class Paging:
    """A page of a list whose full length nobody counted."""

    number: int
    has_next: bool
    count_words: str = ""
    last: int = 0  # nobody counted to the end

    @property
    def has_previous(self) -> bool:
        """Whether a page comes before."""
        return self.number > 1

    @property
    def next_page_number(self) -> int:
        """The number of the page after."""
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        """The number of the page before."""
        return self.number - 1
