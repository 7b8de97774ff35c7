"""The forms of training: the list's filters, a course, an attendance by hand, a list and what is to be mended in it."""

from functools import partial
from typing import Any

from cse_portal.accounts.models import Agency
from cse_portal.files import FileRefused
from cse_portal.files.sheets import read_rows
from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import (
    DateField3,
    FilterForm,
    ModelSelectField,
    NumberField,
    PortalForm,
    SelectField,
    TextField,
    UploadField,
)
from cse_portal.ui.forms.fields import SearchField
from reporting.workforce.models import LEVELS, NEEDS, Course, TrainingStatus
from reporting.workforce.selectors.lists import LABELS, NEW, Line, Row, rows_of
from reporting.workforce.selectors.people import ANY

STATUSES = [(ANY, "Trained, also where it expires soon"), *TrainingStatus.choices]


class PeopleFilter(FilterForm):
    """Whom the list shows."""

    text = SearchField(label="Name or e-mail", required=False)
    agency = ModelSelectField(Agency.objects.none(), label="Agency", blank="All", to_field_name="code")
    role = SelectField(label="Role", blank="All", choices=partial(choices, NEEDS))
    status = SelectField(label="Training", blank="All", choices=STATUSES)

    def __init__(self, data: Any = None, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        kept = Agency.objects.filter(pk__in=[each.pk for each in agencies])
        self.fields["agency"].queryset = kept  # type: ignore[attr-defined]


class CourseForm(PortalForm):
    """A course of the training plan."""

    name = TextField(label="Name of the course", max_length=150)
    level = SelectField(label="Level", choices=partial(choices, LEVELS))
    valid_months = NumberField(
        label="Valid for how many months", required=False, min_value=1, max_value=120, width=3,
        help_text="Leave it empty if it is valid for good",
    )  # fmt: skip

    def __init__(self, *args: Any, course: Course | None = None, **kwargs: Any) -> None:
        self.course = course
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """No two courses have one name: a list names its course by it."""
        said = super().clean() or self.cleaned_data
        own = self.course.pk if self.course else self.key
        if Course.objects.filter(name__iexact=said.get("name", "")).exclude(pk=own).exists():
            self.add_error("name", "Another course has this name")
        return said


class AttendForm(PortalForm):
    """One row by hand: who attended, what and when."""

    name = TextField(label="Name", max_length=150)
    email = TextField(label="E-mail", max_length=254, required=False, input_type="email")
    agency = SelectField(label="Agency")
    role = SelectField(label="What do they do?", choices=partial(choices, NEEDS))
    course = ModelSelectField(
        Course.objects.all(), label="Course", blank="Choose a course", to_field_name="name"
    )
    on = DateField3(label="When did they attend?", past=True)

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(each.code, each.name) for each in agencies]
        self.fields["agency"].choices = named if len(named) == 1 else [("", "Choose one"), *named]  # type: ignore[attr-defined]

    @property
    def row(self) -> Row:
        """As a list has it."""
        said = self.cleaned_data
        return {
            **said,
            "number": 1,
            "person": "",
            "course": said["course"].name,
            "on": said["on"].isoformat(),
        }


class ListForm(PortalForm):
    """A list of who attended, as a file."""

    file = UploadField(
        label="List", extensions=("csv", "xlsx"), max_bytes=5 * 1024 * 1024,
        help_text="A CSV or Excel file. Its first row has the headings Name, Course and Date; E-mail, Agency and Role "
        "help to find the right person. You see every row before anything is kept.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What is in it."""
        said = super().clean() or self.cleaned_data
        if upload := said.get("file"):
            try:
                said["rows"] = rows_of(read_rows(upload.name, upload.read()))
            except FileRefused as refused:
                self.add_error("file", refused.message)
            except ValueError as missing:
                self.add_error("file", str(missing))
        return said


class LinesForm(PortalForm):
    """What is to be mended in a list: the wrong field of each row, and which of two people alike is meant."""

    def __init__(self, *args: Any, lines: list[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: dict[str, tuple[int, str]] = {}
        for line in lines:
            if line.words:
                label = f"Row {line.number}: {LABELS[line.field].lower()}"
                self._ask(
                    line,
                    line.field,
                    TextField(label=label, required=False, initial=line.row[line.field], width=20),
                )
            elif line.alike:
                field = SelectField(
                    label=f"Row {line.number}: who is {line.values['name']}?",
                    required=False,
                    choices=_alike(line),
                )
                self._ask(line, "person", field)

    def _ask(self, line: Line, name: str, field: Any) -> None:
        at = f"row-{line.number}-{name}"
        self.asked[at] = (line.number, name)
        self.fields[at] = field

    @property
    def corrected(self) -> dict[int, Row]:
        """What was written, by the number of the row."""
        return {number: {name: self.cleaned_data[at] or ""} for at, (number, name) in self.asked.items()}


def _alike(line: Line) -> list[tuple[str, str]]:
    people = [
        (str(each.key), f"{each.name}, {each.email or 'no e-mail address'}, {each.role_words.lower()}")
        for each in line.alike
    ]
    return [*people, (NEW, "Somebody else, who is not in the portal yet")]
