"""What the unit has before it: one submission, what the check finds in it, and what is still to do."""

from dataclasses import dataclass

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.ui.presenters import counted
from intelligence.desk.selectors.found import Known
from intelligence.desk.selectors.leaks import Leak, leaks_in, locked_part
from intelligence.subjects.models import Handling, Subject
from intelligence.subjects.selectors.matching import Text, why_matched
from intelligence.submissions.models import IntelligenceLine, IntelligenceSubmission, SubmissionState


@dataclass(frozen=True)
class Checked:
    """What the check finds, by the number of the line, and what is still to do before the review."""

    leaks: dict[int, list[Leak]]
    left: list[str]

    @property
    def count(self) -> int:
        """How many phrases there are to fix."""
        return sum(len(each) for each in self.leaks.values())


def checked(submission: IntelligenceSubmission) -> Checked:
    """The lines as they are saved, against the locked part; and what is not graded or chosen yet."""
    locked, lines = locked_part(submission), list(submission.lines.all())
    leaks = {line.order: found for line in lines if (found := leaks_in(line, locked))}
    open_lines = [str(line.order) for line in lines if not line.is_done]
    work, left = submission.work, []
    if to_fix := sum(len(each) for each in leaks.values()):
        left.append(f"{counted(to_fix, 'phrase')} to fix")
    if open_lines:
        left.append(f"grade and sanitise, or leave out, line {', '.join(open_lines)}")
    if not work.get("outcome"):
        left.append("choose the outcome")
    if not work.get("code"):
        left.append("choose the answer to the author")
    elif "…" in work.get("text", ""):
        left.append("finish the answer to the author")
    return Checked(leaks, left)


def not_ready(submission: IntelligenceSubmission) -> str:
    """Why its reports cannot be issued yet; empty where they can."""
    left = checked(submission).left
    conditional = going_further(submission, Handling.C)
    if conditional and not all(line.conditions for line in conditional):
        left.append("choose the conditions of the C report")
    if conditional and not submission.work.get("instructions"):
        left.append("say how readers must handle the C report")
    return f"Before this goes further: {'; '.join(left)}." if left else ""


def going_further(submission: IntelligenceSubmission, handling: Handling) -> list[IntelligenceLine]:
    """The lines that a report with this handling code will hold."""
    return [line for line in submission.lines.all() if line.handling == handling and not line.left_out]


def links_chosen(submission: IntelligenceSubmission) -> set[str]:
    """The references of the cases and subjects that its reports will be linked to."""
    return set(submission.work.get("links", []))


def goes_with(subject: Subject, lines: list[IntelligenceLine], *, alone: bool) -> bool:
    """Whether a report is linked to a subject: its lines name it, or it is alone. P tells nothing that only C does."""
    return alone or bool(why_matched(subject, Text("\n".join(line.sanitised for line in lines))))


def chosen_subjects(user: User, submission: IntelligenceSubmission) -> list[Known]:
    """The subjects that its reports will be linked to."""
    chosen = links_chosen(submission)
    rows = Subject.objects.visible_to(user).filter(reference__in=chosen) if chosen else ()
    return [(row, "") for row in rows]


def chosen_cases(user: User, submission: IntelligenceSubmission) -> list[Case]:
    """The children's cases that its reports will be linked to, as far as this person sees them."""
    chosen = links_chosen(submission)
    rows = Case.objects.visible_to(user).with_identity().filter(reference__in=chosen)
    return list(rows.select_related("lead_professional")) if chosen else []


def may_write(user: User, submission: IntelligenceSubmission) -> bool:
    """Whether this officer has it now, to work on."""
    return submission.state == SubmissionState.RECEIVED and submission.received_by_id == user.pk
