"""An agency's report before a meeting, in four parts."""

import uuid
from typing import Any

from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency
from cse_portal.ui.forms import (
    ConfirmField,
    DateField3,
    LongTextField,
    PortalForm,
    RadioField,
    SelectField,
    TextField,
)
from cse_portal.ui.presenters import display_date
from mase.meetings.choices import AgencyWord
from mase.meetings.forms.sections import FAMILY_MAY_READ, EditedForm
from mase.meetings.forms.table import RowsForm
from mase.meetings.models.sections import AgencyInformation
from mase.meetings.selectors.checks import review_limit
from mase.meetings.selectors.step_down import Check
from mase.meetings.services.decision import Point
from mase.meetings.services.reports import Report
from mase.plans.choices import PlanP

PARTS = tuple(Report.__dataclass_fields__)


class ReportForm(EditedForm):
    """What an agency brings; a draft may be as empty as it is."""

    text = LongTextField(
        label="What does your agency know?", max_length=20_000, rows=8, required=False,
        help_text="Facts, who saw them and when. Say what is opinion. If you know nothing, say that.",
    )  # fmt: skip
    worries = LongTextField(
        label="What are you worried about?", max_length=8000, rows=4, required=False,
        help_text="What has happened, what may happen, and what that would do to the child or young person.",
    )  # fmt: skip
    working_well = LongTextField(
        label="What is working well?", max_length=8000, rows=4, required=False,
        help_text="Who and what keeps them safe now, and what they themselves do.",
    )  # fmt: skip
    suggested = LongTextField(
        label="Which actions do you suggest?", max_length=4000, rows=4, required=False,
        help_text="One on each line. The chair can take each of them into the plan as it stands.",
    )  # fmt: skip
    family_may_read = ConfirmField(
        label=FAMILY_MAY_READ, required=False, small=True,
        help_text="Without this tick the report and the actions you suggest are in no copy for the family.",
    )  # fmt: skip

    @property
    def report(self) -> Report:
        """As the service takes it."""
        given = self.cleaned_data
        texts = {name: given[name] or "" for name in PARTS if name != "family_may_read"}
        return Report(**texts, family_may_read=bool(given["family_may_read"]))

    def refuse_empty(self) -> bool:
        """A report that is sent says something, if only that nothing is known."""
        if self.cleaned_data.get("text"):
            return False
        self.add_error("text", "Write what your agency knows, or that it knows nothing")
        return True

    @staticmethod
    def values_of(row: AgencyInformation) -> dict[str, Any]:
        """The draft as it stands."""
        return {**{name: getattr(row, name) for name in PARTS}, "version": row.version}


class TakeForm(PortalForm):
    """On which of the four Ps a suggested action goes into the plan."""

    p = RadioField(label="On which P", choices=PlanP.choices)


MET, NOT_MET = ("yes", "Met"), ("no", "Not met, going on because")


def evidence_on_record(check: Check, own: str) -> str:
    """Beside a point, so that nobody answers against the record without seeing it; and who else confirms it."""
    said = "The record speaks against it." if check.is_denied else "The record:"
    told = [f"{said} {check.told}"] if check.told else []
    confirms = [f"{AgencyKind(check.owner).label} confirms it."] if check.owner and check.owner != own else []
    return " ".join([*told, *confirms])


class AssentForm(RowsForm):
    """Each agency round the table in turn; one that does not agree is recorded with its reason, elsewhere."""

    button = "Save who agrees"
    paired = True

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = agencies
        for each in agencies:
            self.fields[f"agrees_{each.pk.hex}"] = SelectField(
                label=each.name, choices=AgencyWord.choices, blank="Not said yet", required=False
            )
        self.watch({each.pk: (f"agrees_{each.pk.hex}",) for each in agencies})

    @property
    def answers(self) -> dict[uuid.UUID, AgencyWord | None]:
        """What each says, by its key."""
        return {
            each.pk: AgencyWord(word) if word else None
            for each in self.agencies
            if each.pk in self.changed
            for word in [self.cleaned_data[f"agrees_{each.pk.hex}"]]
        }


class StepDownForm(RowsForm):
    """Every point of the checklist: met, or not and why the meeting goes on.

    What the record denies is not met. What an agency confirms is met by its word alone: `own` is the writer's kind.
    """

    button = "Save the checklist"
    paired = True

    def __init__(self, *args: Any, checks: list[Check], own: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checks = checks
        for each in checks:
            confirmed = each.answer is not None and each.answer.met
            may_be_met = not each.is_denied and (confirmed or each.owner in ("", own))
            self.fields[f"met_{each.code}"] = SelectField(
                label=each.label, choices=[MET, NOT_MET] if may_be_met else [NOT_MET], blank="Not answered yet",
                required=False, help_text=evidence_on_record(each, own),
            )  # fmt: skip
            self.fields[f"why_{each.code}"] = TextField(
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
    def answers(self) -> dict[str, Point | None]:
        """A point each, or none yet."""
        given = self.cleaned_data
        return {
            each.code: Point(met == "yes", given[f"why_{each.code}"] or "") if met else None
            for each in self.checks
            if each.code in self.changed
            for met in [given[f"met_{each.code}"]]
        }


class ReviewForm(RowsForm):
    """The day of the next review. Of two who choose at once, the second is told the day of the first."""

    review_on = DateField3(label="Next review on or before", future=True)
    button = "Save review date"

    def __init__(self, *args: Any, category: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = display_date(review_limit(category))
        self.fields["review_on"].help_text = f"At the latest {latest} for category {category}."
        self.watch({"review": ("review_on",)})

    def _in_words(self, names: tuple[str, ...]) -> str:
        return display_date(self.initial["review_on"])
