"""Dates in three boxes, times as people say them, and moments that are both."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cse_portal.ui.forms.fields import Drawn
from cse_portal.ui.presenters import display_date

LIKE = "Enter the date like 27 3 2026"
TIME_LIKE = "Enter the time like 2:15pm"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*([ap])?\.?(?:m\.?)?")


class DateWidget(forms.MultiWidget):
    """Day, month and year, posted as name_day, name_month, name_year."""

    part_labels: Sequence[tuple[str, int]] = (("Day", 2), ("Month", 2), ("Year", 4))
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            "day": forms.TextInput(number),
            "month": forms.TextInput(number),
            "year": forms.TextInput(number),
        }
        super().__init__(widgets, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """The boxes of a stored date."""
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]


class MomentWidget(DateWidget):
    """A date's boxes and a time, posted as name_time."""

    part_labels = (*DateWidget.part_labels, ("Time", 5))

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.widgets: list[forms.Widget] = [*self.widgets, forms.TextInput({"autocomplete": "off"})]
        self.widgets_names: list[str] = ["_day", "_month", "_year", "_time"]

    def decompress(self, value: Any) -> list[Any]:
        """The boxes of a stored moment, on this country's clock."""
        if not isinstance(value, datetime):
            return [*super().decompress(value), None]
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return [*super().decompress(local.date()), f"{local:%H:%M}"]


class DateField3(Drawn, forms.Field):
    """A date in three boxes; says which part is wrong, and refuses days that do not exist."""

    widget = DateWidget
    shape = "date"

    def __init__(
        self,
        *,
        past: bool = False,
        future: bool = False,
        earliest: date | None = None,
        latest: date | None = None,
        **kwargs: Any,
    ) -> None:
        self.past, self.future, self.earliest, self.latest = past, future, earliest, latest
        kwargs.setdefault("help_text", "For example, 27 3 2026")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """An error names the field."""
        try:
            return super().clean(value)
        except ValidationError as error:
            if error.code == "required":
                raise
            label, said = str(self.label), str(error.messages[0])
            words = f"{label} {said}" if label.endswith("?") else f"{label}: {said[0].lower()}{said[1:]}"
            raise ValidationError(words, error.code) from None

    def to_python(self, value: Any) -> Any:
        """The date, or None when every box is empty."""
        if value is None or isinstance(value, date):
            return value
        parts = [str(part or "").strip() for part in value]
        return self.read(parts) if any(parts) else None

    def read(self, parts: list[str]) -> Any:
        """The date these boxes name."""
        return read_date(parts)

    def validate(self, value: Any) -> None:
        """Required, and within the days this field allows."""
        super().validate(value)
        if value is not None:
            self.check_range(value)

    def check_range(self, day: date) -> None:
        """Past, future, earliest, latest."""
        today = timezone.localdate()
        if self.past and day > today:
            raise ValidationError("Enter today's date or one in the past", "future")
        if self.future and day < today:
            raise ValidationError("Enter today's date or one in the future", "past")
        if self.earliest and day < self.earliest:
            raise ValidationError(f"Enter a date on or after {display_date(self.earliest)}", "early")
        if self.latest and day > self.latest:
            raise ValidationError(f"Enter a date on or before {display_date(self.latest)}", "late")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the boxes differ from the stored value."""
        before = cast(DateWidget, self.widget).decompress(initial)
        return [str(part or "").strip() for part in data or []] != [str(part or "") for part in before]


class MomentField(DateField3):
    """A date and a time on this country's clock."""

    widget = MomentWidget
    shape = "moment"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "For example, 27 3 2026 and 2:15pm")
        super().__init__(**kwargs)

    def read(self, parts: list[str]) -> datetime:
        """The moment these boxes name."""
        day = read_date(parts[:3])
        if len(parts) < 4 or not parts[3]:
            raise ValidationError("Enter a time too, like 2:15pm", "time")
        return timezone.make_aware(datetime.combine(day, read_time(parts[3])))

    def check_range(self, day: date) -> None:
        """Past and future count to the minute; the rest by day."""
        moment = day if isinstance(day, datetime) else timezone.now()
        if self.past and moment > timezone.now():
            raise ValidationError("Enter a date and time in the past", "future")
        if self.future and moment < timezone.now():
            raise ValidationError("Enter a date and time in the future", "past")
        local = timezone.localtime(moment).date()
        if self.earliest and local < self.earliest:
            raise ValidationError(f"Enter a date on or after {display_date(self.earliest)}", "early")
        if self.latest and local > self.latest:
            raise ValidationError(f"Enter a date on or before {display_date(self.latest)}", "late")


def read_date(parts: Sequence[str]) -> date:
    """A date from its boxes, or from a whole date pasted into the first; the error says which part to mend."""
    if parts[0] and not parts[1] and not parts[2]:
        pasted = re.split(r"[\s/.\-]+", parts[0])
        parts = pasted if len(pasted) == 3 else parts
    missing = [name for name, part in zip(("day", "month", "year"), parts, strict=False) if not part]
    if missing:
        raise ValidationError(f"The date must include a {' and a '.join(missing)}", "missing")
    day, month, year = _number(parts[0]), _month(parts[1]), _number(parts[2])
    if not 1 <= month <= 12:
        raise ValidationError("The month must be between 1 and 12", "month")
    if len(parts[2]) != 4:
        raise ValidationError("The year must have four numbers, like 2026", "year")
    if not 1900 <= year <= 2100:
        raise ValidationError("Enter a year between 1900 and 2100", "year")
    if not 1 <= day <= 31:
        raise ValidationError("The day must be between 1 and 31", "day")
    try:
        return date(year, month, day)
    except ValueError:
        shown = f" {year}" if (day, month) == (29, 2) else ""
        raise ValidationError(f"{day} {MONTH_NAMES[month - 1]}{shown} does not exist", "impossible") from None


def read_time(text: str) -> time:
    """A time from how people write it."""
    words = text.strip().lower()
    if words in ("midday", "noon", "midnight"):
        return time(0 if words == "midnight" else 12)
    found = _TIME.fullmatch(words)
    if found is None or not words.isascii():
        raise ValidationError(TIME_LIKE, "invalid")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half or found[2] is None:
        raise ValidationError(TIME_LIKE, "invalid")
    if hour > 23 or minute > 59:
        raise ValidationError(TIME_LIKE, "invalid")
    return time(hour, minute)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise ValidationError(LIKE, "invalid")
    return int(text)


def _month(text: str) -> int:
    name = text[:3].lower()
    return MONTHS.index(name) + 1 if name in MONTHS else _number(text)
