"""Choosing the other record, saying that both are of one child, and undoing it."""

from collections.abc import Sequence
from typing import Any

from cases.record.models.case import Case
from cse_portal.ui.forms import LongTextField, PortalForm, RadioField, TextField


class OtherForm(PortalForm):
    """Which record to compare with."""

    other = TextField(
        label="Reference of the other record", max_length=20, width=20, help_text="Like CSE-2026-48213",
    )  # fmt: skip


class MergeForm(PortalForm):
    """Which record is kept, and why they are one child's."""

    kept = RadioField(
        label="In which record does the work go on?", required_error="Select the record that is kept"
    )
    why = LongTextField(
        label="Why are they the same child?", required_error="Say why they are the same child"
    )

    def __init__(self, *args: Any, cases: Sequence[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = {each.reference: each for each in cases}
        field: Any = self.fields["kept"]
        field.choices = [(each.reference, f"{each.reference}, {each.child.name}") for each in cases]
        field.hints = {each.reference: self._follows(each) for each in cases}

    def _follows(self, kept: Case) -> str:
        other = next(each for each in self.cases.values() if each != kept)
        if not kept.is_open:
            return "It is closed"
        closes = "closes as opened in error" if other.is_open else "stays closed"
        higher = ". Confirm the category here: the other is in a higher one"
        return f"{other.reference} {closes}{higher if other.category > kept.category else ''}"

    @property
    def said(self) -> dict[str, Any]:
        """The record that is kept, the other, and why."""
        kept = self.cases[self.cleaned_data["kept"]]
        merged = next(each for each in self.cases.values() if each != kept)
        return {"kept": kept, "merged": merged, "why": self.cleaned_data["why"]}


class UndoForm(PortalForm):
    """Why they are two children after all."""

    why = LongTextField(label="Why are they two children?", required_error="Say why they are two children")
