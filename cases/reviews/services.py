"""Recording the review of a child in category 1."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.record.models.case import Case
from cases.record.services import agency_of, lock_open
from cases.reviews.models import CaseReview, ReviewConclusion
from cases.reviews.selectors import is_reviewed_by_lead, review_due
from cases.sharing.services.telling import notify_permitted
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_key
from cse_portal.reference.working_days import local_day
from cse_portal.ui.presenters import display_date


@dataclass(frozen=True)
class Held:
    """When it was held, who saw the child and whether alone, what follows for the category, why, and what is next."""

    held_on: dt.date
    conclusion: ReviewConclusion
    why: str
    next_on: dt.date
    seen_by: str = ""
    seen_alone: bool | None = None


@transaction.atomic
def record_review(*, case: Case, held: Held, by: User, key: uuid.UUID | None = None) -> CaseReview:
    """The lead professional, or the CSE team, reviewed a child in category 1: the next review is due from now.

    The same key again finds the same review. The CSE team is told where the category should change.
    """
    locked = lock_open(case, Permission.CASE_REVIEW, by)
    if key and (made := CaseReview.objects.filter(pk=key, case=locked).first()):
        return made
    if not is_reviewed_by_lead(locked):  # category 2 and 3 (strategy 14.2)
        raise NotAllowedNow(
            "A MASE meeting reviews a child in category 2 or 3. Book one from the tab Meetings."
        )
    _check_days(locked, held)
    review = CaseReview.objects.create(
        pk=free_key(CaseReview, key), case=locked, recorded_by=by, due_on=locked.next_review_on,
        category=locked.category, agency=agency_of(locked, by), **asdict(held),
    )  # fmt: skip
    locked.next_review_on = held.next_on
    locked.save(update_fields=["next_review_on"])
    add_entry(
        case=locked, kind=EntryKind.REVIEW, happened_on=held.held_on, text=_in_words(review), by=by,
        source_id=review.pk,
    )  # fmt: skip
    detail = {"conclusion": held.conclusion.value, "seen": bool(held.seen_by), "in_time": review.in_time}
    record(Action.CASE_REVIEWED, by=by, obj=review, case=locked, detail=detail)
    if held.conclusion != ReviewConclusion.STAYS:
        words = str(held.conclusion.label)
        told = f"The review of case {locked.reference} says: {words[:1].lower()}{words[1:]}."
        notify_permitted(Permission.CATEGORY_CONFIRM, locked, told, by=by)
    return review


def _check_days(case: Case, held: Held) -> None:
    last = case.reviews.order_by("-held_on").values_list("held_on", flat=True).first()
    earliest = max(filter(None, (local_day(case.opened_at), last)))
    if not earliest <= held.held_on <= timezone.localdate():
        raise NotAllowedNow(
            "The review cannot be before the case opened, before the last review, or in the future.",
            "held_on",
        )
    latest = review_due(case.category, held.held_on)
    if not held.held_on < held.next_on <= latest:
        raise NotAllowedNow(
            f"The next review must be after this one, and by {display_date(latest)}.", "next_on"
        )


def _in_words(review: CaseReview) -> str:
    alone = ", alone" if review.seen_alone else ", with others there"
    seen = f"Child seen by {review.seen_by}{alone}." if review.seen_by else "Child not seen."
    conclusion = review.get_conclusion_display()
    next_on = display_date(review.next_on)
    return f"Review by the lead professional. {seen} {conclusion}. Next review by {next_on}.\n{review.why}"
