"""The boxes of what an agency brings, and what each agency is asked on the day."""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, cast

from django.utils import timezone
from django.utils.html import format_html

from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, User
from cse_portal.ui import forms
from cse_portal.ui.presenters import display_date, display_datetime, display_time
from mase.meetings.choices import ContributionKind
from mase.meetings.forms.sections import FAMILY_MAY_READ
from mase.meetings.forms.table import TableForm
from mase.meetings.models.sections import Contribution
from mase.meetings.selectors.checks import Check, checklist, review_limit
from mase.meetings.selectors.sessions import ReviewSlot, review_slots
from mase.meetings.services.decision import Point
from mase.meetings.services.reports import Box

LABELS = {
    ContributionKind.NEW: ("What is new?", 5, "Facts, who saw them, when. If you know nothing, say that."),
    ContributionKind.WORRY: ("What worries you?", 5, "What has happened, and what may happen."),
    ContributionKind.WORKS: ("What works well?", 5, "Who and what keeps them safe."),
    ContributionKind.PREVENT: ("Prevent", 3, "So that it does not happen."),
    ContributionKind.PROTECT: ("Protect", 3, "To keep them safe."),
    ContributionKind.PURSUE: ("Pursue", 3, "To find out who and where."),
    ContributionKind.PROSECUTE: ("Prosecute", 3, "To bring them to justice."),
    ContributionKind.APART: (
        "For the restricted part only",
        3,
        "People of concern, other children, who told you.",
    ),
}
TABLE = {ContributionKind.NEW: "New", ContributionKind.WORRY: "Worry", ContributionKind.WORKS: "Works",
         ContributionKind.APART: "For the restricted part only"}  # fmt: skip
SENT = "{who} put “{theirs}” here at {when}, while you were writing. {again} again to put yours in its place"


class BoxesForm(TableForm):
    """The boxes of one agency. Only those that their writer changed are sent; nobody writes over a colleague."""

    def __init__(
        self, *args: Any, rows: Sequence[Contribution], kinds: Iterable[ContributionKind], by: User | None = None,
        agency: Agency | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        initial: dict[str, Any] = {}
        for row in rows:
            initial |= {row.kind: row.text, f"{row.kind}_family": "yes" if row.family_may_read else ""}
        super().__init__(*args, initial=initial, **kwargs)
        self.button = f"Save for {agency.short_name}" if agency else "Send to the meeting"
        self.kinds, self.there, self.by = list(kinds), {row.kind: row for row in rows}, by
        for kind in self.kinds:
            label, lines, hint = LABELS[kind]
            if agency:
                hidden = '{}<span class="govuk-visually-hidden"> from {}</span>'
                label, lines, hint = format_html(hidden, TABLE[kind], agency.name), 2, ""
            self.fields[kind] = forms.LongTextField(
                label=label, max_length=20_000, rows=lines, required=False, help_text=hint
            )
            if kind != ContributionKind.APART:
                self.fields[f"{kind}_family"] = forms.ConfirmField(
                    label=FAMILY_MAY_READ, required=False, small=True
                )
        self.watch({kind: self._names(kind) for kind in self.kinds})

    def _names(self, kind: ContributionKind) -> tuple[str, ...]:
        return (kind.value,) if kind == ContributionKind.APART else (kind.value, f"{kind}_family")

    def _typed(self, name: str) -> str:
        said = self.cleaned_data.get(name)
        return "yes" if said is True else str(said or "")

    def _another(self, names: tuple[str, ...]) -> str:
        row = self.there.get(names[0])
        if row is None or row.saved_by is None:
            return super()._another(names)
        who = "You" if self.by and row.saved_by_id == self.by.pk else row.saved_by.full_name
        when, again = display_time(timezone.localtime(row.saved_at)), "Send" if self.by else "Save"
        return SENT.format(who=who, theirs=row.text or "nothing", when=when, again=again)

    @property
    def boxes(self) -> dict[ContributionKind, Box]:
        """As the service takes them: what their writer changed."""
        given = self.cleaned_data
        return {
            kind: Box(
                given[kind] or "", bool(given.get(f"{kind}_family")),
                self.there[kind].version if kind in self.there else 0,
            )
            for kind in self.kinds
            if kind in self.changed
        }  # fmt: skip

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """Each box in its order, and when what stands in it was sent.

        With the tick that opens it to the family; the restricted part has none.
        """
        return [
            {
                "text": self[kind], "family": None if kind == ContributionKind.APART else self[f"{kind}_family"],
                "added": sent_words(self.there[kind]) if kind in self.there and self.by else "",
            }
            for kind in self.kinds
        ]  # fmt: skip

    def refuse_empty(self) -> bool:
        """A report that is sent says something, if only that nothing is known."""
        if any(self.cleaned_data.get(kind) for kind in self.kinds):
            return False
        self.add_error(ContributionKind.NEW, "Write what your agency knows, or that it knows nothing")
        return True


def sent_words(row: Contribution) -> str:
    """When what stands in a box was sent, and by whom."""
    by = f" by {row.saved_by.full_name}" if row.saved_by else ""
    return f"Sent {display_datetime(row.saved_at)}{by}"


MET, NOT_MET = ("yes", "Met"), ("no", "Not met, going on because")


def evidence_on_record(check: Check, own: str) -> str:
    """Beside a point, so that nobody answers against the record without seeing it; and who else confirms it."""
    said = "The record speaks against it." if check.is_denied else "The record:"
    told = [f"{said} {check.told}"] if check.told else []
    confirms = [f"{AgencyKind(check.owner).label} confirms it."] if check.owner and check.owner != own else []
    return " ".join([*told, *confirms])


class StepDownForm(TableForm):
    """Every point of the checklist: met, or not and why the meeting goes on.

    What the record denies is not met. What an agency confirms is met by its word alone: `own` is the writer's kind.
    """

    button = "Save the checklist"
    paired = True

    def __init__(self, *args: Any, only_own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.record.own_kind if only_own else ""
        self.checks = checks = [each for each in checklist(self.record) if not only_own or each.owner == own]
        for each in checks:
            confirmed = each.answer is not None and each.answer.met
            if each.answer is not None:
                self.initial[f"met_{each.code}"] = "yes" if each.answer.met else "no"
                self.initial[f"why_{each.code}"] = each.answer.why
            may_be_met = not each.is_denied and (confirmed or each.owner in ("", own))
            self.fields[f"met_{each.code}"] = forms.SelectField(
                label=each.label, choices=[MET, NOT_MET] if may_be_met else [NOT_MET], blank="Not answered yet",
                required=False, help_text=evidence_on_record(each, own),
            )  # fmt: skip
            self.fields[f"why_{each.code}"] = forms.TextField(
                label="Why go on, if it is not met", max_length=500, required=False, label_size=""
            )
        self.watch({each.code: (f"met_{each.code}", f"why_{each.code}") for each in checks})

    def clean(self) -> dict[str, Any]:
        """What is not met needs a reason."""
        given = super().clean()
        for each in self.checks:
            met, why = f"met_{each.code}", f"why_{each.code}"
            self.need_with(why, met, "Say whether it is met")
            if given.get(met) == "no" and not given.get(why):
                self.add_error(why, "Say why the category may fall although this is not met")
        return given

    @property
    def said(self) -> dict[str, Any]:
        """A point each, or none yet."""
        given = self.cleaned_data
        answers = {
            each.code: Point(met == "yes", given[f"why_{each.code}"] or "") if met else None
            for each in self.checks
            if each.code in self.changed
            for met in [given[f"met_{each.code}"]]
        }
        return {"answers": answers}


class ReviewForm(TableForm):
    """The day of the next review. Of two who choose at once, the second is told the day of the first."""

    whole, places, row_fields = "next-slot", {"": "review_on"}, ("review_on",)
    slot = forms.RadioField(label="Next slot", required=False)
    review_on = forms.DateField3(label="Another date", future=True, required=False)
    button = "Save"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made = self.record.decision
        self.limit = review_limit(made.category if made else self.row.case.category)
        offered = lambda: [(key, slot_words(each.at or each.day)) for key, each in self.slots.items()]  # noqa: E731
        self.fields["slot"].choices = offered  # type: ignore[attr-defined]
        self.fields["review_on"].help_text = f"At the latest {display_date(self.limit)}."
        self.watch({"review": ("review_on",)})

    @cached_property
    def slots(self) -> dict[str, ReviewSlot]:
        """By their days; asked for where they are drawn or chosen."""
        found = review_slots(cast(User, self.record.reader), self.limit)
        return {each.day.isoformat(): each for each in found}

    def clean(self) -> dict[str, Any]:
        """A day that is typed counts, else the slot."""
        given = self.cleaned_data
        given["session"] = None
        if given.get("slot") and self._typed("review_on") in ("", self.stored["review_on"]):
            slot = self.slots[given["slot"]]
            given["review_on"], given["session"] = slot.day, slot.session
        if not given.get("review_on") and not self.errors:
            self.add_error("slot", "Choose a slot, or enter another date")
        return super().clean()

    def _in_words(self, names: tuple[str, ...]) -> str:
        return display_date(self.initial["review_on"])

    @property
    def said(self) -> dict[str, Any]:
        """The day, and the session in which it has a slot."""
        return {"review_on": self.cleaned_data["review_on"], "session": self.cleaned_data["session"]}


def slot_words(at: dt.datetime | dt.date) -> str:
    """Mon 21 Dec, 14:00; of a day without a session the day."""
    when = timezone.localtime(at) if isinstance(at, dt.datetime) else at
    return f"{when:%a} {when.day} {when:%b}" + (f", {when:%H:%M}" if isinstance(at, dt.datetime) else "")
