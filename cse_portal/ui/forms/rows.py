"""Add another: rows of a small form that grow and shrink with plain submit buttons."""

import re
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict

from cse_portal.ui.forms.base import PortalForm
from cse_portal.ui.forms.dates import DateField3


class Rows(BaseFormSet):
    """Repeated rows. "Add another" and "Remove" post the page; `rows_changed` tells the view to draw it again."""

    noun = "row"
    minimum = 0
    maximum = 20
    shown = 1
    heading_size = "m"

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self.rows_changed = False
        self.removed = False
        prefix = kwargs.get("prefix") or self.get_default_prefix()
        if data is not None:
            data = self._with_buttons_pressed(data, prefix)
            kwargs.pop("initial", None)
        super().__init__(data, *args, **kwargs)

    def total_form_count(self) -> int:
        """As many rows as were posted; at first, as many as there are, or `shown`."""
        if self.is_bound:
            return super().total_form_count()
        return min(max(len(self.initial or []), self.shown, self.minimum), self.maximum)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """A row that is only redrawn is not checked."""
        quiet = {"quiet": True} if self.rows_changed else {}
        return {**super().get_form_kwargs(index), **quiet}

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What was written, row by row, without the rows left empty."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]

    @property
    def may_add(self) -> bool:
        """Whether one more row is allowed."""
        return self.total_form_count() < self.maximum

    @property
    def may_remove(self) -> bool:
        """Whether a row may go."""
        return self.total_form_count() > max(self.minimum, 1)

    def _with_buttons_pressed(self, posted: Any, prefix: str) -> Any:
        row_name = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})-(.+)")
        rows: dict[int, dict[str, list[str]]] = {}
        data = QueryDict(mutable=True)
        for name in posted:
            values = posted.getlist(name) if hasattr(posted, "getlist") else [posted[name]]
            if found := row_name.fullmatch(name):
                rows.setdefault(int(found[1]), {})[found[2]] = values
            else:
                data.setlist(name, values)
        total = self._total(posted.get(f"{prefix}-TOTAL_FORMS"), rows)
        kept = [rows.get(index, {}) for index in range(total)]
        pressed = posted.get(f"{prefix}-remove")
        if pressed is not None and str(pressed).isascii() and str(pressed).isdigit() and int(pressed) < total:
            kept.pop(int(pressed))
            self.rows_changed = self.removed = True
        if posted.get(f"{prefix}-add"):
            self.rows_changed = True
            kept += [{}] if total < self.maximum else []
        for index, row in enumerate(kept):
            for part, values in row.items():
                data.setlist(f"{prefix}-{index}-{part}", values)
        data[f"{prefix}-TOTAL_FORMS"], data[f"{prefix}-INITIAL_FORMS"] = str(len(kept)), "0"
        return data

    def _total(self, claimed: Any, rows: dict[int, Any]) -> int:
        stated = (
            int(claimed) if str(claimed).isascii() and str(claimed).isdigit() and len(str(claimed)) < 5 else 0
        )
        return min(max(stated, max(rows, default=-1) + 1), self.maximum)


def add_another(
    form: type[PortalForm], *, noun: str, minimum: int = 0, maximum: int = 20, shown: int = 1
) -> type[Rows]:
    """A class of rows of `form`: at least `minimum` filled in, at most `maximum`."""
    made = formset_factory(
        form, formset=Rows, extra=0, min_num=minimum, max_num=maximum, absolute_max=maximum
    )
    made.noun, made.minimum, made.maximum, made.shown = noun, minimum, maximum, shown  # type: ignore[attr-defined]
    return made  # type: ignore[return-value]


def all_errors(*sources: forms.BaseForm | BaseFormSet | None) -> list[tuple[str, str]]:
    """Every error of forms and rows: where it is, and what to do."""
    found: list[tuple[str, str]] = []
    for source in sources:
        if isinstance(source, BaseFormSet) and source.is_bound:
            found += [("", str(words)) for words in source.non_form_errors()]
            found += all_errors(*source.forms)
        elif isinstance(source, forms.BaseForm) and source.is_bound:
            found += [("", str(words)) for words in source.non_field_errors()]
            found += [
                (getattr(source[name], "first_id", source[name].id_for_label), _named(source[name], error))
                for name in source.fields
                if name in source.errors
                for error in source.errors[name].as_data()
            ]
    return found


def _named(bound: forms.BoundField, error: forms.ValidationError) -> str:
    """What to do about an error; that of a date or a number, whose words fit many fields, says of which."""
    words = " ".join(error.messages)
    is_any = isinstance(bound.field, DateField3 | forms.IntegerField) and error.code not in (None, "required")
    label = str(bound.label)
    return f"{label}{'' if label.endswith('?') else ':'} {words}" if is_any and label else words
