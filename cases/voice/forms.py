"""The forms of what a child said, and of what changed because of it."""

from typing import Any

from django.utils import timezone

from cases.voice.models import VoiceEntry
from cases.voice.services import Said
from cse_portal.accounts.models import User
from cse_portal.reference import selectors as reference
from cse_portal.ui import forms


class VoiceForm(forms.PortalForm):
    """The child's own words first; then who listened, when and how."""

    own_words = forms.LongTextField(
        label="Their own words", max_length=6000, rows=6, label_size="m", required_error="Write down their own words",
        help_text="As they said, wrote or drew it. Add nothing of your own.",
    )  # fmt: skip
    wants = forms.LongTextField(
        label="What do they want to happen?", max_length=2000, required=False,
        help_text="Their wishes, as they put them",
    )  # fmt: skip
    heard_on = forms.DateField3(label="When did you listen?", past=True)
    heard_by = forms.TextField(label="Who listened?", help_text="Name and role")
    seen_alone = forms.YesNoField(label="Were they alone with that person?", small=True)
    tool = forms.RadioField(
        label="How?", choices=lambda: [(row.code, row.label) for row in reference.codes("voice-tool")
                                       if row.extra.get("obtained", True)],
        small=True, required_error="Say how you listened",
    )  # fmt: skip
    themes = forms.CheckboxesField(
        label="What is it about?", choices=lambda: reference.choices("voice-theme"), required=False,
        help_text="Tick what their words are about",
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        writer = ", ".join(filter(None, (by.full_name, by.job_title)))
        super().__init__(*args, initial={"heard_on": timezone.localdate(), "heard_by": writer}, **kwargs)

    @property
    def said(self) -> Said:
        """As the service takes it."""
        return Said(**{**self.cleaned_data, "themes": tuple(self.cleaned_data["themes"])})


class ChangeForm(forms.PortalForm):
    """What changed because of their words, and when they were told; either day."""

    what_changed = forms.LongTextField(
        label="What changed because of it?", rows=4, label_size="m",
        required_error="Say what changed, or “Nothing, because …”",
        help_text="What you or others do differently now, or “Nothing, because …”",
    )  # fmt: skip
    told_on = forms.DateField3(
        label="When was the child or young person told?", past=True, required=False,
        help_text="Leave empty if nobody has told them yet",
    )  # fmt: skip

    def __init__(self, *args: Any, entry: VoiceEntry, **kwargs: Any) -> None:
        known = {"what_changed": entry.what_changed, "told_on": entry.told_on}
        super().__init__(*args, initial=known, **kwargs)
        if entry.what_changed:
            self.fields["what_changed"].widget.attrs["readonly"] = True
            self.fields["what_changed"].help_text = "Already recorded"

    @property
    def change(self) -> dict[str, Any]:
        """As the service takes it."""
        return {name: self.cleaned_data[name] for name in ("what_changed", "told_on")}
