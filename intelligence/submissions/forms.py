"""The pages on which a submission is written."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError

from cases.documents.forms import FileForm as CaseFileForm
from cse_portal.reference.selectors import choices
from cse_portal.ui import forms
from intelligence.submissions.models import SubmissionState, SubmissionStep, Told
from intelligence.submissions.selectors import INDECENT, SOURCE_FIELDS, STEP_FIELDS, STEP_ROWS, StepAnswers


class PageForm(forms.PortalForm):
    """A page carries the mark of the answers it was drawn with, so that two windows do not overwrite each other."""

    seen = forms.HiddenField(required=False, max_length=16)


class LearnedForm(PageForm):
    """What it is about."""

    strands = forms.CheckboxesField(
        label="What is it about?", required_error="Select what it is about", choices=partial(choices, "fib-strand"),
    )  # fmt: skip
    urgency = forms.RadioField(
        label="How soon should the police read it?",
        hints={"PRIORITY": "Something is about to happen, or the information will soon be out of date."},
        choices=partial(choices, "fib-urgency"),
    )
    learned_on = forms.DateField3(
        label="When did you learn this?", past=True, required_error="Enter the date you learned this"
    )


class LineForm(forms.PortalForm):
    """One fact."""

    text = forms.LongTextField(
        label="What do you know?",
        help_text="One fact. Full names. Leave out who told you.",
        rows=2,
        max_length=2000,
        required_error="Enter what you know",
    )
    happened = forms.TextField(
        label="When did it happen?", help_text="As near as you can say", max_length=100, required=False
    )


class SubjectForm(forms.PortalForm):
    """One person."""

    given_name = forms.TextField(label="First name", max_length=100, required=False, width=20)
    family_name = forms.TextField(label="Last name", max_length=100, required=False, width=20)
    other_names = forms.TextField(label="Nickname or other names", required=False, width=20)
    role = forms.SelectField(
        label="What part do they play?",
        blank="Not known",
        choices=partial(choices, "subject-role"),
        required=False,
    )
    date_of_birth = forms.DateField3(label="Date of birth", past=True, required=False)
    age = forms.TextField(
        label="Age, if you do not know the date of birth", help_text="Such as “about 30”", max_length=60,
        required=False, width=10,
    )  # fmt: skip
    description = forms.LongTextField(
        label="What else would help to find them?",
        help_text="What they look like, how they speak, where they live or work",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """A person needs something to be known by."""
        said = super().clean() or self.cleaned_data
        if self.has_changed() and not any(
            said.get(name) for name in ("given_name", "family_name", "other_names", "description")
        ):
            self.add_error("given_name", "Enter a name, or describe the person")
        return said


class VehicleForm(forms.PortalForm):
    """One vehicle."""

    registration = forms.TextField(
        label="Registration", help_text="Part of it is enough", max_length=15, width=10, required=False
    )
    make_and_model = forms.TextField(label="Make and model", max_length=100, width=20, required=False)
    colour = forms.TextField(label="Colour", max_length=40, width=10, required=False)
    details = forms.TextField(
        label="Anything else about it", help_text="Such as damage, or a taxi plate", required=False
    )


class PlaceForm(forms.PortalForm):
    """One place."""

    name = forms.TextField(label="Name of the place", width=20, required=False)
    address = forms.TextField(label="Address, or where it is", max_length=300, required=False)
    postcode = forms.TextField(label="Postcode", max_length=10, width=10, required=False)
    details = forms.TextField(label="What happens there, and when", max_length=2000, required=False)


class ContactForm(forms.PortalForm):
    """One phone number, account, address or device."""

    kind = forms.SelectField(label="What is it?", choices=partial(choices, "comms-kind"))
    value = forms.TextField(label="Number, name or address", width=20)
    details = forms.TextField(label="Who uses it, and on which app", max_length=2000, required=False)


class SourceForm(PageForm):
    """How the author knows, and who told them."""

    provenance = forms.RadioField(label="How do you know this?", choices=partial(choices, "fib-provenance"))
    first_hand = forms.YesNoField(
        label="Did the person who told you see or hear it themselves?",
        help_text="Answer yes if you saw or heard it yourself.",
    )
    name = forms.TextField(
        label="Who told you?", help_text="Leave empty if nobody did, or they may not be named", required=False
    )
    relation = forms.TextField(label="Who are they to the people named?", required=False)
    contact = forms.TextField(label="How can they be reached safely?", required=False)
    reliability = forms.LongTextField(
        label="Why do you believe it, or doubt it?", max_length=2000, required=False
    )
    told_it_is_shared = forms.RadioField(
        label="Do they know that the police will be told?", choices=Told.choices, required=False, inline=True
    )
    risk = forms.LongTextField(
        label="If the police act on this, who could come to harm?",
        help_text="The child, the person who told you, or anyone else. Say how few people know it.",
        required_error="Enter who could come to harm, or “nobody I can think of”",
    )


class HandlingForm(PageForm):
    """Who may know."""

    meeting_may_discuss = forms.YesNoField(
        label="May a meeting about the child discuss it?",
        help_text="Only the police’s own wording is ever shown there, never what you write here.",
    )
    others_who_know = forms.LongTextField(
        label="Who else knows this?", rows=2, max_length=2000, required=False,
        help_text="If few people do, acting on it could point to who told you.",
    )  # fmt: skip
    keep_from = forms.LongTextField(label="Who must not be told?", rows=2, max_length=2000, required=False)
    police_may_contact = forms.YesNoField(
        label="May the police call you about it?", reveals={"yes": "best_contact"}, inline=False
    )
    best_contact = forms.TextField(
        label="Best number and time", help_text="Such as 07700 900123, after 4pm", required=False
    )


LineForms = forms.add_another(LineForm, noun="line", minimum=1, maximum=30)
SubjectForms = forms.add_another(SubjectForm, noun="person", maximum=10)
VehicleForms = forms.add_another(VehicleForm, noun="vehicle", maximum=10)
PlaceForms = forms.add_another(PlaceForm, noun="place", maximum=10)
ContactForms = forms.add_another(ContactForm, noun="phone or account", maximum=10)

FORMS: dict[SubmissionStep, type[PageForm]] = {
    SubmissionStep.LEARNED: LearnedForm,
    SubmissionStep.PEOPLE: PageForm,
    SubmissionStep.THINGS: PageForm,
    SubmissionStep.SOURCE: SourceForm,
    SubmissionStep.HANDLING: HandlingForm,
}
ROW_FORMS: dict[str, type[forms.Rows]] = {
    "lines": LineForms,
    "subjects": SubjectForms,
    "vehicles": VehicleForms,
    "places": PlaceForms,
    "contacts": ContactForms,
}


class Page:
    """One page of the guided form: its own questions, and the rows it owns."""

    def __init__(
        self, step: SubmissionStep, stored: StepAnswers, data: Any = None, *, quiet: bool = False
    ) -> None:
        self.step, self.stored = step, stored
        self.rows: dict[str, forms.Rows] = {
            noun: ROW_FORMS[noun](data, prefix=noun, initial=stored.rows.get(noun, []))
            for noun in STEP_ROWS.get(step, ())
        }
        quiet = quiet or self.rows_changed
        for rows in self.rows.values():
            rows.form_kwargs = {"quiet": quiet}
        initial = {**stored.fields, **stored.source, "seen": stored.mark}
        self.form = FORMS[step](data, initial=initial, quiet=quiet)

    @property
    def rows_changed(self) -> bool:
        """Whether a row was only added or removed."""
        return any(rows.rows_changed for rows in self.rows.values())

    @property
    def parts(self) -> list[Any]:
        """Everything an error may stand on."""
        return [self.form, *self.rows.values()]

    def is_valid(self) -> bool:
        """Whether every part is; each is asked, so that all errors show at once."""
        return not [part for part in self.parts if not part.is_valid()]

    @property
    def seen(self) -> str:
        """The mark of the answers the author had before them."""
        return str(self.form.cleaned_data.get("seen") or "")

    def show_as_seen(self) -> None:
        """Draw the page again over what is stored now: its author has been shown both."""
        data: Any = self.form.data
        data = data.copy()
        data["seen"] = self.stored.mark
        self.form.data = data

    @property
    def answers(self) -> StepAnswers:
        """What the page says."""
        said: Mapping[str, Any] = self.form.cleaned_data
        return StepAnswers(
            fields={name: said.get(name) for name in STEP_FIELDS.get(self.step, ())},
            source={name: said.get(name) or "" for name in SOURCE_FIELDS}
            if self.step == SubmissionStep.SOURCE
            else {},
            rows={noun: rows.rows for noun, rows in self.rows.items()},
        )


class FileForm(CaseFileForm):
    """A picture or document. Nobody sends it before they have said that it holds no indecent image of a child."""

    title = forms.TextField(
        label="What is it?", max_length=150, required_error="Say what the file is",
        help_text="For example, Screenshot of a message. Leave out who gave it to you",
    )  # fmt: skip
    no_image = forms.ConfirmField(
        label="I have looked: this file holds no indecent image of a child",
        required_error="Confirm that the file holds no indecent image of a child. If it does, do not send it",
    )
    field_order = ("no_image", "file", "title")

    @property
    def posted(self) -> dict[str, Any]:
        """The file as the service keeps it."""
        said = self.cleaned_data
        file = said["file"]
        return {"title": said["title"], "name": file.name, "content": file.read(), "key": self.key}

    def clean_title(self) -> str:
        """A file that is said to be such an image is not taken."""
        title = str(self.cleaned_data["title"])
        if INDECENT.search(title):
            raise ValidationError(
                "An indecent image is never sent here. Call the police: 101, or 999 in danger"
            )
        return title


class MineFilter(forms.FilterForm):
    """Which of one's own submissions to show."""

    state = forms.SelectField(label="State", blank="Any", choices=SubmissionState.choices)


class ReplyForm(forms.PortalForm):
    """The author's answer to the unit."""

    reply = forms.LongTextField(label="Your answer", required_error="Enter your answer", rows=5)
