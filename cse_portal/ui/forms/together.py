"""A form with rows that several people fill in at once, and none of them loses anything."""

import json
from collections.abc import Hashable, Mapping
from copy import copy
from functools import cached_property
from typing import Any, cast

from cse_portal.ui.forms.base import PortalForm
from cse_portal.ui.forms.fields import HiddenField

ANOTHER = "Somebody else put “{theirs}” here while you were writing. Save again to put yours in its place"


class RowsForm(PortalForm):
    """Only the rows are saved that differ from what their writer's page showed, so that several may fill it in.

    Where somebody else changed the same row meanwhile, theirs is told beside the writer's, and the writer decides.
    """

    was = HiddenField(required=False, max_length=200_000)

    def watch(self, rows: Mapping[Any, tuple[str, ...]]) -> None:
        """Said once the fields are there: the names of the fields of each row, by its key."""
        self.rows = rows
        self.stored = {name: str(self.initial.get(name) or "") for names in rows.values() for name in names}
        self.initial["was"] = json.dumps(self.stored)

    def clean(self) -> dict[str, Any]:
        """Refuse, once, a row that somebody else changed since the page was drawn."""
        given = super().clean() or self.cleaned_data
        shown = self._shown()
        for names in self.rows.values():
            before, now, mine = (
                [shown.get(name, self.stored[name]) for name in names],
                [self.stored[name] for name in names],
                [self._typed(name) for name in names],
            )
            if now not in (before, mine) and mine != before:
                self.add_error(names[0], self._another(names))
                shown |= dict(zip(names, now, strict=True))
        if self.errors:
            self.data = drawn_again = cast(Any, copy(self.data))
            drawn_again[self.add_prefix("was")] = json.dumps(shown)
        return given

    @cached_property
    def changed(self) -> set[Hashable]:
        """The keys of the rows that their writer changed."""
        shown = self._shown()
        return {
            key
            for key, names in self.rows.items()
            if any(self._typed(name) != shown.get(name, self.stored[name]) for name in names)
        }

    @property
    def now_shown(self) -> str:
        """What the writer's page shows once this is saved."""
        return json.dumps({name: self._typed(name) for name in self.stored})

    def need_with(self, name: str, other: str, words: str) -> None:
        """What was typed here is lost without an answer there."""
        if self._typed(name) and not self._typed(other) and other not in self.errors:
            self.add_error(other, words)

    def _typed(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")

    def _shown(self) -> dict[str, str]:
        try:
            said = json.loads(self.data.get(self.add_prefix("was")) or "{}")
        except (ValueError, RecursionError):
            return {}
        return (
            {name: text for name, text in said.items() if isinstance(text, str)}
            if isinstance(said, dict)
            else {}
        )

    def _another(self, names: tuple[str, ...]) -> str:
        return ANOTHER.format(theirs=self._in_words(names) or "nothing")

    def _in_words(self, names: tuple[str, ...]) -> str:
        told = []
        for name in names:
            choices = dict(getattr(self.fields[name], "choices", ()))
            told.append(str(choices.get(self.stored[name], self.stored[name])) if self.stored[name] else "")
        return ", ".join(filter(None, told))
