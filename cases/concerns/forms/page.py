"""One page of the guided concern: its form, its rows, and what is stored behind them."""

from dataclasses import replace
from typing import Any

from django.http import QueryDict

from cases.concerns.choices import ConcernStep, MentionKind
from cases.concerns.forms.signs import MentionForms, SignsForm
from cases.concerns.forms.steps import ChildForm, OthersForm, StepForm, WorryForm
from cases.concerns.selectors import StepAnswers
from cse_portal.ui.forms import Rows

FORMS: dict[ConcernStep, type[StepForm]] = {
    form.step: form for form in (WorryForm, ChildForm, SignsForm, OthersForm)
}
NOT_TYPED = ("csrfmiddlewaretoken", "draft", "leave", "seen", StepForm.token_name)


class StepPage:
    """A step as it is drawn, posted or picked up again where it was left."""

    def __init__(
        self,
        step: ConcernStep,
        stored: StepAnswers,
        posted: QueryDict | None = None,
        left: dict[str, list[str]] | None = None,
    ) -> None:
        self.step = step
        self.posted = posted
        self.newer: StepAnswers | None = None
        data = posted if posted is not None else _as_typed(left, stored.mark) if left else None
        self.rows: Rows | None = None
        if step == ConcernStep.OTHERS:
            self.rows = MentionForms(data, prefix="mentions", initial=stored.mentions)
        quiet = posted is None or self.rows_changed
        self.form = FORMS[step](data, initial=FORMS[step].initial_of(stored), quiet=quiet)
        if self.rows is not None and posted is None and data is not None:
            self.rows.rows_changed = self.rows.removed = True  # drawn as typed, checked only when posted

    @property
    def rows_changed(self) -> bool:
        """Whether the post only added or removed a row."""
        return self.rows is not None and self.rows.rows_changed

    @property
    def leaves(self) -> bool:
        """Whether the author wants to go on another time."""
        return self.posted is not None and "leave" in self.posted and not self.rows_changed

    def is_valid(self) -> bool:
        """Whether the post can be kept as answers."""
        if self.posted is None or self.rows_changed:
            return False
        return all([self.form.is_valid(), self.rows is None or self.rows.is_valid()])

    @property
    def answers(self) -> StepAnswers:
        """What was written, as the service takes it."""
        if self.rows is None:
            return self.form.answers
        return replace(self.form.answers, mentions=[_mention(row) for row in self.rows.rows])

    def stored_meanwhile(self, newer: StepAnswers, message: str) -> None:
        """Somebody saved first, in another tab: both are shown, and the next save counts from the newer."""
        self.newer = newer
        self.form.seen_anew(newer.mark)
        self.form.add_error(None, message)

    @property
    def typed(self) -> dict[str, list[str]]:
        """The post as it was typed, unchecked."""
        posted = self.posted or QueryDict()
        return {name: posted.getlist(name) for name in posted if name not in NOT_TYPED}


def _mention(row: dict[str, str]) -> dict[str, str]:
    part = row["part"] if row["kind"] == MentionKind.PERSON else ""
    return {"kind": row["kind"], "part": part, "name": row["name"], "details": row["details"]}


def _as_typed(left: dict[str, list[str]], mark: str) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in left.items():
        data.setlist(name, values)
    data["seen"] = mark
    return data


def page_of(data: Any) -> int:
    """The page asked for; the first when the address says anything but a number."""
    asked = str(data.get("page", "1"))
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
