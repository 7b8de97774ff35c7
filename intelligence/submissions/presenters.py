"""How a submission is worded: its state, its pages, its answers."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import Row, Step, age_on, display_date, joined, short_date
from intelligence.submissions.models import (
    HintKind,
    IntelligenceFeedback,
    IntelligenceSubmission,
    SubmissionSource,
    SubmissionState,
    SubmissionStep,
    SubmissionSubject,
)
from intelligence.submissions.selectors import Hint

STATE_COLOURS = {
    SubmissionState.DRAFT: "outline",
    SubmissionState.SUBMITTED: "blue",
    SubmissionState.RECEIVED: "yellow",
    SubmissionState.RETURNED: "orange",
    SubmissionState.REVIEW: "yellow",
    SubmissionState.ANSWERED: "grey",
}


@dataclass(frozen=True)
class Section:
    """One page's answers as they are read back."""

    title: str
    rows: list[Row]
    url: str = ""


@dataclass(frozen=True)
class Listed:
    """One line of a list of submissions."""

    reference: str
    url: str
    state: str
    colour: str
    about: str
    when: str
    note: str = ""


def yes_or_no(value: bool | None) -> str:
    """An answer in words."""
    return {True: "Yes", False: "No"}.get(value, "Not answered") if value is not None else "Not answered"


def prose(value: str) -> SafeString | str:
    """Text with its line breaks, escaped."""
    return linebreaksbr(value) if value else "None given"


def strands(submission: IntelligenceSubmission) -> str:
    """What it is about, in words."""
    return joined(label("fib-strand", code) for code in submission.strands)


FILES, CHECK = "files", "check"  # pages of the form that are no step: nobody must add a file


def steps(submission: IntelligenceSubmission, current: str) -> list[Step]:
    """The progress list."""
    drawn = [
        Step(
            step.label,
            "current" if step == current else "done" if step in submission.steps_done else "todo",
            reverse("intelligence:step", args=[submission.reference, step.value]),
        )
        for step in SubmissionStep
    ]
    added = "done" if submission.files.all() else "todo"
    after = ((FILES, "Pictures and documents, if any", added), (CHECK, "Check and send", "todo"))
    return [
        *drawn,
        *(
            Step(
                title,
                "current" if page == current else state,
                reverse(f"intelligence:{page}", args=[submission.reference]),
            )
            for page, title, state in after
        ),
    ]


def sections(
    submission: IntelligenceSubmission, source: SubmissionSource | None, *, change: bool = False
) -> list[Section]:
    """Everything the author wrote, page by page."""
    rows = {
        SubmissionStep.LEARNED: _learned(submission),
        SubmissionStep.PEOPLE: _people(submission),
        SubmissionStep.THINGS: _things(submission),
        SubmissionStep.SOURCE: _source(submission, source),
        SubmissionStep.HANDLING: _handling(submission),
    }
    shown = [
        Section(
            step.label,
            rows[step],
            reverse("intelligence:step", args=[submission.reference, step.value]) if change else "",
        )
        for step in SubmissionStep
    ]
    change_files = reverse("intelligence:files", args=[submission.reference]) if change else ""
    return [*shown, Section("Pictures and documents", file_rows(submission), change_files)]


def file_rows(submission: IntelligenceSubmission) -> list[Row]:
    """Its files, for people who read the submission."""
    rows = [
        Row(
            f"File {each.order}",
            format_html(
                '<a class="govuk-link" href="{}">{}</a> {}',
                reverse("intelligence:file", args=[submission.reference, each.pk]),
                each.title,
                each.file_words,
            ),
        )
        for each in submission.files.all()
    ]
    return rows or [Row("Files", "None added")]


def mine(submissions: Iterable[IntelligenceSubmission]) -> list[Listed]:
    """Lines of the author's own list."""
    return [
        Listed(
            reference=each.reference,
            url=own_url(each),
            state=each.get_state_display(),
            colour=STATE_COLOURS[SubmissionState(each.state)],
            about=strands(each) or "Not said yet",
            when=short_date(each.submitted_at or each.created_at),
            note=_news(each),
        )
        for each in submissions
    ]


def own_url(submission: IntelligenceSubmission) -> str:
    """Where its author goes on with it, or reads it."""
    page = "intelligence:check" if submission.is_draft else "intelligence:submission"
    return reverse(page, args=[submission.reference])


def feedback_words(given: IntelligenceFeedback) -> str:
    """The code's sentence."""
    return label("fib-feedback", given.code)


def feedback_rows(given: IntelligenceFeedback) -> list[Row]:
    """One answer to the author; who gave it is the unit's matter."""
    return [
        Row("Feedback", f"{given.code}: {feedback_words(given)}"),
        Row("What the unit did", label("fib-outcome", given.outcome)),
        Row("In the unit’s words", prose(given.text)),
        Row("Date", display_date(given.given_at)),
    ]


def stopping(hints: Iterable[Hint]) -> list[Hint]:
    """What should be read before going on."""
    return [hint for hint in hints if hint.kind == HintKind.STOP]


def improving(hints: Iterable[Hint]) -> list[Hint]:
    """What would make it more use."""
    return [hint for hint in hints if hint.kind == HintKind.IMPROVE]


def _news(submission: IntelligenceSubmission) -> str:
    given = next(iter(submission.feedback.all()), None)
    return feedback_words(given) if given else ""


def _learned(submission: IntelligenceSubmission) -> list[Row]:
    lines = [
        Row(f"Line {line.order}", f"{line.text} ({line.happened})" if line.happened else line.text)
        for line in submission.lines.all()
    ]
    urgency = label("fib-urgency", submission.urgency) if submission.urgency else "Not answered"
    return [
        Row("About", strands(submission) or "Not answered"),
        Row("Urgency", urgency),
        Row("Learned on", display_date(submission.learned_on) or "Not answered"),
        *lines,
    ]


def _people(submission: IntelligenceSubmission) -> list[Row]:
    rows = [Row(f"Person {each.order}", person_words(each)) for each in submission.subjects.all()]
    return rows or [Row("People", "None named")]


def person_words(subject: SubmissionSubject) -> str:
    """A person in one sentence."""
    born = display_date(subject.date_of_birth)
    years = age_on(subject.date_of_birth)
    parts = [
        subject.name,
        f"also known as {subject.other_names}"
        if subject.other_names and subject.name != subject.other_names
        else "",
        label("subject-role", subject.role).lower() if subject.role else "",
        f"born {born}, aged {years}"
        if born
        else f"age {subject.age}"
        if subject.age
        else "date of birth not known",
        subject.description,
    ]
    return "; ".join(part for part in parts if part)


def _things(submission: IntelligenceSubmission) -> list[Row]:
    vehicles = [
        Row(f"Vehicle {each.order}", _some(each.registration, each.colour, each.make_and_model, each.details))
        for each in submission.vehicles.all()
    ]
    places = [
        Row(f"Place {each.order}", _some(each.name, each.address, each.postcode, each.details))
        for each in submission.places.all()
    ]
    contacts = [
        Row(label("comms-kind", each.kind), _some(each.value, each.details))
        for each in submission.contacts.all()
    ]
    return [*vehicles, *places, *contacts] or [Row("Vehicles, places and phones", "None given")]


def _source(submission: IntelligenceSubmission, source: SubmissionSource | None) -> list[Row]:
    known = label("fib-provenance", submission.provenance) if submission.provenance else "Not answered"
    rows = [Row("How it is known", known), Row("First hand", yes_or_no(submission.first_hand))]
    if source is None:
        return rows
    return [
        *rows,
        Row("Who said it", source.name or "Not named"),
        Row("Who they are", source.relation or "Not said"),
        Row("How to reach them safely", source.contact or "Not said"),
        Row("Why believe or doubt it", prose(source.reliability)),
        Row("Knows the police are told", source.get_told_it_is_shared_display() or "Not said"),
        Row("Who could come to harm", prose(source.risk)),
    ]


def _handling(submission: IntelligenceSubmission) -> list[Row]:
    return [
        Row("May a meeting discuss it", yes_or_no(submission.meeting_may_discuss)),
        Row("Who else knows", prose(submission.others_who_know)),
        Row("Who must not be told", prose(submission.keep_from)),
        Row("May the police call", yes_or_no(submission.police_may_contact)),
        Row("Best number and time", submission.best_contact or "Not given"),
    ]


def _some(*parts: str) -> str:
    return ", ".join(part for part in parts if part) or "No details"
