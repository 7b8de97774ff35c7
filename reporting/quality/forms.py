"""The forms of case file audits: the sample, the tool, its actions, and what came of one."""

from functools import partial
from typing import Any

from cases.record.choices import CATEGORIES
from cse_portal.accounts.models import Agency
from cse_portal.reference.selectors import choices, codes
from cse_portal.ui import forms
from mase.meetings.forms.scheduling import PersonField
from reporting.quality.models import GRADES, QUESTIONS, CaseAudit
from reporting.quality.selectors import auditors, people_to_act

MOST = 30


class AuditorsField(forms.ModelCheckboxesField):
    """People by agency and name."""

    def label_from_instance(self, obj: Any) -> str:
        """Agency and name."""
        return f"{obj.agency.name}: {obj.user.full_name}"


class SampleForm(forms.PortalForm):
    """How many files, of which cases, by whom and until when."""

    title = forms.TextField(
        label="What is audited?", max_length=120, help_text="Such as: Voice of the child, autumn"
    )
    size = forms.NumberField(label="How many files?", min_value=1, max_value=MOST, width=2)
    category = forms.SelectField(
        label="Only this category", choices=CATEGORIES, blank="Any category", required=False
    )
    agency = forms.ModelSelectField(
        Agency.objects.filter(is_active=True), label="Only cases led by", blank="Any agency", required=False
    )
    due_on = forms.DateField3(label="Audited by")
    auditors = AuditorsField(
        auditors, label="Who audits?", small=True, required_error="Select who audits",
        help_text="Each is let into the files they audit until a week after that day. Nobody audits a case they lead.",
    )  # fmt: skip

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        category = int(given["category"]) if given["category"] else None
        return {**given, "category": category, "auditors": [each.user for each in given["auditors"]]}


class AuditForm(forms.PortalForm):
    """Every question of the tool with its grade, what was found, and a grade of the whole."""

    grade = forms.RadioField(label="The file as a whole", small=True, inline=True)
    findings = forms.LongTextField(label="What stands out, good and bad?", rows=5)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        graded = [(each.code, each.label) for each in codes(GRADES) if not each.extra.get("question_only")]
        self.fields["grade"].choices = graded  # type: ignore[attr-defined]
        asked: dict[str, Any] = {}
        for each in codes(QUESTIONS):
            asked[each.code] = forms.RadioField(
                label=each.label, choices=partial(choices, GRADES), small=True, inline=True,
                required_error=f"Grade this: {each.label}",
            )  # fmt: skip
            asked[f"{each.code}-found"] = forms.LongTextField(
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


class ActionForm(forms.PortalForm):
    """One thing to do."""

    text = forms.LongTextField(label="What is to be done?", max_length=1000, rows=2)
    owner = PersonField(None, label="By whom", blank="Choose a person")
    due_on = forms.DateField3(label="By when")

    def __init__(self, *args: Any, audit: CaseAudit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_to_act(audit)  # type: ignore[attr-defined]


ActionForms = forms.add_another(ActionForm, noun="action", maximum=10)


class OutcomeForm(forms.PortalForm):
    """What came of an action."""

    outcome = forms.LongTextField(label="What came of it?", max_length=1000)
