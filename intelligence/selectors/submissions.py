"""Submissions as their authors and the police intelligence unit read them."""

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.paging import page_of
from intelligence.choices import SubmissionState
from intelligence.models import IntelligenceFeedback, IntelligenceReport, IntelligenceSubmission
from intelligence.querysets import SubmissionQuerySet

PAGE_SIZE = 25

UNIT_ROLES = [role for role, defined in ROLES.items() if Permission.INTELLIGENCE_GRADE in defined.permissions]


def submission_for(user: User, reference: str) -> IntelligenceSubmission:
    """The submission with this reference and all its page shows; NotVisible if it does not exist for this person."""
    submission = get_visible(
        IntelligenceSubmission.objects.visible_to(user)
        .select_related("author", "author_agency", "received_by", "graded_by", "source")
        .prefetch_related(
            "lines",
            "subjects",
            "vehicles",
            "places",
            "contacts",
            "requests",
            Prefetch("feedback", IntelligenceFeedback.objects.select_related("given_by")),
        )  # fmt: skip
        .filter(reference=reference)
    )
    gate.note_shown(user, Permission.SUBMISSION_VIEW, submission)
    return submission


def own_submission(user: User, reference: str) -> IntelligenceSubmission:
    """One's own submission; the unit, too, finds no page here that only an author has."""
    submission = submission_for(user, reference)
    if submission.author_id != user.pk:
        raise NotVisible
    gate.note_shown(user, Permission.SUBMISSION_VIEW, submission)
    return submission


def my_submissions(user: User, *, state: str = "", page: int | str = 1) -> Page[IntelligenceSubmission]:
    """A person's own, newest first, with what came of them."""
    rows = IntelligenceSubmission.objects.visible_to(user).written_by(user)
    if state:
        rows = rows.filter(state=state)
    rows = rows.prefetch_related("feedback").order_by("-created_at")
    return page_of(rows, PAGE_SIZE, page)


def with_news_for(user: User) -> SubmissionQuerySet:
    """A person's own that the unit has answered and they have not read, or that wait for more detail from them."""
    unread = IntelligenceFeedback.objects.filter(submission=OuterRef("pk"), read_by_author_at__isnull=True)
    mine = IntelligenceSubmission.objects.visible_to(user).written_by(user)
    return mine.filter(Q(state=SubmissionState.RETURNED) | Exists(unread)).order_by("-submitted_at")


def inbox(
    user: User, *, state: str = "", strand: str = "", overdue: bool = False, page: int | str = 1
) -> Page[IntelligenceSubmission]:
    """What has been sent to the unit: waiting first unless a state is chosen, oldest first."""
    rows = waiting_for_the_unit(user) if not state else _sent(user).filter(state=state)
    if strand:
        rows = rows.filter(strands__contains=[strand])
    if overdue:
        rows = rows.filter(answer_by__lt=timezone.localdate()).exclude(state=SubmissionState.ANSWERED)
    rows = rows.select_related("author", "author_agency", "received_by").order_by("submitted_at")
    return page_of(rows, PAGE_SIZE, page)


def waiting_for_the_unit(user: User) -> SubmissionQuerySet:
    """To receive or to grade; the inbox, its count and the home page's tile all read this."""
    return _sent(user).waiting()


def reports_of(user: User, submission: IntelligenceSubmission) -> list[IntelligenceReport]:
    """What the unit issued from a submission, as far as this person may see it."""
    rows = IntelligenceReport.objects.visible_to(user).filter(submission=submission)
    return list(rows.order_by("handling"))


def _sent(user: User) -> SubmissionQuerySet:
    rows = IntelligenceSubmission.objects.visible_to(user)
    return rows.exclude(state=SubmissionState.DRAFT)
