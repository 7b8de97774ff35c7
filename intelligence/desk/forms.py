"""The forms of the police intelligence unit."""

import uuid
from functools import partial
from typing import Any

from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import (
    CheckboxesField,
    ConfirmField,
    DateField3,
    FilterForm,
    HiddenField,
    LongTextField,
    ModelSelectField,
    PortalForm,
    RadioField,
    SearchField,
    SelectField,
    TextField,
    YesNoField,
)
from intelligence.desk.selectors import possible_readers
from intelligence.desk.services import LineGrade
from intelligence.subjects.models import Handling, LinkKind
from intelligence.submissions.models import IntelligenceLine, IntelligenceSubmission, SubmissionState


def with_code(code_list: str) -> list[tuple[str, str]]:
    """A list as police read it: each answer begins with its code."""
    return [(code, f"{code}: {words}") for code, words in choices(code_list)]


class InboxFilter(FilterForm):
    """Which submissions the inbox shows."""

    state = SelectField(
        label="State",
        blank="Waiting for the unit",
        choices=SubmissionState.choices[1:],
    )
    strand = SelectField(label="About", blank="Anything", choices=partial(choices, "fib-strand"))
    overdue = ConfirmField(label="Answer overdue", small=True)


class ReportFilter(FilterForm):
    """Which reports to show."""

    q = SearchField(label="Reference or words", max_length=200)
    handling = SelectField(label="Handling", blank="Any", choices=Handling.choices)


class DetailForm(PortalForm):
    """What the unit asks."""

    question = LongTextField(
        label="What do you need to know?",
        help_text="The author reads this. Do not ask them to find anything out from the child.",
        max_length=2000,
        required_error="Enter what you need to know",
    )


class GradeLineForm(PortalForm):
    """The grade of one line."""

    source_evaluation = SelectField(
        label="Source", blank="Choose", choices=partial(with_code, "source-evaluation")
    )
    assessment = SelectField(
        label="Assessment", blank="Choose", choices=partial(with_code, "intelligence-assessment")
    )
    handling = SelectField(label="Handling", blank="Choose", choices=Handling.choices)
    conditions = CheckboxesField(
        label="Conditions, with C", small=True, required=False,
        choices=partial(with_code, "handling-condition"),
    )  # fmt: skip
    sanitised = LongTextField(
        label="Sanitised text",
        help_text="Nothing that points to who told us. Leave empty to keep the line in the unit.",
        rows=4,
        max_length=4000,
        required=False,
    )

    def __init__(self, *args: Any, line: IntelligenceLine, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"line-{line.order}", **kwargs)
        self.line = line

    def clean(self) -> dict[str, Any]:
        """Conditions belong to C, and C needs one."""
        said = super().clean() or self.cleaned_data
        if said.get("handling") == Handling.C and not said.get("conditions") and "conditions" in said:
            self.add_error(
                "conditions", f"Line {self.line.order}: select at least one condition, or handling P"
            )
        if said.get("handling") == Handling.P:
            said["conditions"] = []
        return said

    @property
    def grade(self) -> LineGrade:
        """What the officer said."""
        return LineGrade(line_id=self.line.pk, **self.cleaned_data)


class GradeForm(PortalForm):
    """What holds for the whole submission."""

    meeting_may_discuss = YesNoField(label="May a meeting discuss the P report?")
    instructions = LongTextField(
        label="Handling instructions for the C report",
        help_text="How its readers must handle it. Only needed if a line has handling C.",
        rows=3,
        max_length=2000,
        required=False,
    )


def grade_forms(
    submission: IntelligenceSubmission, data: Any = None
) -> tuple[GradeForm, list[GradeLineForm]]:
    """A form for every line, and one for the whole. The police suggest 2 for a source they do not know yet."""
    lines = [
        GradeLineForm(data, line=line, initial={"source_evaluation": "2"}) for line in submission.lines.all()
    ]
    allowed = bool(submission.meeting_may_discuss)
    return GradeForm(data, initial={"meeting_may_discuss": allowed}), lines


def graded(form: GradeForm, lines: list[GradeLineForm]) -> list[LineGrade] | None:
    """The grades, if every form is answered; a C report says how to handle it."""
    if [each for each in (form, *lines) if not each.is_valid()]:
        return None
    released = [each.grade for each in lines if each.grade.sanitised]
    conditional = any(each.handling == Handling.C for each in released)
    if conditional and not form.cleaned_data["instructions"]:
        form.add_error("instructions", "Enter how the readers of the C report must handle it")
        return None
    return [each.grade for each in lines]


# Its agency's lead has read the system's token, and sees no intelligence by that role.
FOR_THE_UNIT = (
    "An agency’s system sent this. It is told the answers above and not these words: they are the unit’s."
)


class FeedbackForm(PortalForm):
    """What the author may know."""

    code = RadioField(label="Feedback to the author", choices=partial(with_code, "fib-feedback"))
    outcome = SelectField(label="What the unit did", choices=partial(choices, "fib-outcome"))
    text = LongTextField(
        label="In your own words",
        help_text="The author reads this. Say nothing that would harm an investigation or point to a source.",
        max_length=4000,
        required=False,
    )

    def __init__(self, *args: Any, to_system: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if to_system:
            self.fields["text"].help_text = FOR_THE_UNIT

    def clean(self) -> dict[str, Any]:
        """Asking for more says for what."""
        said = super().clean() or self.cleaned_data
        if said.get("code") == "F4" and not said.get("text") and "text" in said:
            self.add_error("text", "Say what more would help, if it comes up")
        return said


class FindForm(FilterForm):
    """Searching for what a report is about."""

    q = SearchField(label="Search")


class ChildForm(PortalForm):
    """A child's case, by its reference."""

    reference = TextField(
        label="Case reference",
        width=20,
        help_text="Such as CSE-2026-48213",
        required_error="Enter the case reference",
    )


class PersonForm(PortalForm):
    """A new person of concern."""

    given_name = TextField(label="First name", max_length=100, width=20, required=False)
    family_name = TextField(label="Last name", max_length=100, width=20, required=False)
    other_names = TextField(label="Nickname or other names", width=20, required=False)
    date_of_birth = DateField3(label="Date of birth", past=True, required=False)
    standing = SelectField(label="UserContext", choices=partial(choices, "concern-status"))
    description = LongTextField(label="Description", max_length=4000, rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        """A person needs something to be known by."""
        said = super().clean() or self.cleaned_data
        if not any(said.get(name) for name in ("given_name", "family_name", "other_names")):
            self.add_error("given_name", "Enter a name or nickname")
        return said


class StandingForm(PortalForm):
    """Where a person of concern stands now."""

    standing = SelectField(label="UserContext", choices=partial(choices, "concern-status"))
    standing_since = DateField3(
        label="Since when?", past=True, required_error="Enter the day since which this is so"
    )
    reason = LongTextField(
        label="What does it rest on?", help_text="For example, a decision of the police or a court", max_length=500,
        rows=3, count=True, required_error="Say what it rests on",
    )  # fmt: skip


class PlaceForm(PortalForm):
    """A new place of concern."""

    name = TextField(label="Name of the place", required_error="Enter the name of the place")
    address = TextField(label="Address", max_length=300, required=False)
    postcode = TextField(label="Postcode", max_length=10, width=10, required=False)
    description = LongTextField(label="Description", max_length=4000, rows=3, required=False)


class VehicleForm(PortalForm):
    """A new vehicle of concern."""

    registration = TextField(
        label="Registration", help_text="Part of it is enough", max_length=15, width=10,
        required_error="Enter the registration, or the part that is known",
    )  # fmt: skip
    make_and_model = TextField(label="Make and model", max_length=100, width=20, required=False)
    colour = TextField(label="Colour", max_length=40, width=10, required=False)
    description = LongTextField(label="Description", max_length=4000, rows=3, required=False)


NOMINAL_FORMS: dict[LinkKind, type[PortalForm]] = {
    LinkKind.CHILD: ChildForm,
    LinkKind.PERSON: PersonForm,
    LinkKind.PLACE: PlaceForm,
    LinkKind.VEHICLE: VehicleForm,
}


class ChosenForm(PortalForm):
    """One of those found."""

    chosen = HiddenField(max_length=40)

    @property
    def nominal_id(self) -> uuid.UUID | None:
        """The key of the row chosen, if it is one."""
        try:
            return uuid.UUID(self.cleaned_data["chosen"]) if self.is_valid() else None
        except ValueError:
            return None


class ReaderForm(PortalForm):
    """Who may read a report with conditions."""

    reader = ModelSelectField(queryset=None, label="Person", blank="Choose a person")
    reason = TextField(
        label="Why do they need to read it?", max_length=500, required_error="Enter why they need to read it"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reader"].queryset = possible_readers()  # type: ignore[attr-defined]
