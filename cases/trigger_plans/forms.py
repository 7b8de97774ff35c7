"""Writing a trigger plan."""

from dataclasses import fields
from typing import Any

from django.forms.boundfield import BoundField

from cases.documents.models import Document
from cases.record.forms import VersionedForm
from cases.record.models.case import Case
from cases.trigger_plans.models import TriggerPlan
from cases.trigger_plans.selectors import first_draft, pictures
from cases.trigger_plans.services import Plan
from cse_portal.accounts.models import User
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms import DateField3, LongTextField, ModelSelectField, SelectField, TextField

SECTIONS = (
    ("The first minutes", ("expected_grade", "grade_reason", "do_first", "calls")),
    ("Who they are", ("photo", "looks", "often_wears", "speaks")),
    ("People and places", ("people", "places", "pattern")),
    ("Health, and how to speak with them", ("medical", "calms", "makes_worse", "when_found")),
    ("Keeping it up to date", ("agreed_with", "kept_by", "review_on")),
)


def _lines(
    label: str, help_text: str, *, most: int = 1000, required: bool = False, required_error: str = ""
) -> LongTextField:
    said: dict[str, Any] = {"required_error": required_error} if required_error else {}
    return LongTextField(label=label, help_text=help_text, max_length=most, rows=4, required=required, **said)


class PlanForm(VersionedForm):
    """A version of the plan, drawn from the one before, or from the record."""

    expected_grade = SelectField(
        label="Expected police risk grade", choices=lambda: reference.choices("police-risk-grade"),
        blank="Choose a grade", required_error="Choose the grade that is expected",
    )  # fmt: skip
    grade_reason = TextField(
        label="Why that grade?", max_length=150, required=False,
        help_text="Like: from the first minute, missing 4 times in 90 days",
    )  # fmt: skip
    do_first = _lines(
        "What is done first?", "One step a line, in their order. The sheet has room for six", required=True,
        required_error="Write down what is done first",
    )  # fmt: skip
    calls = _lines("Who is called?", "One person a line: name and part; phone number")
    photo = ModelSelectField(
        Document.objects.none(), label="Photo", blank="No photo", required=False,
        help_text="Only with the child’s or young person’s agreement, and only of the face. Never an indecent image: "
        "do not save or send one, call the police",
    )  # fmt: skip
    looks = TextField(label="What do they look like?", required=False)
    often_wears = TextField(label="What do they often wear?", max_length=150, required=False)
    speaks = TextField(
        label="Which languages, and how do they understand best?", max_length=150, required=False
    )
    people = _lines(
        "Who may they be with?", "One person a line. Begin with Safe; Ask; Of concern; or No contact;"
    )
    places = _lines(
        "Where are they looked for?",
        "One place a line, in their order: place; why; how it is checked. Where the reason is restricted "
        "intelligence, write police: the sheet then says “Police know why”",
        most=1500,
    )  # fmt: skip
    pattern = TextField(
        label="What is their usual pattern?", required=False, help_text="Days, hours, how they travel"
    )
    medical = _lines("Health and medication", "One fact a line, the most urgent first")
    calms = _lines("What works with them?", "One thing a line: who they trust, what to talk about")
    makes_worse = _lines("What makes it worse?", "One thing a line")
    when_found = _lines(
        "What is done when they are found?", "Who collects them, what they need, who interviews them"
    )
    agreed_with = TextField(label="Who has agreed this plan, and when?", required=False)
    kept_by = TextField(
        label="Who keeps a copy?", max_length=150, required_error="Say who keeps a copy of the plan"
    )
    review_on = DateField3(
        label="Review by", future=True, help_text="A working day; in category 3 within a month",
        required_error="Enter the date of the review",
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photo"].queryset = pictures(user, case)  # type: ignore[attr-defined]

    @staticmethod
    def values_of(plan: TriggerPlan | None, case: Case) -> dict[str, Any]:
        """What the newest version says; what the record says where there is none."""
        if plan is None:
            return {**first_draft(case), "version": 0}
        values = {each.name: getattr(plan, each.name) for each in fields(Plan)}
        return {**values, "photo": plan.photo_id, "review_on": None, "version": plan.number}

    @property
    def sections(self) -> list[tuple[str, list[BoundField]]]:
        """The fields in the order of the sheet."""
        return [(heading, [self[name] for name in names]) for heading, names in SECTIONS]

    @property
    def said(self) -> Plan:
        """As the service takes it."""
        return Plan(**{each.name: self.cleaned_data[each.name] for each in fields(Plan)})
