"""Sharing and restricting a case, opening it in an emergency, declaring relatives, excluding people."""

import datetime as dt
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.concerns.forms.numbers import NhsNumberField, clean_postcode
from cases.record.choices import usual_basis
from cases.record.models.case import Case
from cases.record.selectors import caseworkers
from cases.sharing.models import EmergencyKind, EmergencyVerdict, Relation
from cases.sharing.selectors import access, exclusions
from cases.sharing.selectors.emergency import Sought
from cases.sharing.services.access import NeedsNamedPeople
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference import selectors as reference
from cse_portal.ui import forms

AGENCY, PERSON = "agency", "person"
NO_SUCH_CASE = "No case has this reference. Check it with the person who gave it to you."


class PeopleSelectField(forms.ModelSelectField):
    """One person, with their work and agency."""

    def label_from_instance(self, obj: Any) -> str:
        """Priya Raman, Social worker, Social care."""
        return described(obj)


class PeopleCheckboxesField(forms.ModelCheckboxesField):
    """Several people, with their work and agency."""

    label_from_instance = PeopleSelectField.label_from_instance


class HolderForm(forms.PortalForm):
    """An agency or a person; each option reveals its list."""

    to = forms.RadioField(
        label="Who is it?",
        required_error="Choose an agency or one person",
        choices=[(AGENCY, "An agency: everyone who works for it"), (PERSON, "One person by name")],
        reveals={AGENCY: "agency", PERSON: "person"},
    )
    agency = forms.ModelSelectField(
        Agency.objects.none(), label="Agency", blank="Choose an agency", required_when_shown="Choose an agency",
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


class LawfulBasisField(forms.SelectField):
    """The power under which the record is shown (UK GDPR article 6), folded: it starts with the agency's usual one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Lawful basis", folded=True, blank="", choices=partial(reference.choices, "lawful-basis"),
            help_text="Your agency’s usual one. You do not need consent to protect a child.",
            required_error="Select the lawful basis", **kwargs,
        )  # fmt: skip


def start_with_usual_basis(form: forms.PortalForm, by: User) -> None:
    """Their agency's lawful basis is the answer until they choose another."""
    if who := user_context(by):
        form.initial.setdefault("lawful_basis", usual_basis(who.agency.kind))


class ShareForm(HolderForm):
    """Give another agency or a named person sight of a case, or work on it."""

    extent = forms.RadioField(
        label="What may they do?",
        required_error="Choose whether they may see the case or work on it",
        choices=[("see", "See the case"), ("work", "See it and work on it")],
        hints={"work": "They can add to the chronology and record assessments."},
    )
    reason = forms.LongTextField(
        label="Why do they need it?", help_text="Share what is needed for their work with the child.",
        required_error="Say why they need to see this case", max_length=500, count=True,
    )  # fmt: skip
    lawful_basis = LawfulBasisField()
    expires_on = forms.DateField3(
        label="Last day of access, if it should end by itself", future=True, required=False,
        help_text="Leave empty if it should last until you stop it. For example, 27 3 2027",
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["agency"].queryset = access.agencies_to_share_with(case)  # type: ignore[attr-defined]
        self.fields["person"].queryset = caseworkers()  # type: ignore[attr-defined]
        start_with_usual_basis(self, by)
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

    part = forms.RadioField(
        label="Which part?", choices=(), small=True, required_error="Choose which part they may see"
    )
    reason = forms.LongTextField(
        label="Why do they need this part?", help_text="Only what they cannot do their work with the child without.",
        required_error="Say why they need to see this part", max_length=500, count=True,
    )  # fmt: skip
    lawful_basis = LawfulBasisField()
    expires_on = forms.DateField3(
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
        start_with_usual_basis(self, by)

    @property
    def expires_at(self) -> dt.datetime | None:
        """The end of the last day, on this country's clock."""
        return end_of(self.cleaned_data["expires_on"])


class ReasonForm(forms.PortalForm):
    """Why something is ended."""

    reason = forms.LongTextField(label="Reason", required_error="Give a reason", max_length=500, count=True)


class RestrictForm(forms.PortalForm):
    """From now on only these people see the case."""

    reason_code = forms.RadioField(
        label="Why must this case be restricted?",
        choices=partial(reference.choices, "restricted-reason"),
        small=True,
    )
    people = PeopleCheckboxesField(
        Membership.objects.none(), label="Who keeps their access?", required=False, small=True,
        help_text="You and the lead professional keep it without being ticked.",
    )  # fmt: skip
    lawful_basis = LawfulBasisField()

    def __init__(self, *args: Any, case: Case, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = access.people_to_name(case)  # type: ignore[attr-defined]
        start_with_usual_basis(self, by)

    @property
    def named(self) -> list[User]:
        """The people ticked."""
        return [membership.user for membership in self.cleaned_data["people"]]


class WhyForm(forms.PortalForm):
    """Whose sight of which case is in question."""

    person = forms.ModelSelectField(
        access.everybody, label="Person", blank="Choose a person", required_error="Choose a person"
    )
    reference = forms.TextField(
        label="Case reference", help_text="For example, CSE-2026-48213", width=20, max_length=20,
        required_error="Enter the case’s reference",
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.case: Case | None = None

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


REFERENCE, NUMBER, NAME = "reference", "number", "name"
NOTHING_FITS = (
    "No single case that you can open fits this. Check the details, or try another way. "
    "If a child may be in danger, do not wait for this page: call 999 or the MASH."
)


class EmergencyForm(forms.PortalForm):
    """Which child, what the emergency is, and why nobody who has the case can be asked."""

    way = forms.RadioField(
        label="How do you know which child it is?",
        required_error="Choose how you know which child it is",
        choices=[
            (NAME, "Family name and date of birth"),
            (NUMBER, "NHS number"),
            (REFERENCE, "The case’s reference"),
        ],
        reveals={NAME: ("family_name", "date_of_birth"), NUMBER: "nhs_number", REFERENCE: "reference"},
    )
    family_name = forms.TextField(
        label="Family name", max_length=100, required_when_shown="Enter the family name"
    )
    date_of_birth = forms.DateField3(
        label="Date of birth", past=True, required_when_shown="Enter the date of birth"
    )
    nhs_number = NhsNumberField(
        label="NHS number", width=20, required=False, required_when_shown="Enter the NHS number"
    )
    reference = forms.TextField(
        label="Case reference", help_text="For example, CSE-2026-48213", width=20, max_length=20,
        required_when_shown="Enter the case’s reference",
    )  # fmt: skip
    kind = forms.RadioField(
        label="What is the emergency?", choices=EmergencyKind.choices, required_error="Choose the emergency"
    )
    reason = forms.LongTextField(
        label="Why do you need to see the record now?",
        help_text="What you will do with it, and whom you tried to reach. Do not write the child’s name.",
        required_error="Say why you need to see the record now", max_length=500, rows=4, count=True,
    )  # fmt: skip
    understood = forms.ConfirmField(
        label="I need this to protect the child, and I know that it will be reviewed",
        required_error="Confirm that you need this to protect the child",
    )

    @property
    def sought(self) -> Sought:
        """The child, identified the way that was chosen."""
        said: dict[str, Any] = self.cleaned_data
        if said["way"] == REFERENCE:
            return Sought(reference=said["reference"].strip().upper())
        if said["way"] == NUMBER:
            return Sought(nhs_number=said["nhs_number"])
        return Sought(family_name=said["family_name"], date_of_birth=said["date_of_birth"])

    def nothing_fits(self) -> None:
        """Say so beside what identifies the child, in the same words whatever the reason."""
        beside = {REFERENCE: "reference", NUMBER: "nhs_number", NAME: "family_name"}
        self.add_error(beside[self.cleaned_data["way"]], ValidationError(NOTHING_FITS))


class VerdictForm(forms.PortalForm):
    """Whether it was right."""

    verdict = forms.RadioField(
        label="What is your verdict?", choices=EmergencyVerdict.choices, required_error="Choose your verdict",
        hints={EmergencyVerdict.MISUSE.value: "Then tell their agency’s lead what has to follow."},
    )  # fmt: skip
    note = forms.LongTextField(
        label="What did you find out, and from whom?", required_error="Say what you found out",
        max_length=500, rows=4, count=True,
    )  # fmt: skip


CONFIRM, DISMISS = "confirm", "dismiss"


class DeclarationForm(forms.PortalForm):
    """One person: oneself at home, or somebody close."""

    relation = forms.RadioField(
        label="Who is it?", choices=Relation.choices, required_error="Choose who it is"
    )
    given_name = forms.TextField(label="Given name", max_length=100, required=False)
    family_name = forms.TextField(label="Family name", required_error="Enter the family name", max_length=100)
    date_of_birth = forms.DateField3(label="Date of birth, if you know it", past=True, required=False)
    address = forms.TextField(
        label="House number and street", help_text="Where they live, if you know it", required=False
    )
    postcode = forms.TextField(
        label="Postcode",
        help_text="For example, B70 9LD",
        width=10,
        max_length=10,
        required=False,
    )

    def clean_postcode(self) -> str:
        """As it is written on an envelope."""
        return clean_postcode(self.cleaned_data["postcode"])


class DecisionForm(forms.PortalForm):
    """Whether a proposal is a conflict of interest."""

    decision = forms.RadioField(
        label="Is it a conflict of interest?",
        choices=[(CONFIRM, "Yes: exclude them"), (DISMISS, "No: it is somebody else, or no conflict")],
        required_error="Choose whether it is a conflict of interest",
    )
    note = forms.LongTextField(
        label="How do you know?", help_text="Write nothing of what the record says.", required_error="Say how you know",
        max_length=500, count=True,
    )  # fmt: skip


class KnowForm(forms.PortalForm):
    """How somebody knows the family."""

    reason = forms.LongTextField(
        label="How do you know the family?", help_text="The privacy officer reads this, for example “She is my niece”.",
        required_error="Say how you know the family", max_length=500, count=True,
    )  # fmt: skip


class ExclusionForm(HolderForm):
    """Exclude a person or an agency from a child, by the case's reference alone."""

    reference = forms.TextField(
        label="Case reference", help_text="For example, CSE-2026-48213", width=20, max_length=20
    )
    reason = forms.LongTextField(
        label="What is the conflict of interest?", help_text="Do not write anything about the child.",
        required_error="Say what the conflict of interest is", max_length=500, count=True,
    )  # fmt: skip
    field_order = ["reference", "to", "agency", "person", "reason"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.case: Case | None = None
        self.fields["agency"].queryset = exclusions.agencies_to_exclude()  # type: ignore[attr-defined]
        self.fields["person"].queryset = exclusions.people_to_exclude()  # type: ignore[attr-defined]

    def clean_reference(self) -> str:
        """A reference that a case carries."""
        reference_typed: str = self.cleaned_data["reference"].upper()
        self.case = exclusions.case_by_reference(self.by, Permission.EXCLUSION_DECIDE, reference_typed)
        if self.case is None:
            raise ValidationError(NO_SUCH_CASE)
        return reference_typed
