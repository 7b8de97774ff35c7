"""Recording somebody in the family or network, a confidential address and health detail."""

from dataclasses import fields
from typing import Any

from cases.concerns.forms.numbers import PhoneField
from cases.family.models import (
    AddressKind,
    CamhsState,
    ConfidentialReason,
    HealthTopic,
    NetworkMember,
    YesNoUnknown,
)
from cases.family.services import SIBLING, Member
from cases.record.forms import VersionedForm
from cse_portal.reference import selectors as reference
from cse_portal.ui import forms


class HealthForm(forms.PortalForm):
    """One fact of the child's health, and what the others may know of it."""

    topic = forms.RadioField(
        label="What is it about?",
        choices=HealthTopic.choices,
        small=True,
        required_error="Choose what it is about",
        reveals={HealthTopic.CAMHS: ["camhs", "camhs_worker", "next_on"]},
    )
    camhs = forms.RadioField(
        label="Do CAMHS know the child or young person?", choices=CamhsState.choices, small=True,
        required_when_shown="Choose whether CAMHS know them",
    )  # fmt: skip
    camhs_worker = forms.TextField(label="Who is their CAMHS worker?", max_length=150, required=False)
    next_on = forms.DateField3(label="Next CAMHS appointment", required=False)
    happened_on = forms.DateField3(label="When was it, or since when?", past=True)
    text = forms.LongTextField(
        label="What do you know?", rows=5, count=True, required=False,
        help_text="Facts that others need to keep the child or young person safe. Not the whole record",
    )  # fmt: skip
    for_others = forms.LongTextField(
        label="What may everybody who sees this case know?", max_length=500, rows=2, count=True, required=False,
        help_text="One sentence without the detail. It is shown in meetings. For example, Health sees her every "
        "two weeks and is content with how she is cared for",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A note has words; what CAMHS do needs none."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("camhs") and not said.get("text") and "text" not in self.errors:
            self.add_error("text", "Say what you know")
        return said


class AddressForm(forms.PortalForm):
    """An address that is sealed when it is saved."""

    kind = forms.RadioField(
        label="Whose address is it?", choices=AddressKind.choices, small=True,
        required_error="Choose whose address it is",
    )  # fmt: skip
    address = forms.LongTextField(
        label="Address and postcode", rows=4, max_length=500,
        help_text="With anything that somebody who goes there must know",
        required_error="Enter the address",
    )  # fmt: skip
    reason = forms.RadioField(
        label="Why is it confidential?", choices=ConfidentialReason.choices, small=True,
        required_error="Choose why it is confidential",
    )  # fmt: skip


class NetworkMemberForm(VersionedForm):
    """Who somebody in the family or network is. Only the name and the relation are required."""

    version = forms.HiddenField(max_length=9, required=False)
    name = forms.TextField(
        label="Name", max_length=150, width=20, required_error="Enter their name, or what they are called"
    )
    relation = forms.SelectField(
        label="Who are they to the child or young person?", blank="Choose a relation",
        required_error="Choose who they are to the child or young person",
    )  # fmt: skip
    organisation = forms.TextField(
        label="Organisation", max_length=100, width=20, required=False, help_text="Of a professional"
    )
    sex = forms.SelectField(label="Sex", blank="Not known", required=False)
    date_of_birth = forms.DateField3(label="Date of birth", past=True, required=False)
    lives_with_child = forms.ConfirmField(
        label="They live with the child or young person", required=False, small=True
    )
    is_trusted = forms.ConfirmField(
        label="The child or young person trusts them",
        required=False,
        small=True,
        help_text="As they say it themselves",
    )
    parental_responsibility = forms.RadioField(
        label="Do they have parental responsibility?", choices=YesNoUnknown.choices, small=True
    )
    contact_safe = forms.RadioField(
        label="Is it safe to contact them?", choices=YesNoUnknown.choices, small=True,
        help_text="Letters and calls go to nobody for whom this is “No”",
        reveals={YesNoUnknown.NO: "contact_reason"},
    )  # fmt: skip
    contact_reason = forms.TextField(
        label="Why is it not safe?", max_length=300, help_text="For example, calls are answered by somebody else",
        required_when_shown="Say why it is not safe to contact them",
    )  # fmt: skip
    phone = PhoneField(label="Phone number", max_length=30, width=20, required=False)
    first_language = forms.TextField(label="First language", max_length=60, width=20, required=False)
    needs_interpreter = forms.ConfirmField(label="They need an interpreter", required=False, small=True)
    sibling_case = forms.TextField(
        label="Reference of their own case", max_length=20, width=20, required=False,
        help_text="For a sibling whose case you work on, like CSE-2026-00014. The two cases then show each other",
    )  # fmt: skip
    notes = forms.LongTextField(label="Anything else", max_length=1000, count=True, required=False)

    def __init__(self, *args: Any, unseen: str = "", **kwargs: Any) -> None:
        """`unseen`: a sibling's case that the writer may not know of. It is kept, and not asked for."""
        super().__init__(*args, **kwargs)
        self.unseen = unseen
        if unseen:
            del self.fields["sibling_case"]
        offered: Any = self.fields["relation"]
        offered.choices = [("", "Choose a relation"), *reference.choices("family-relation")]
        sex: Any = self.fields["sex"]
        sex.choices = [("", "Not known"), *reference.choices("sex")]

    def clean_sibling_case(self) -> str:
        """As references are written."""
        return str(self.cleaned_data["sibling_case"]).upper()

    def clean(self) -> dict[str, Any]:
        """Only a sibling has a case that is linked."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("sibling_case") and said.get("relation") not in ("", None, SIBLING):
            self.add_error("sibling_case", "A case is linked for a brother or sister. Leave it empty")
        return said

    @property
    def member(self) -> Member:
        """The answers as the service takes them."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Member(**{"sibling_case": self.unseen, **said})

    @staticmethod
    def answers_of(member: NetworkMember) -> dict[str, Any]:
        """What is recorded now, to begin with."""
        names = [each.name for each in fields(Member)]
        return {"version": str(member.version), **{name: getattr(member, name) for name in names}}
