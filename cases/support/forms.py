"""The form of a referral, and what is asked of what became of it."""

from typing import Any

from django.utils import timezone

from cases.support.selectors import services_to_ask
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, SelectField

NONE = "none"
# What the service said, when it began, how it went and ended.
PROGRESS = (
    "answer", "answered_on", "answer_reason", "first_on", "engagement", "scale", "scale_before", "scale_after",
    "ended_on", "outcome", "child_said", "parent_said",
)  # fmt: skip


class ReferForm(PortalForm):
    """A need, and the service that is to meet it; or that none does."""

    need = SelectField(label="What does the child need?", blank="Choose the need")
    service = SelectField(
        label="Which service is asked?", blank="Choose a service",
        help_text="If none meets the need, say so: commissioners read what is missing",
    )  # fmt: skip
    asked_on = DateField3(label="Asked on", past=True)
    why = LongTextField(
        label="What is it to change for the child?", max_length=2000, required=False,
        help_text="As the child or the family would say it",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"asked_on": timezone.localdate()}, **kwargs)
        self.offered = {str(each.pk): each for each in services_to_ask()}
        listed = [(key, f"{each}: {each.need_words}") for key, each in self.offered.items()]
        needs = reference.choices("support-need")
        self.fields["need"].choices = [("", "Choose the need"), *needs]  # type: ignore[attr-defined]
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a service"), (NONE, "No service meets this need"), *listed,
        ]  # fmt: skip

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        service = self.offered.get(given["service"])
        return {
            "need": given["need"],
            "service": service,
            "asked_on": given["asked_on"],
            "why": given["why"],
        }
