"""The forms of case file audits, from the sample to what came of an action; and that of a supervision."""

from functools import partial
from typing import Any

from cases.record.choices import CATEGORIES
from cases.record.selectors import caseworkers
from cse_portal.accounts.models import Agency, User
from cse_portal.reference.selectors import choices, clock_rule, codes
from cse_portal.ui.forms import (
    DateField3,
    LongTextField,
    ModelSelectField,
    NumberField,
    PortalForm,
    RadioField,
    SelectField,
    TextField,
    add_another,
)
from mase.meetings.forms.scheduling import PeopleField, PersonField
from reporting.quality.models import ASKED, GRADES, QUESTIONS, SUPERVISION, CaseAudit
from reporting.quality.selectors import cases_to_talk_about, people_to_act, people_to_supervise

MOST = 30


class SampleForm(PortalForm):
    """How many files, of which cases, by whom and until when."""

    title = TextField(
        label="What is audited?", max_length=120, help_text="Such as: Voice of the child, autumn"
    )
    size = NumberField(label="How many files?", min_value=1, max_value=MOST, width=2)
    category = SelectField(
        label="Only this category", choices=CATEGORIES, blank="Any category", required=False
    )
    agency = ModelSelectField(
        Agency.objects.filter(is_active=True), label="Only cases led by", blank="Any agency", required=False
    )
    due_on = DateField3(label="Audited by")
    auditors = PeopleField(
        caseworkers, label="Who audits?", small=True, required_error="Select who audits",
        help_text="Each is let into the files they audit until a week after that day. Nobody audits a case they lead.",
    )  # fmt: skip

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        category = int(given["category"]) if given["category"] else None
        return {**given, "category": category, "auditors": [each.user for each in given["auditors"]]}


class AuditForm(PortalForm):
    """Every question of the tool with its grade, what was found, and a grade of the whole."""

    grade = RadioField(label="The file as a whole", small=True, inline=True)
    findings = LongTextField(label="What stands out, good and bad?", max_length=4000, rows=5)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        graded = [(each.code, each.label) for each in codes(GRADES) if not each.extra.get("question_only")]
        self.fields["grade"].choices = graded  # type: ignore[attr-defined]
        asked: dict[str, Any] = {}
        for each in codes(QUESTIONS):
            asked[each.code] = RadioField(
                label=each.label, choices=partial(choices, GRADES), small=True, inline=True,
                required_error=f"Grade this: {each.label}",
            )  # fmt: skip
            asked[f"{each.code}-found"] = LongTextField(
                label="What did you find?", max_length=1000, rows=2, required=False
            )
        self.questions = [each.code for each in codes(QUESTIONS)]
        self.fields = {**asked, **self.fields}

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        answers = {each: {"grade": given[each], "found": given[f"{each}-found"]} for each in self.questions}
        return {"answers": answers, "grade": given["grade"], "findings": given["findings"]}


class AgreedForm(PortalForm):
    """One thing to do, and by when."""

    text = LongTextField(label="What is to be done?", max_length=1000, rows=2)
    due_on = DateField3(label="By when")


class ActionForm(AgreedForm):
    """One thing that an audit asks of somebody."""

    owner = PersonField(None, label="By whom", blank="Choose a person")
    field_order = ("text", "owner", "due_on")

    def __init__(self, *args: Any, audit: CaseAudit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_to_act(audit)  # type: ignore[attr-defined]


ActionForms = add_another(ActionForm, noun="action", maximum=10)
AgreedForms = add_another(AgreedForm, noun="agreed action", maximum=10)


class OutcomeForm(PortalForm):
    """What came of an action."""

    outcome = LongTextField(label="What came of it?", max_length=1000, rows=3)


class SupervisionForm(PortalForm):
    """Who was supervised and when; every question; each child they work with, once it is known who they are."""

    person = PersonField(
        None, label="Whom did you supervise?", blank="Choose a person", to_field_name="user",
        required_error="Choose whom you supervised",
    )  # fmt: skip
    held_on = DateField3(label="When was it?", past=True)
    next_on = DateField3(label="When is the next?", required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = people_to_supervise(by)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        chosen = str(self.data.get("person") or self.initial.get("person") or "")
        self.chosen: User | None = next((each.user for each in people if str(each.user_id) == chosen), None)
        also = self.initial.get("cases", ())
        self.cases = cases_to_talk_about(by, self.chosen, also) if self.chosen else []
        self.questions = [each.code for each in codes(ASKED)]
        for each in codes(ASKED):
            self.fields[each.code] = LongTextField(label=each.label, max_length=2000, rows=3)
        for case in self.cases:
            self.fields[str(case.pk)] = LongTextField(
                label=f"What did you say about {case.child.name}, {case.reference}?", max_length=2000, rows=2,
                required=False,
            )  # fmt: skip
        latest, rule = self.fields.pop("next_on"), clock_rule(SUPERVISION)
        unit = rule.get_unit_display()
        latest.help_text = f"At most {rule.amount} {unit} later. Leave it empty for that day"
        self.fields["next_on"] = latest

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        return {
            "person": given["person"].user,
            "held_on": given["held_on"],
            "next_on": given["next_on"],
            "answers": {code: given[code] for code in self.questions},
            "children": {case: given[str(case.pk)] for case in self.cases if given[str(case.pk)]},
        }
