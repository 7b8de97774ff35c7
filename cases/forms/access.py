"""Sharing a case, stopping and restricting."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.errors import NeedsNamedPeople
from cases.models import Case
from cases.selectors import access, exclusions, why
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms import (
    DateField3,
    LongTextField,
    ModelCheckboxesField,
    ModelSelectField,
    PortalForm,
    RadioField,
    TextField,
)

AGENCY, PERSON = "agency", "person"
NO_SUCH_CASE = "No case has this reference. Check it with whoever gave it to you."


class PeopleSelectField(ModelSelectField):
    """One person, with their work and agency."""

    def label_from_instance(self, obj: Any) -> str:
        """Priya Raman, Social worker, Social care."""
        return described(obj)


class PeopleCheckboxesField(ModelCheckboxesField):
    """Several people, with their work and agency."""

    def label_from_instance(self, obj: Any) -> str:
        """Priya Raman, Social worker, Social care."""
        return described(obj)


class HolderForm(PortalForm):
    """An agency or a person; each option reveals its list."""

    to = RadioField(
        label="Who is it?",
        required_error="Choose an agency or one person",
        choices=[(AGENCY, "An agency: everyone who works for it"), (PERSON, "One person by name")],
        reveals={AGENCY: "agency", PERSON: "person"},
    )
    agency = ModelSelectField(
        Agency.objects.none(), label="Agency", required=False, blank="Choose an agency",
        required_when_shown="Choose an agency",
    )  # fmt: skip
    person = PeopleSelectField(
        Membership.objects.none(), label="Person", required=False, blank="Choose a person",
        required_when_shown="Choose a person",
    )  # fmt: skip

    @property
    def holder(self) -> Holder:
        """Who was chosen."""
        said = self.cleaned_data
        chosen: Holder = said["agency"] if said["to"] == AGENCY else said["person"].user
        return chosen


class ShareForm(HolderForm):
    """Give another agency or a named person sight of a case, or work on it."""

    extent = RadioField(
        label="What may they do?",
        required_error="Choose whether they may see the case or work on it",
        choices=[("see", "See the case"), ("work", "See it and work on it")],
        hints={"work": "They can add to the chronology and record assessments."},
    )
    reason = LongTextField(
        label="Why do they need it?", help_text="Share what is needed for their work with the child.",
        required_error="Say why they need to see this case", max_length=500, rows=3, count=True,
    )  # fmt: skip
    lawful_basis = RadioField(
        label="Lawful basis for sharing",
        choices=(),
        small=True,
        required_error="Select the lawful basis for sharing",
    )
    expires_on = DateField3(
        label="Last day of access, if it should end by itself", future=True, required=False,
        help_text="Leave empty if it should last until you stop it. For example, 27 3 2027",
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["agency"].queryset = access.agencies_to_share_with(case)  # type: ignore[attr-defined]
        self.fields["person"].queryset = access.people_to_share_with(case)  # type: ignore[attr-defined]
        offer_bases(self)
        if case.is_restricted:
            self.fields["to"].help_text = "This case is restricted: share it with a named person only."

    def clean_to(self) -> str:
        """A restricted case goes to people by name only."""
        if self.case.is_restricted and self.cleaned_data["to"] == AGENCY:
            raise ValidationError(NeedsNamedPeople.message)
        return str(self.cleaned_data["to"])

    @property
    def expires_at(self) -> dt.datetime | None:
        """The end of the last day, on this country's clock."""
        return end_of(self.cleaned_data["expires_on"])


class PartForm(HolderForm):
    """Show one part kept apart to an agency or person who sees the case."""

    part = RadioField(
        label="Which part?", choices=(), small=True, required_error="Choose which part they may see"
    )
    reason = LongTextField(
        label="Why do they need this part?", help_text="Only what they cannot do their work with the child without.",
        required_error="Say why they need to see this part", max_length=500, rows=3, count=True,
    )  # fmt: skip
    lawful_basis = RadioField(
        label="Lawful basis for showing it", choices=(), small=True,
        required_error="Select the lawful basis for showing it",
    )  # fmt: skip
    expires_on = DateField3(
        label="Last day, if it should end by itself", future=True, required=False,
        help_text="It ends with their access to the case at the latest. For example, 27 3 2027",
    )  # fmt: skip
    field_order = ["part", "to", "agency", "person", "reason", "lawful_basis", "expires_on"]

    def __init__(self, *args: Any, case: Case, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = access.agencies_who_see(case)  # type: ignore[attr-defined]
        self.fields["person"].queryset = access.people_who_see(case)  # type: ignore[attr-defined]
        parts = [(part.value, part.label) for part in access.parts_to_show(by, case)]
        self.fields["part"].choices = parts  # type: ignore[attr-defined]
        offer_bases(self)

    @property
    def expires_at(self) -> dt.datetime | None:
        """The end of the last day, on this country's clock."""
        return end_of(self.cleaned_data["expires_on"])


class ReasonForm(PortalForm):
    """Why something is ended."""

    reason = LongTextField(label="Reason", required_error="Give a reason", max_length=500, rows=3, count=True)


class RestrictForm(PortalForm):
    """From now on only these people see the case."""

    reason_code = RadioField(label="Why must this case be restricted?", choices=(), small=True)
    people = PeopleCheckboxesField(
        Membership.objects.none(), label="Who keeps their access?", required=False, small=True,
        help_text="You and the lead professional keep it without being ticked.",
    )  # fmt: skip
    lawful_basis = RadioField(
        label="Lawful basis for their access", choices=(), small=True,
        required_error="Select the lawful basis for their access",
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = access.people_to_name(case)  # type: ignore[attr-defined]
        self.fields["reason_code"].choices = reference.choices("restricted-reason")  # type: ignore[attr-defined]
        offer_bases(self)

    @property
    def named(self) -> list[User]:
        """The people ticked."""
        return [membership.user for membership in self.cleaned_data["people"]]


class WhyForm(PortalForm):
    """Whose sight of which case is in question."""

    person = ModelSelectField(
        User.objects.none(), label="Person", blank="Choose a person", required_error="Choose a person"
    )
    reference = TextField(
        label="Case reference", help_text="For example, CSE-2026-48213", width=20, max_length=20,
        required_error="Enter the case’s reference",
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.case: Case | None = None
        self.fields["person"].queryset = why.everybody()  # type: ignore[attr-defined]

    def clean_reference(self) -> str:
        """A reference that a case carries."""
        typed = str(self.cleaned_data["reference"]).strip().upper()
        self.case = exclusions.case_by_reference(self.by, Permission.ACCESS_EXPLAIN, typed)
        if self.case is None:
            raise ValidationError(NO_SUCH_CASE)
        return typed


def described(membership: Membership) -> str:
    """Priya Raman, Social worker, Social care."""
    person = membership.user
    return ", ".join(filter(None, [person.full_name, person.job_title, membership.agency.short_name]))


def end_of(last: dt.date | None) -> dt.datetime | None:
    """The end of a last day, on this country's clock; none where there is no last day."""
    return timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=1), dt.time())) if last else None


def offer_bases(form: PortalForm) -> None:
    """The lawful bases of the dated reference list."""
    form.fields["lawful_basis"].choices = reference.choices("lawful-basis")  # type: ignore[attr-defined]
