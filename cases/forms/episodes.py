"""Closing and re-opening a case."""

from collections.abc import Iterable, Mapping
from typing import Any

from cases.forms.access import offer_bases
from cases.services.episodes import Check
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms import ConfirmField, LongTextField, PortalForm, RadioField, YesNoField


class CloseForm(PortalForm):
    """Why the case closes, and every line of the checklist answered; it begins with what a meeting answered."""

    code = RadioField(label="Why is the case closing?", choices=())
    reason = LongTextField(
        label="What changed, and how do you know?", required_error="Say what changed, and how you know",
        max_length=4000, rows=5, count=True,
    )  # fmt: skip
    confirmed = ConfirmField(
        label="Close this case: from now on its record can be read, but not changed",
        required_error="Tick the box to confirm that the case should close",
    )

    def __init__(self, *args: Any, answered: Iterable[Mapping[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = reference.choices("closure-reason")  # type: ignore[attr-defined]
        for line in answered:
            self.initial[f"check_{line['code']}"] = line["done"]
            self.initial[f"why_{line['code']}"] = line["reason"]
        confirmed = self.fields.pop("confirmed")
        self.lines = [entry.code for entry in reference.codes("step-down")]
        for entry in reference.codes("step-down"):
            why = f"why_{entry.code}"
            self.fields[f"check_{entry.code}"] = YesNoField(
                label=entry.label, reveals={"no": why}, inline=False, small=True,
                required_error=f"Answer yes or no: {entry.label}",
            )  # fmt: skip
            self.fields[why] = LongTextField(
                label="Why not?", required=False, max_length=1000, rows=2,
                required_when_shown=f"Say why not: {entry.label}",
            )  # fmt: skip
        self.fields["confirmed"] = confirmed

    @property
    def checklist(self) -> list[Check]:
        """The answers, as the service takes them."""
        said = self.cleaned_data
        return [Check(code, said[f"check_{code}"], said[f"why_{code}"] or "") for code in self.lines]

    @property
    def check_fields(self) -> list[Any]:
        """The lines of the checklist as they are drawn."""
        return [self[f"check_{code}"] for code in self.lines]


class ReopenForm(PortalForm):
    """A closed case is worked on again."""

    reason = LongTextField(
        label="Why is the case opening again?", required_error="Say why the case is opening again",
        max_length=8000, rows=5, count=True,
    )  # fmt: skip
    lawful_basis = RadioField(
        label="Lawful basis", choices=(), small=True, required_error="Select the lawful basis"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_bases(self)
