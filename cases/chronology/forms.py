"""An event of the chronology, and the filter of its list."""

from typing import Any

from django.utils import timezone

from cases.chronology.models import EntryKind
from cse_portal.ui import forms

WRITTEN = [(EntryKind.CONTACT.value, "Visit or call"), (EntryKind.EVENT.value, "Event in the child’s life")]
OLDEST = "oldest"


def new_event(data: Any = None) -> "EventForm":
    """A form with today filled in; its fields have names of their own on a page that has a filter too."""
    initial = {"happened_on": timezone.localdate(), "kind": EntryKind.CONTACT}
    return EventForm(data, initial=initial, auto_id="event_%s")


class ChronologyFilter(forms.FilterForm):
    """Which entries to show."""

    text = forms.SearchField(label="Find", help_text="A word or a name")
    significant = forms.CheckboxesField(label="Significant", choices=[("yes", "Significant only")])
    kind = forms.CheckboxesField(label="Source", choices=EntryKind.choices)
    order = forms.HiddenField(max_length=10)
    since = forms.DateField3(label="From", help_text="")
    until = forms.DateField3(label="To", help_text="")


class EventForm(forms.PortalForm):
    """An event in the child's life, or a contact, that no other page records."""

    text = forms.LongTextField(
        label="What happened?", help_text="Write facts: what was seen or said, who was there, and how you know.",
        required_error="Say what happened",
    )  # fmt: skip
    happened_on = forms.DateField3(label="When?", past=True, help_text="")
    kind = forms.RadioField(label="What is it?", choices=WRITTEN, small=True)
    significant = forms.CheckboxesField(label="", choices=[("yes", "★ Significant")], required=False)

    @property
    def entry(self) -> dict[str, Any]:
        """As the service takes it."""
        said = self.cleaned_data
        names = ("text", "happened_on", "kind")
        return {**{name: said[name] for name in names}, "significant": bool(said["significant"])}
