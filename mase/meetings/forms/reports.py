"""An agency's report before a meeting, in four parts."""

from typing import Any

from cse_portal.ui.forms import ConfirmField, LongTextField, PortalForm, RadioField
from mase.meetings.forms.sections import FAMILY_MAY_READ, EditedForm
from mase.meetings.models.sections import AgencyInformation
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
