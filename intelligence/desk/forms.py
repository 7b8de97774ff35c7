"""The forms of the police intelligence unit."""

import re
from functools import partial
from typing import Any

from django import forms

from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import (
    CheckboxesField,
    FilterForm,
    LongTextField,
    ModelSelectField,
    PortalForm,
    SearchField,
    SelectField,
    TextField,
    YesNoField,
)
from intelligence.desk.selectors import possible_readers
from intelligence.desk.selectors.work import going_further
from intelligence.desk.services.work import LineWork
from intelligence.subjects.models import Handling, SubjectKind
from intelligence.submissions.models import IntelligenceLine, IntelligenceSubmission


def with_code(code_list: str) -> list[tuple[str, str]]:
    """A list as police read it: each answer begins with its code."""
    return [(code, f"{code}: {words}") for code, words in choices(code_list)]


def codes_of(code_list: str) -> list[tuple[str, str]]:
    """A list as its bare codes, where the words stand beside."""
    return [(code, code) for code, _ in choices(code_list)]


CHILD = "child"
UNTESTED = "2"  # what the police suggest for a source they do not know yet
OLD_GRADE = re.compile(r"[A-E][1-5][1-5]")
DRAFTS = {
    "F0": "Thank you for telling us. We cannot say more about this.",
    "F1": "Thank you. This is useful, and it is kept with what we know.",
    "F2": "Thank you. This fits what we know and helps. If you learn more in your work, tell us.",
    "F3": "Thank you. We have acted on what you told us.",
    "F4": "Thank you. If it comes up in your work, tell us more about … Please do not ask the child.",
}
# Its agency's lead has read the system's token, and sees no intelligence by that role.
FOR_THE_UNIT = (
    "An agency’s system sent this. It is told the answers above and not these words: they are the unit’s."
)
SHOWN = [
    ("", "To work on"), ("mine", "Mine"), ("free", "Not taken"), ("second", "Waits for a second officer"),
    ("author", "With the author"), ("answered", "Answered"),
]  # fmt: skip


class InboxFilter(FilterForm):
    """How the inbox is narrowed."""

    show = SelectField(label="Show", blank="", choices=SHOWN)


class ReportFilter(FilterForm):
    """Which reports to show."""

    q = SearchField(label="Reference or words", max_length=200)
    handling = SelectField(label="Handling", blank="Any", choices=Handling.choices)


class LineForm(PortalForm):
    """One line: its grade and its sanitised text, finished or not; or why it is left out."""

    source_evaluation = SelectField(
        label="Source", blank="–", choices=partial(codes_of, "source-evaluation"), required=False
    )
    assessment = SelectField(
        label="Information", blank="–", choices=partial(codes_of, "intelligence-assessment"), required=False
    )
    handling = SelectField(label="Handling", blank="–", choices=partial(codes_of, "handling"), required=False)
    sanitised = LongTextField(label="Sanitised", required=False)
    left_out = TextField(label="Leave this line out, because", max_length=500, required=False)
    legacy = TextField(label="Old 5x5x5 grade, such as B24", max_length=3, width=4, required=False)

    def __init__(self, data: Any = None, *, line: IntelligenceLine) -> None:
        names = ("source_evaluation", "assessment", "handling", "sanitised", "left_out", "legacy")
        initial = {name: getattr(line, name) for name in names}
        initial["source_evaluation"] = line.source_evaluation or UNTESTED
        super().__init__(data, prefix=f"line-{line.order}", initial=initial)
        self.order = line.order

    @property
    def grades(self) -> list[Any]:
        """The three codes of the grade, in their order."""
        return [self["source_evaluation"], self["assessment"], self["handling"]]

    def clean_legacy(self) -> str:
        """A letter and two figures of the old system."""
        value = str(self.cleaned_data["legacy"] or "").upper()
        if value and not OLD_GRADE.fullmatch(value):
            raise forms.ValidationError(f"Line {self.order}: enter an old grade like B24")
        return value

    @property
    def work(self) -> LineWork:
        """What the officer said so far."""
        return LineWork(order=self.order, **self.cleaned_data)


class AnswerForm(PortalForm):
    """What the unit did, and what the author may know: in a draft that follows the choice."""

    outcome = SelectField(label="Outcome", choices=partial(choices, "fib-outcome"), required=False)
    code = SelectField(
        label="Answer to the author", choices=partial(with_code, "fib-feedback"), required=False
    )
    text = LongTextField(label="In your own words", rows=5, required=False)

    def __init__(self, data: Any = None, *, submission: IntelligenceSubmission) -> None:
        super().__init__(data, initial=submission.work)
        if submission.author.is_system:
            self.fields["text"].help_text = FOR_THE_UNIT

    def clean(self) -> dict[str, Any]:
        """An answer that nobody has written yet is the draft of its code."""
        said = super().clean() or self.cleaned_data
        text, code = said.get("text"), said.get("code")
        if code and (not text or text in DRAFTS.values()):
            said["text"] = DRAFTS.get(code, "")
        return said


class DeskForms:
    """Every field of the desk: of each line that is not left out, and of the answer. They are posted together."""

    def __init__(self, submission: IntelligenceSubmission, data: Any = None) -> None:
        self.lines = [LineForm(data, line=line) for line in submission.lines.all() if not line.left_out]
        self.answer = AnswerForm(data, submission=submission)

    def is_valid(self) -> bool:
        """Whether all may be saved."""
        return not [form for form in (*self.lines, self.answer) if not form.is_valid()]


class ReviewForm(PortalForm):
    """How the reports are handled."""

    conditions = CheckboxesField(
        label="Conditions of the C report", required=False, choices=partial(with_code, "handling-condition")
    )
    instructions = LongTextField(
        label="How its readers must handle the C report", max_length=2000, required=False
    )
    meeting_may_discuss = YesNoField(label="May a meeting discuss the P report?")

    def __init__(self, data: Any = None, *, submission: IntelligenceSubmission) -> None:
        conditions = {code for line in submission.lines.all() for code in line.conditions}
        initial = {
            "conditions": sorted(conditions), "instructions": submission.work.get("instructions", ""),
            "meeting_may_discuss": submission.work.get("discuss", bool(submission.meeting_may_discuss)),
        }  # fmt: skip
        super().__init__(data, initial=initial)
        if not going_further(submission, Handling.C):
            del self.fields["conditions"], self.fields["instructions"]
        if not (going_further(submission, Handling.P) and submission.meeting_may_discuss):
            del self.fields["meeting_may_discuss"]

    @property
    def handled(self) -> dict[str, Any]:
        """What the service keeps; nothing of a report that there will not be."""
        said = self.cleaned_data
        return {
            "conditions": said.get("conditions", []),
            "instructions": said.get("instructions", ""),
            "meeting_may_discuss": bool(said.get("meeting_may_discuss")),
        }


class FindForm(PortalForm):
    """Someone or something to link that was not found in the text."""

    kind = SelectField(label="Find a", blank="", choices=[(CHILD, "Child"), *SubjectKind.choices])
    words = TextField(label="Name, registration or reference", max_length=100, required=False)

    @property
    def fields_of_new(self) -> dict[str, Any]:
        """A new record by what was typed alone."""
        named = self.cleaned_data["kind"] in (SubjectKind.PERSON, SubjectKind.PLACE, SubjectKind.CONTEXT)
        return {"name" if named else "identifier": self.cleaned_data["words"]}


class ReaderForm(PortalForm):
    """Who may read a report with conditions."""

    reader = ModelSelectField(possible_readers, label="Person", blank="Choose a person")
    reason = TextField(
        label="Why do they need to read it?", max_length=500, required_error="Enter why they need to read it"
    )
