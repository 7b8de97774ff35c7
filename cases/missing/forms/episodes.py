"""Recording that a child is missing, what becomes known, and that they are back."""

import datetime as dt
from dataclasses import fields
from typing import Any

from django.forms.boundfield import BoundField

from cases.missing.models import MissingEpisode
from cases.missing.services.changes import Seen
from cases.missing.services.episodes import Back, Grade, Known, MissingReport
from cases.record.forms import VersionedForm
from cases.record.selectors import working_agencies
from cse_portal.reference import selectors as reference
from cse_portal.ui import forms


class KnownForm(forms.PortalForm):
    """What is known of a child who is missing. All of it may be left empty, and added later."""

    police_reference = forms.TextField(label="Police reference", max_length=40, required=False, width=20)
    last_seen_where = forms.TextField(label="Where were they last seen?", required=False)
    last_seen_by = forms.TextField(label="Who saw them?", max_length=150, required=False)
    last_seen_wearing = forms.TextField(label="What were they wearing?", required=False)
    with_whom = forms.TextField(
        label="Who may they be with?", max_length=300, required=False,
        help_text="Name or describe each. Say whether somebody has asked",
    )  # fmt: skip
    notes = forms.LongTextField(
        label="What else is known?", rows=4, count=True, required=False, help_text="Say how you know"
    )

    @property
    def known(self) -> Known:
        """As the service takes it."""
        return Known(**{each.name: self.cleaned_data[each.name] for each in fields(Known)})


class MissingForm(KnownForm):
    """Since when, from where and what the police say; the rest is asked under "Add more"."""

    first = ("kind", "missing_since", "missing_from", "risk_grade", "police_reference")
    kind = forms.RadioField(
        label="Which is it?", choices=lambda: reference.choices("missing-type"), small=True,
        required_error="Say whether they are missing or away",
    )  # fmt: skip
    missing_since = forms.MomentField(
        label="Since when?", past=True, required_error="Enter since when they are missing, with the time"
    )
    missing_from = forms.SelectField(
        label="From where?", choices=lambda: reference.choices("missing-from"), blank="Choose a place",
        required_error="Choose from where they went",
    )  # fmt: skip
    risk_grade = forms.SelectField(
        label="Police risk grade", choices=lambda: reference.choices("police-risk-grade"), blank="Not graded yet",
        required=False,
    )  # fmt: skip
    reporting_agency = forms.ModelSelectField(
        working_agencies, label="Which agency reported it?", blank="Choose an agency",
        required_error="Choose the agency that reported it",
    )  # fmt: skip

    @property
    def few(self) -> list[BoundField]:
        """What is asked first."""
        return [self[name] for name in self.first]

    @property
    def more(self) -> list[BoundField]:
        """What may be added."""
        return [each for each in self.drawn_fields if each.name not in self.first]

    @property
    def opens_more(self) -> bool:
        """Whether something of it was typed, or is wrong."""
        return self.is_bound and any(each.errors or each.value() for each in self.more)

    @property
    def gone(self) -> MissingReport:
        """As the service takes it."""
        said = self.cleaned_data
        return MissingReport(
            said["kind"], said["missing_since"], said["missing_from"], said["reporting_agency"], self.known,
            said["risk_grade"],
        )  # fmt: skip


class DetailsForm(KnownForm, VersionedForm):
    """What is known, changed over the version that its writer saw."""

    field_order = ["kind"]
    kind = forms.RadioField(
        label="Which is it?", choices=lambda: reference.choices("missing-type"), small=True
    )

    @staticmethod
    def values_of(episode: MissingEpisode) -> dict[str, Any]:
        """What was recorded."""
        names = ("kind", "version", *(each.name for each in fields(Known)))
        return {name: getattr(episode, name) for name in names}


class GradeForm(forms.PortalForm):
    """Another risk grade, when and why."""

    grade = forms.RadioField(
        label="Police risk grade", choices=lambda: reference.choices("police-risk-grade"), small=True,
        required_error="Choose the grade that the police gave",
    )  # fmt: skip
    graded_at = forms.MomentField(label="Since when?", past=True)
    reason = forms.LongTextField(
        label="Why?", max_length=1000, count=True, required_error="Say why the grade has changed"
    )

    @property
    def said(self) -> Grade:
        """As the service takes it."""
        return Grade(self.cleaned_data["grade"], self.cleaned_data["graded_at"], self.cleaned_data["reason"])


class BackForm(forms.PortalForm):
    """When they were back, and what is known of where they were. `instead_of` is the moment that is corrected."""

    instead_of = forms.HiddenField(required=False)
    returned_at = forms.MomentField(label="When were they back?", past=True)
    found_where = forms.TextField(label="Where were they found?", required=False)
    found_by = forms.TextField(label="Who found them?", max_length=150, required=False)
    harm_while_away = forms.SelectField(
        label="Harm while they were away", choices=lambda: reference.choices("harm-while-away"), blank="Not said",
        required=False,
    )  # fmt: skip
    return_notes = forms.LongTextField(
        label="What is known of where they were?", rows=5, count=True, required=False,
        help_text="How they are, and who was with them. Send people and places to the police as intelligence",
    )  # fmt: skip

    @staticmethod
    def values_of(episode: MissingEpisode) -> dict[str, Any]:
        """What was recorded, to be corrected; nothing where they are still missing."""
        if episode.returned_at is None:
            return {}
        return {
            "instead_of": episode.returned_at.isoformat(), "returned_at": episode.returned_at,
            **{each: getattr(episode, each) for each in ("found_where", "return_notes", "found_by", "harm_while_away")},
        }  # fmt: skip

    def corrects(self, episode: MissingEpisode) -> dt.datetime | None:
        """The moment that the page showed, if the episode still has it."""
        shown = self.values_of(episode).get("instead_of")
        return episode.returned_at if shown and self.cleaned_data["instead_of"] == shown else None

    @property
    def back(self) -> Back:
        """As the service takes it."""
        return Back(**{each.name: self.cleaned_data[each.name] for each in fields(Back)})


class StartForm(forms.PortalForm):
    """Since when they were missing, corrected. `instead_of` is the moment that the page showed."""

    instead_of = forms.HiddenField()
    missing_since = forms.MomentField(label="Since when were they missing?", past=True)

    @staticmethod
    def values_of(episode: MissingEpisode) -> dict[str, Any]:
        """What was recorded."""
        return {"instead_of": episode.missing_since.isoformat(), "missing_since": episode.missing_since}

    def shows(self, episode: MissingEpisode) -> bool:
        """Whether the page was drawn from what is recorded still."""
        return bool(self.cleaned_data["instead_of"] == episode.missing_since.isoformat())


class CallForm(forms.PortalForm):
    """A call to make."""

    with_whom = forms.TextField(label="Who is called?", max_length=150, required_error="Say who is called")
    call_at = forms.MomentField(
        label="When?",
        required=False,
        future=True,
        help_text="Leave it empty if they are not told yet: then it is now",
    )
    note = forms.TextField(
        label="What to mind", max_length=300, required=False, help_text="Number, interpreter, what was agreed"
    )


class MadeForm(forms.PortalForm):
    """What came of a call."""

    answered = forms.YesNoField(label="Did they answer?", required_error="Say whether they answered")
    result = forms.TextField(label="What came of it?", max_length=300, required=False)


class SightingForm(forms.PortalForm):
    """Somebody saw them."""

    seen_at = forms.MomentField(label="When were they seen?", past=True)
    where = forms.TextField(label="Where?", required_error="Say where they were seen")
    seen_by = forms.TextField(label="Who saw them?", max_length=150, required=False)
    note = forms.TextField(
        label="What did they see?",
        max_length=500,
        required=False,
        help_text="With whom, which vehicle, how they were",
    )

    @property
    def seen(self) -> Seen:
        """As the service takes it."""
        return Seen(**self.cleaned_data)
