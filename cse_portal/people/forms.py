"""Inviting somebody, ending a membership, and choosing the first password."""

import datetime as dt
import ipaddress
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import Agency, User
from cse_portal.people.policies import TOKEN_DAYS, roles_of
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, RadioField, TextField

NOW, LATER = "now", "later"
MOST_NETWORKS = 20
WHAT_A_ROLE_IS = {
    Role.PRACTITIONER.value: "Logs concerns, and works on the cases that your agency or they themselves were given.",
    Role.REFERRER.value: "Logs concerns and follows their own. Sees no case.",
    Role.DUTY_OFFICER.value: "As a practitioner, and may open a case in an emergency, told to others and reviewed.",
    Role.AGENCY_LEAD.value: "Looks after your agency's people, as you do. Sees no case.",
}


class InviteForm(PortalForm):
    """Who it is, what they do, from when until when."""

    full_name = TextField(label="Full name", max_length=150)
    email = TextField(
        label="Work email address", input_type="email", max_length=254,
        help_text="Their own, never one that several people read.",
    )  # fmt: skip
    job_title = TextField(label="Job title", required=False, max_length=150)
    role = RadioField(label="What will they do on the portal?", choices=(), hints=WHAT_A_ROLE_IS)
    starts_on = DateField3(label="First day", required=False, help_text="Leave empty for today.", future=True)
    ends_on = DateField3(
        label="Last day, if it is known", required=False, future=True,
        help_text="For a student, a locum or a secondment. For example, 27 3 2027",
    )  # fmt: skip

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = roles_of(AgencyKind(agency.kind))
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """An address mail can be sent to."""
        address = str(self.cleaned_data["email"]).strip().lower()
        try:
            validate_email(address)
        except ValidationError:
            raise ValidationError("Enter an email address, like name@example.org") from None
        return address

    def clean(self) -> dict[str, Any]:
        """A last day that does not come before the first."""
        said = super().clean() or self.cleaned_data
        first, last = said.get("starts_on") or timezone.localdate(), said.get("ends_on")
        if last and last < first:
            self.add_error("ends_on", "Enter a last day that is not before the first")
        return said

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it: the first day on which it no longer holds."""
        last: dt.date | None = self.cleaned_data["ends_on"]
        ends_on = last + dt.timedelta(days=1) if last else None
        fields = {name: self.cleaned_data[name] for name in ("full_name", "email", "job_title", "starts_on")}
        return {**fields, "role": Role(self.cleaned_data["role"]), "ends_on": ends_on}


class EndForm(PortalForm):
    """When somebody stops taking part."""

    when = RadioField(
        label="When do they stop?",
        choices=[(NOW, "Now"), (LATER, "After their last day")],
        hints={NOW: "They are signed out at once."},
        reveals={LATER: "last_day"},
        required_error="Say when they stop",
    )
    last_day = DateField3(label="Their last day", future=True, required_when_shown="Enter their last day")

    @property
    def on(self) -> dt.date:
        """The first day on which they no longer take part."""
        last: dt.date | None = self.cleaned_data.get("last_day")
        later = self.cleaned_data["when"] == LATER and last
        return last + dt.timedelta(days=1) if later and last else timezone.localdate()


class SystemForm(PortalForm):
    """What another system is called."""

    name = TextField(
        label="What is it called?", max_length=150,
        help_text="For example, Records system of the hospital. Everybody who reads what it sends sees this name.",
    )  # fmt: skip


class TokenForm(PortalForm):
    """How long a token lasts, and from where it is taken."""

    days = RadioField(
        label="How long does it last?",
        choices=[(str(each), f"{each} days") for each in TOKEN_DAYS],
        required_error="Say how long it lasts",
    )
    networks = LongTextField(
        label="From which networks, if you know them", required=False, max_length=2000,
        help_text="One a line, for example 203.0.113.0/24. From anywhere else the token opens nothing. "
        "Leave empty for everywhere.",
    )  # fmt: skip

    def clean_networks(self) -> list[str]:
        """Networks as they are written, without machines in them."""
        written = str(self.cleaned_data["networks"] or "").split()
        if len(written) > MOST_NETWORKS:
            raise ValidationError(f"Enter {MOST_NETWORKS} networks or fewer")
        return [self._network(each) for each in written]

    def _network(self, written: str) -> str:
        try:
            return str(ipaddress.ip_network(written))
        except ValueError:
            raise ValidationError(f"“{written}” is not a network, like 203.0.113.0/24") from None


class FirstPasswordForm(PortalForm):
    """A password of one's own, typed twice."""

    password1 = forms.CharField(
        label="Password", strip=False, error_messages={"required": "Enter a password"},
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip
    password2 = forms.CharField(
        label="The same password again", strip=False, error_messages={"required": "Enter the password again"},
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password1(self) -> str:
        """Long, and not easily guessed."""
        password: str = self.cleaned_data["password1"]
        password_validation.validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        """The same twice."""
        said = super().clean() or self.cleaned_data
        first, second = said.get("password1"), said.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords are not the same")
        return said
