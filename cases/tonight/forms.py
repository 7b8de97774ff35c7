"""A note, with one button for each kind of it."""

from typing import Any

from cases.tonight.services import NoteKind
from cse_portal.ui.forms import LongTextField, PortalForm, RadioField


class NoteForm(PortalForm):
    """What somebody saw or did tonight. The button that is pressed says which kind; two kinds need no words."""

    kind = RadioField(label="What is it?", choices=NoteKind.choices)
    text = LongTextField(
        label="What happened?", max_length=2000, rows=3, required=False,
        help_text="Where, when, and how they are",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A note has words."""
        said = super().clean() or {}
        if said.get("kind") == NoteKind.NOTE and not said.get("text"):
            self.add_error("text", "Say what happened")
        return said

    @property
    def note(self) -> dict[str, Any]:
        """As the service takes it."""
        said = self.cleaned_data
        return {"kind": NoteKind(said["kind"]), "text": said["text"] or "", "key": self.key}
