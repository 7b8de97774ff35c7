"""Recording what came of an investigation for one person of concern."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.record.services import lock_open
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_date
from intelligence.desk.selectors.leaks import quoted
from intelligence.links.selectors import children_named
from intelligence.outcomes.models import CourtOutcome

TOLD = "An outcome in court is recorded against a person of concern. Review the standing."
NAMES_A_CHILD = "Take out {}: it could name a child to others who read of this person."


@transaction.atomic
def record_outcome(
    *, outcome: CourtOutcome, result: str, decided_on: dt.date, text: str, version: int, by: User
) -> CourtOutcome:
    """Save what a page drawn at this version says, tell the child's chronology, and ask the unit for a review.

    The standing of the person is the unit's decision: nothing changes it here. Neither the entry of the chronology nor
    the line to the unit names both. Raises StaleEdit when somebody saved in between.
    """
    case = lock_open(outcome.case, Permission.COURT_RECORD, by)
    rows = CourtOutcome.objects.select_for_update(of=("self",))
    locked = rows.filter(investigation=outcome.investigation, subject=outcome.subject).first() or outcome
    if locked.version and (locked.result, locked.decided_on, locked.text) == (result, decided_on, text):
        return locked
    if locked.version != version:
        raise StaleEdit
    if not outcome.investigation.opened_on <= decided_on <= timezone.localdate():
        opened = display_date(outcome.investigation.opened_on)
        raise NotAllowedNow(
            f"Enter a day from {opened}, when the investigation opened, to today.", "decided_on"
        )
    if leaks := children_named(outcome.subject, text):
        raise NotAllowedNow(NAMES_A_CHILD.format(quoted(leaks)), "text")
    membership = membership_of(by)
    locked.case, locked.recorded_by, locked.recorded_at = case, by, timezone.now()
    locked.agency = membership.agency if membership else case.lead_agency
    locked.result, locked.decided_on, locked.text, locked.version = result, decided_on, text, version + 1
    locked.save()
    words = f"Outcome against one person: {reference.label('court-outcome', result)}."
    add_entry(
        case=case, kind=EntryKind.COURT, happened_on=decided_on, text=words, by=by, source_id=locked.pk,
        significant=True,
    )  # fmt: skip
    record(Action.COURT_RECORDED, by=by, obj=locked, case=case, about=[locked.subject_id])
    url = reverse("intelligence:subject", args=[locked.subject.reference])
    unit = [each for each in people_who_may(Permission.INTELLIGENCE_GRADE) if each != by]
    notify_all(Notification(user=each, text=TOLD, url=url) for each in unit)
    return locked
