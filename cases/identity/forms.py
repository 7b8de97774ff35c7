"""Recording what a child says of who they are, and their phones and accounts."""

from dataclasses import fields
from typing import Any

from django.core.exceptions import ValidationError

from cases.concerns.forms.numbers import clean_phone
from cases.identity.models import ContactKind, ContactPoint, ToldBy
from cases.identity.services import Contact, Identity
from cases.record.forms import VersionedForm
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms import DateField3, HiddenField, PortalForm, RadioField, SelectField, TextField


class IdentityForm(PortalForm):
    """Only what the child or young person wants recorded."""

    gender_identity = RadioField(
        label="Gender identity", choices=lambda: reference.choices("gender-identity"), small=True
    )
    sexual_orientation = RadioField(
        label="Sexual orientation", choices=lambda: reference.choices("sexual-orientation"), small=True
    )
    own_words = TextField(label="In their own words", required=False)
    told_by = RadioField(label="Who told you?", choices=ToldBy.choices, small=True)
    who_knows = TextField(
        label="Who knows, and who must not be told?", max_length=300, required=False,
        help_text="For example, school knows; parents must not be told",
    )  # fmt: skip

    @property
    def said(self) -> Identity:
        """The answers as the service takes them."""
        return Identity(**self.cleaned_data)


class ContactForm(VersionedForm):
    """A phone, an account or a card of the child's own. Only a phone may have no number yet."""

    version = HiddenField(max_length=9, required=False)
    kind = RadioField(label="What is it?", choices=ContactKind.choices, small=True)
    value = TextField(
        label="Number or name", max_length=150, width=20, required=False,
        help_text="Leave empty if nobody knows the number of the phone",
    )  # fmt: skip
    platform = TextField(
        label="Network, game or bank",
        max_length=60,
        width=20,
        required=False,
        help_text="Like Snapchat or Roblox",
    )
    used_for = TextField(
        label="What is it used for?", required=False,
        help_text="Whom they talk to, who gave it to them, who pays for it",
    )  # fmt: skip
    provenance = SelectField(label="How do you know?", choices=lambda: reference.choices("provenance"))
    began_on = DateField3(label="Used since", past=True, required=False)
    ended_on = DateField3(
        label="Used until", past=True, required=False, help_text="Leave empty if they use it now"
    )

    def clean(self) -> dict[str, Any]:
        """A number in the form that a search finds. It does not end before it began."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        value, began, ended = (said.get(name) for name in ("value", "began_on", "ended_on"))
        if said.get("kind") == ContactKind.PHONE:
            try:
                said["value"] = clean_phone(value or "")
            except ValidationError as wrong:
                self.add_error("value", wrong)
        elif not value and "value" not in self.errors:
            self.add_error("value", "Number or name: enter it")
        if began and ended and ended < began:
            self.add_error("ended_on", "Used until: enter a day on or after the first day")
        return said

    @property
    def contact(self) -> Contact:
        """The answers as the service takes them."""
        return Contact(**{each.name: self.cleaned_data[each.name] for each in fields(Contact)})

    @staticmethod
    def answers_of(contact: ContactPoint) -> dict[str, Any]:
        """What is recorded now, to begin with."""
        names = [*(each.name for each in fields(Contact)), "version"]
        return {name: getattr(contact, name) for name in names}
