"""The forms of a subject of concern: what is kept of it, who it is, facts, reviews and merges."""

from functools import partial
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone

from cse_portal.reference.selectors import choices, clock_rule
from cse_portal.ui.forms import (
    ConfirmField,
    DateField3,
    FilterForm,
    LongTextField,
    ModelSelectField,
    NumberField,
    PortalForm,
    SearchField,
    SelectField,
    TextField,
    UploadField,
)
from intelligence.desk.models import IntelligenceReport
from intelligence.profiles.services import NewFact
from intelligence.subjects.models import Handling, Subject, SubjectKind

K = SubjectKind
OF_KIND: dict[SubjectKind, tuple[str, ...]] = {
    K.PERSON: (
        "name", "other_names", "date_of_birth", "age", "sex", "address", "description", "photo", "without_photo",
        "another", "child_first",
    ),
    K.PLACE: (
        "name", "other_names", "address", "identifier", "ward", "place_type", "opening_times", "description",
        "photo", "without_photo",
    ),
    K.VEHICLE: ("identifier", "make_and_model", "colour", "other_names", "description", "photo", "without_photo"),
    K.PHONE: ("identifier", "other_names", "description"),
    K.ACCOUNT: ("identifier", "platform", "other_names", "description"),
    K.CONTEXT: ("name", "other_names", "address", "ward", "description"),
}  # fmt: skip
IDENTIFIERS = {
    K.PLACE: "Postcode", K.VEHICLE: "Registration, as far as it is known", K.PHONE: "Number", K.ACCOUNT: "Handle",
}  # fmt: skip
ANSWERS = ("another", "child_first")  # to what the portal asks before it adds a person
PHOTO = ("photo", "without_photo")
DETAILS = ("age", "sex", "place_type", "opening_times", "make_and_model", "colour", "platform")
# Who a person is: each line has a value, or a reason why it is not known (strategy 12.2).
WHO = {
    "ethnicity_seen": "Ethnicity, police view",
    "ethnicity_own": "Ethnicity, in their own words",
    "nationality": "Nationality",
    "position_of_trust": "Position of trust",
    "home_address": "Home address",
    "offender_management": "Managed by police or probation",
}


DUE = [("review", "To review now"), ("confirm", "Facts to confirm or remove")]


class SubjectFilter(FilterForm):
    """Which subjects to show."""

    q = SearchField(label="Name, registration, phone or address", max_length=100)
    kind = SelectField(label="Kind", blank="Any", choices=SubjectKind.choices)
    show = SelectField(label="What is due", blank="Any", choices=DUE)


class SubjectForm(PortalForm):
    """What is kept of a subject: the fields of its kind."""

    name = TextField(label="Name, or what they are called", required=False)
    other_names = TextField(
        label="Nicknames and other spellings", help_text="With a comma between them.", required=False
    )
    identifier = TextField(label="Identifier", required=False)
    make_and_model = TextField(label="Make and model", max_length=100, required=False)
    colour = TextField(label="Colour", max_length=40, required=False)
    platform = TextField(label="Platform", max_length=60, required=False)
    date_of_birth = DateField3(label="Date of birth", past=True, required=False)
    age = NumberField(label="About how old, where the birth date is not known?", min_value=1, required=False)
    sex = SelectField(label="Sex", choices=partial(choices, "sex"), required=False)
    address = TextField(label="Address", max_length=300, required=False)
    ward = SelectField(label="Ward", choices=partial(choices, "ward"), required=False)
    place_type = SelectField(label="Type of place", choices=partial(choices, "location-type"), required=False)
    opening_times = TextField(label="Opening times", required=False)
    description = LongTextField(
        label="Description", help_text="What tells it from another. No child, no source.", rows=4, required=False,
    )  # fmt: skip
    photo = UploadField(
        label="Photograph", extensions=("jpg", "jpeg", "png"), required=False,
        help_text="A JPEG or PNG. We draw it anew, without where and when it was taken. Never an indecent image.",
    )  # fmt: skip
    without_photo = ConfirmField(label="Delete the photograph that is kept", required=False)
    another = ConfirmField(label="This is another person than the child with this name", required=False)
    child_first = ConfirmField(label="Keep them here as a child named in intelligence", required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, kind: SubjectKind, subject: Subject | None = None
    ) -> None:
        kept = {name: getattr(subject, name, "") for name in OF_KIND[kind] if name not in PHOTO} | (
            subject.details if subject else {}
        )
        super().__init__(data, files, initial=kept)
        self.kind = kind
        wanted = [name for name in OF_KIND[kind] if name not in _not_offered(subject)]
        for name in [name for name in self.fields if name not in wanted]:
            del self.fields[name]
        self.order_fields(wanted)
        if "identifier" in self.fields:
            self.fields["identifier"].label = IDENTIFIERS[kind]

    @property
    def kept(self) -> dict[str, Any]:
        """What the service keeps: columns, and the details of the kind."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in (*ANSWERS, *PHOTO)}
        details = {name: said.pop(name) for name in DETAILS if name in said}
        return {**said, "details": details}

    @property
    def answered(self) -> list[str]:
        """To which questions the officer said yes, of those asked before a person is added."""
        return [name for name in ANSWERS if self.cleaned_data.get(name)]

    @property
    def drawn_fields(self) -> list[BoundField]:
        """A question is drawn once it is asked."""
        return [
            each for each in super().drawn_fields if each.name not in ANSWERS or each.errors or each.value()
        ]


def _not_offered(subject: Subject | None) -> tuple[str, ...]:
    """A photograph is added to what is kept already, and never of a child."""
    if subject is None or subject.is_child:
        return PHOTO
    return () if subject.photo else ("without_photo",)


class WhoForm(PortalForm):
    """Who a person is: a value, or the reason why it is not known."""

    ethnicity_seen = SelectField(choices=partial(choices, "ethnicity-perceived"), required=False)
    ethnicity_own = SelectField(choices=partial(choices, "ethnicity"), required=False)
    nationality = TextField(max_length=60, required=False)
    position_of_trust = TextField(max_length=200, required=False)
    home_address = TextField(max_length=300, required=False)
    offender_management = TextField(help_text="By whom, and the officer.", max_length=200, required=False)

    def __init__(self, data: Any = None, *, subject: Subject) -> None:
        kept = subject.details.get("who", {})
        given = {
            f"{name}_why" if "why" in each else name: next(iter(each.values())) for name, each in kept.items()
        }
        super().__init__(data, initial=given)
        order = []
        for name, label in WHO.items():
            self.fields[name].label = label
            self.fields[f"{name}_why"] = SelectField(
                label=f"{label}: if not known, why?", label_size="", blank="It is known", required=False,
                choices=partial(choices, "not-known-reason"),
            )  # fmt: skip
            order += [name, f"{name}_why"]
        self.order_fields(order)

    def clean(self) -> dict[str, Any]:
        """One of the two on each line."""
        said = super().clean() or self.cleaned_data
        for name, label in WHO.items():
            value, why = said.get(name), said.get(f"{name}_why")
            if not value and not why:
                self.add_error(name, f"{label}: answer, or say why it is not known")
            elif value and why:
                self.add_error(f"{name}_why", f"{label}: it is known, so leave the reason out")
        return said

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        """By line, the value or the reason."""
        said = self.cleaned_data
        return {name: {"value": said[name]} if said[name] else {"why": said[f"{name}_why"]} for name in WHO}


class FactForm(PortalForm):
    """One thing that is known, and from where."""

    text = TextField(label="What is known?", max_length=500, required_error="Say what is known")
    report = ModelSelectField(
        queryset=None, label="From which report?", blank="From elsewhere", required=False
    )
    source = TextField(
        label="Or from whom, in words that name no source",
        help_text="Such as: licensing visit.",
        required=False,
    )
    source_evaluation = SelectField(label="Source", choices=partial(choices, "source-evaluation"))
    assessment = SelectField(label="Information", choices=partial(choices, "intelligence-assessment"))
    handling = SelectField(label="Handling", choices=Handling.choices)
    first_on = DateField3(label="Since when is it known?", past=True, required=False)

    def __init__(self, data: Any = None, *, reports: list[IntelligenceReport]) -> None:
        super().__init__(data, prefix="fact")
        rows = IntelligenceReport.objects.filter(pk__in=[each.pk for each in reports])
        self.fields["report"].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A report, or words."""
        said = super().clean() or self.cleaned_data
        if not said.get("report") and not said.get("source"):
            self.add_error("source", "Say where it is from: choose a report, or write it")
        return said

    @property
    def fact(self) -> NewFact:
        """As the service takes it."""
        said = self.cleaned_data
        grade = said["source_evaluation"] + said["assessment"] + said["handling"]
        return NewFact(said["text"], grade, said["report"], said["source"] or "", said["first_on"])


class ReviewForm(PortalForm):
    """How a subject stands now, why, and when that is looked at again. A child has no standing to choose."""

    standing = SelectField(label="Standing", choices=[])
    standing_since = DateField3(
        label="Since when?", past=True, required_error="Enter the day since which this is so"
    )
    reason = LongTextField(
        label="What does it rest on?", help_text="For example, a report, or a decision of the police or a court.",
        max_length=500, count=True, required_error="Say what it rests on",
    )  # fmt: skip
    review_on = DateField3(
        label="When is it looked at again?", future=True, required_error="Enter the next review"
    )

    def __init__(self, data: Any = None, *, subject: Subject) -> None:
        following = clock_rule("SUBJECT_REVIEW").due(timezone.localdate())
        now = {"standing": subject.standing, "standing_since": subject.standing_since, "review_on": following}
        super().__init__(data, initial=now)
        self.fields["standing"].choices = choices(SubjectKind(subject.kind).standings)  # type: ignore[attr-defined]
        if subject.is_child:
            del self.fields["standing"], self.fields["standing_since"]
            self.fields["reason"].label = "Why does intelligence still need to name this child?"
            self.fields["reason"].help_text = ""
        self.now = now

    @property
    def review(self) -> dict[str, Any]:
        """As the service takes it; what is not asked stays."""
        return {**self.now, **self.cleaned_data}


class MergeForm(PortalForm):
    """The record that is the same subject, and why."""

    reference = TextField(
        label="Reference of the other record", width=20, help_text="Everything in it is shown here afterwards.",
        required_error="Enter the reference of the other record",
    )  # fmt: skip
    reason = LongTextField(
        label="Why are they the same?", max_length=500, required_error="Say why they are the same"
    )

    def clean_reference(self) -> str:
        """As references are written."""
        value = str(self.cleaned_data["reference"]).strip().upper()
        if not value:
            raise forms.ValidationError("Enter the reference of the other record")
        return value
