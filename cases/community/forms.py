"""What the community writes, in plain words that can be translated; and what the CSE team answers."""

import re
import uuid
from typing import Any

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.community.choices import Reporter, ReportOutcome
from cases.community.models import LONGEST
from cases.community.services import Told
from cse_portal.keys import key_from
from cse_portal.ui import forms

LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
MOST_LINKS = 3
QUICKEST_SECONDS = 4  # nobody reads the page and writes a sentence sooner
OPEN_SECONDS = 24 * 60 * 60
signer = TimestampSigner(salt="cases.community.forms")
TOO_LONG = _("This is too long. Write up to 10,000 characters in one box.")
AGAIN = _("Read what you wrote once more. Then press Send again.")
LINKS = _("There are too many web links. Leave three at most, or tell us about them in words.")
TRAP = _("One box on this page must stay empty. We have emptied it. Press Send again.")


class Box(forms.LongTextField):
    """One of the boxes; an answer that is too long stays in it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, error_messages={"max_length": TOO_LONG}, **kwargs)


class TellUsForm(forms.PortalForm):
    """Four boxes and who tells us. `website` is a trap for programs; `opened` is when the page was drawn, signed."""

    from_whom = forms.RadioField(
        label=_("Who are you?"), choices=Reporter.choices, small=True, required_error=_("Choose who you are"),
    )  # fmt: skip
    worry = Box(
        label=_("1. What worries you?"), rows=6, required_error=_("Write what worries you"),
        help_text=_("Say what you saw or heard. Small things can matter."),
    )  # fmt: skip
    place = Box(
        label=_("2. Where and when was it?"), rows=3, required=False,
        help_text=_("A street, shop, room or car. A day and a time, if you know."),
    )  # fmt: skip
    about = Box(
        label=_("3. Who is it about, if you know?"), rows=3, required=False,
        help_text=_("A name, how old they look, what they wear. It is fine not to know."),
    )  # fmt: skip
    contact = forms.TextField(
        label=_("4. How can we reach you?"), max_length=300, required=False,
        help_text=_("You can leave this empty. A name, phone number or email helps us to ask you more."),
        error_messages={"max_length": _("This is too long. Write up to 300 characters.")},
    )  # fmt: skip
    website = forms.TextField(label=_("Leave this box empty"), required=False)
    opened = forms.HiddenField(required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        self.typed = data.copy() if data is not None else QueryDict(mutable=True)
        super().__init__(None if data is None else self.typed, initial={"opened": signer.sign("")})

    def clean(self) -> dict[str, Any]:
        """Keep programs out without asking anything of people; whatever was typed stays on the page."""
        said = super().clean() or {}
        if self.data.get("website"):
            self.add_error(None, TRAP)
        if sum(len(LINK.findall(str(said.get(name) or ""))) for name in self.fields) > MOST_LINKS:
            self.add_error(None, LINKS)
        if not self.errors and not _was_open_long_enough(said.get("opened") or ""):
            self.add_error(None, AGAIN)
        return said

    def mend(self) -> None:
        """Draw the page so that Send works: the trap empty, and a time that was not ours anew."""
        self.typed["website"] = ""
        try:
            signer.unsign(self.typed.get("opened", ""), max_age=OPEN_SECONDS)
        except BadSignature:
            self.typed["opened"] = signer.sign("")

    @property
    def told(self) -> Told:
        """As the service takes it."""
        said = self.cleaned_data
        return Told(
            **{name: said[name] or "" for name in ("from_whom", "worry", "place", "about", "contact")}
        )

    @property
    def key(self) -> uuid.UUID:
        """The same words of the same page are one report; other words, after going back, are another."""
        return key_from(self.token, of=f"{type(self).__qualname__}: {self.told}")


def _was_open_long_enough(opened: str) -> bool:
    """Whether the page was drawn by us, some seconds ago and within a day."""
    try:
        signer.unsign(opened, max_age=OPEN_SECONDS)
    except BadSignature:
        return False
    try:
        signer.unsign(opened, max_age=QUICKEST_SECONDS)
    except SignatureExpired:
        return True
    return False


class MakeConcernForm(forms.PortalForm):
    """A concern that begins with a report: the words stay, and what is known of the child is added."""

    immediate_danger = forms.YesNoField(
        label="Is the child or young person in danger right now?", help_text="If yes, call 999 first."
    )
    given_name = forms.TextField(label="First name, if it is known", max_length=100, required=False)
    family_name = forms.TextField(label="Family name, if it is known", max_length=100, required=False)
    approximate_age = forms.NumberField(
        label="About how old?", min_value=0, max_value=120, width=2, required=False
    )
    worry = forms.LongTextField(
        label="The worry", max_length=20_000, rows=10, required_error="Write what the worry is",
        help_text="It begins with the report and those that repeat it. Leave out who told us.",
    )  # fmt: skip


class DecideForm(forms.PortalForm):
    """What becomes of a report that becomes no concern."""

    outcome = forms.RadioField(
        label="What becomes of it?", small=True, required_error="Choose what becomes of this report",
        choices=[
            (ReportOutcome.JOINED, "It repeats another report"), (ReportOutcome.NOT_FOR_US, "It is not for us"),
        ],
        reveals={ReportOutcome.JOINED: "other", ReportOutcome.NOT_FOR_US: "reason"},
    )  # fmt: skip
    other = forms.TextField(
        label="Reference of the other report", max_length=20, width=20,
        required_when_shown="Enter the reference of the other report",
    )  # fmt: skip
    reason = forms.LongTextField(
        label="Why is it not for us?", max_length=1000, required_when_shown="Say why it is not for us"
    )

    def clean_other(self) -> str:
        """As it is kept."""
        return str(self.cleaned_data["other"] or "").strip().upper()
