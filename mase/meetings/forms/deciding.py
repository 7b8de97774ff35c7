"""Who agrees with a decision, the checklist before a category falls, and the day of the next review."""

import uuid
from typing import Any

from cse_portal.accounts.models import Agency
from cse_portal.ui.forms import DateField3, SelectField, TextField
from cse_portal.ui.presenters import display_date
from mase.meetings.forms.table import RowsForm
from mase.meetings.selectors.checks import latest_review
from mase.meetings.selectors.step_down import Check
from mase.meetings.services.decision import Point

ANSWERS = [("yes", "Met"), ("no", "Not met")]
UNMET, DENIED = "If it is not met: why go on", "Why go on, met or not"


def what_the_record_says(check: Check) -> str:
    """Beside a point, so that nobody ticks against the record without seeing it."""
    if not check.told:
        return ""
    return (
        f"The record speaks against it. {check.told}" if check.holds is False else f"The record: {check.told}"
    )


class AssentForm(RowsForm):
    """Each agency round the table in turn; one that does not agree is recorded with its reason, elsewhere."""

    button = "Save who agrees"
    paired = True

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = agencies
        for each in agencies:
            self.fields[f"agrees_{each.pk.hex}"] = SelectField(
                label=each.name, choices=[("yes", "Agrees")], blank="Not said yet", required=False
            )
        self.watch({each.pk: (f"agrees_{each.pk.hex}",) for each in agencies})

    @property
    def answers(self) -> dict[uuid.UUID, bool]:
        """Whether each agrees, by its key."""
        return {
            each.pk: bool(self.cleaned_data[f"agrees_{each.pk.hex}"])
            for each in self.agencies
            if each.pk in self.changed
        }


class StepDownForm(RowsForm):
    """Every point of the checklist: met, or not and why the meeting goes on. What the record denies says why, too."""

    button = "Save the checklist"
    paired = True

    def __init__(self, *args: Any, checks: list[Check], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checks = checks
        for each in checks:
            self.fields[f"met_{each.code}"] = SelectField(
                label=each.label, choices=ANSWERS, blank="Not answered yet", required=False,
                help_text=what_the_record_says(each),
            )  # fmt: skip
            self.fields[f"why_{each.code}"] = TextField(
                label=DENIED if each.holds is False else UNMET,
                max_length=500,
                required=False,
                label_size="",
            )
        self.watch({each.code: (f"met_{each.code}", f"why_{each.code}") for each in checks})

    def clean(self) -> dict[str, Any]:
        """What is not met needs a reason, and so does what is met although the record speaks against it."""
        given = super().clean()
        for each in self.checks:
            met, why = f"met_{each.code}", f"why_{each.code}"
            self.need_with(why, met, "Say whether it is met")
            if given.get(why):
                continue
            if given.get(met) == "no":
                self.add_error(why, "Say why the category may fall although this is not met")
            elif given.get(met) == "yes" and each.holds is False and each.code in self.changed:
                self.add_error(
                    why, f"The record speaks against it: {each.told} Say why it is met all the same"
                )
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
        latest = latest_review(category)
        self.fields["review_on"].help_text = f"At the latest {display_date(latest)} for category {category}."
        self.watch({"review": ("review_on",)})

    def _in_words(self, names: tuple[str, ...]) -> str:
        return display_date(self.initial["review_on"])
