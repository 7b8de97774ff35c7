"""Filters of a list: a form read from the address, whose answers become removable chips."""

from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from cse_portal.ui.forms.base import PortalForm
from cse_portal.ui.presenters import Chip, display_date, joined


class FilterForm(PortalForm):
    """Always bound, nothing required; an unknown value in the address is ignored, not an error page."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(QueryDict() if data is None else data, *args, **kwargs)
        for one in self.fields.values():
            one.required = False

    @property
    def answers(self) -> dict[str, Any]:
        """What is filtered by: only answers that are valid and given."""
        self.is_valid()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in self.fields[name].empty_values and not self._unticked(name, value)
        }

    def showing(self, asked: dict[str, Any]) -> "FilterForm":
        """Itself, with what the list is filtered by where the address does not say: asked after `answers`."""
        self.data = {**dict(self.data.items()), **asked}
        return self

    def chips(self, request: HttpRequest) -> list[Chip]:
        """One chip per answer; its link is this list without it."""
        return [
            Chip(str(self[name].label), self._words(name, value), self._without(request, name))
            for name, value in self.answers.items()
            if not self[name].is_hidden
        ]

    def _unticked(self, name: str, value: Any) -> bool:
        return value is False and isinstance(self.fields[name], forms.BooleanField)

    def _words(self, name: str, value: Any) -> str:
        one = self.fields[name]
        if isinstance(one, forms.ModelChoiceField):
            many = value if isinstance(one, forms.ModelMultipleChoiceField) else [value]
            return joined(one.label_from_instance(item) for item in many)
        if isinstance(one, forms.BooleanField):
            return "Yes"
        if hasattr(one, "choices"):
            labels = {str(key): label for key, label in one.choices}
            chosen = value if isinstance(value, list) else [one.prepare_value(value)]
            return joined(labels.get(str(item), item) for item in chosen)
        return display_date(value) if hasattr(value, "year") else str(value)

    def _without(self, request: HttpRequest, name: str) -> str:
        kept = request.GET.copy()
        for key in [key for key in kept if key in (name, "page") or key.startswith(f"{name}_")]:
            del kept[key]
        return f"?{kept.urlencode()}"
