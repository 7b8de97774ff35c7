"""The review of a child in category 1."""

from typing import Any

from cases.record.choices import CATEGORY_CRITERIA, RiskCategory
from cases.reviews.models import ReviewConclusion
from cases.reviews.services import Held
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, RadioField, TextField, YesNoField


class ReviewForm(PortalForm):
    """When, who saw the child, what follows for the category, and the next review."""

    held_on = DateField3(label="When was the review?", past=True)
    seen_by = TextField(
        label="Who saw the child or young person for it?", max_length=150, required=False,
        help_text="Their name and role. Leave empty if nobody saw them, and say below why not.",
    )  # fmt: skip
    seen_alone = YesNoField(
        label="Were they seen alone?",
        required=False,
        small=True,
        help_text="Without a parent, carer or friend",
    )
    conclusion = RadioField(
        label="What does the review say of the category?", choices=ReviewConclusion.choices, small=True,
        help_text=f"{RiskCategory.LOW.label}. {CATEGORY_CRITERIA[str(RiskCategory.LOW.value)]}",
        required_error="Say whether the category stays",
        hints={
            ReviewConclusion.RISES.value: "Record an assessment too. The CSE team is told.",
            ReviewConclusion.OVER.value: "The CSE Team Manager is told, and closes the case if they agree.",
        },
    )  # fmt: skip
    why = LongTextField(
        label="Why?", max_length=8000, rows=6, required_error="Say why",
        help_text="What has changed, what they say themselves, and what keeps them safe",
    )  # fmt: skip
    next_on = DateField3(
        label="When is the next review?", help_text="Within 12 weeks. Sooner if you are worried."
    )

    def clean(self) -> dict[str, Any]:
        """Alone or not, where they were seen."""
        said = super().clean() or {}
        if said.get("seen_by") and said.get("seen_alone") is None:
            self.add_error("seen_alone", "Say whether they were seen alone")
        return said

    @property
    def held(self) -> Held:
        """As the service takes it."""
        said = self.cleaned_data
        seen_by = said["seen_by"] or ""
        return Held(
            held_on=said["held_on"], conclusion=ReviewConclusion(said["conclusion"]), why=said["why"],
            next_on=said["next_on"], seen_by=seen_by, seen_alone=said["seen_alone"] if seen_by else None,
        )  # fmt: skip
