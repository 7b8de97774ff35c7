"""Who works here and may be whom intelligence is about is shut out of it, and of the children's cases it leads to.

Proposed as every conflict is, and decided by the privacy officer (cases/services/conflicts.py).
"""

import uuid

from django.db import transaction
from django.urls import reverse

from cases.choices import ConflictOutcome
from cases.services import concern_conflicts
from cases.services.judging import found_again
from cases.services.shutting_out import NOBODY_DECIDES, shut_out
from cases.services.telling import tell_administrators
from cse_portal import acting
from cse_portal.access.people import people_who_may
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.choices import Topic
from cse_portal.jobs.services import notify, promise, send_with
from cse_portal.jobs.services.outbox import left_to_the_sweep
from intelligence.models import IntelligenceReport, IntelligenceSubmission, StaffConflict
from intelligence.selectors import conflicts
from intelligence.selectors.conflicts import NAMES, Concerned

TOLD = "Somebody who works here may be named in intelligence. Your decision is needed."


def look_for_conflicts(report: IntelligenceReport) -> None:
    """Once the link that is being made stands. Also promised with it: what failed is tried until it is done."""
    transaction.on_commit(lambda: find_in_report(report.pk), robust=True)
    with left_to_the_sweep():
        promise(Topic.REPORT, report.pk)


@transaction.atomic
def find_in_submission(submission: IntelligenceSubmission) -> int:
    """As it is sent, before the unit reads it; returns how many were new."""
    return _shut_out(conflicts.concerned_by_submission(submission.pk))


@transaction.atomic
def find_in_report(report_id: uuid.UUID) -> int:
    """Of the people and places that this report names; returns how many were new."""
    return _shut_out(conflicts.concerned_by_report(report_id))


@transaction.atomic
def find_everywhere() -> int:
    """Nightly, as the system: whatever was missed; returns how many were new."""
    return _shut_out(conflicts.everybody_concerned())


@transaction.atomic
def find_for(user_id: uuid.UUID) -> None:
    """Once somebody has come to work here, or said whom they are close to."""
    concern_conflicts.find_for(user_id)
    _shut_out(conflicts.everybody_concerned(among=User.objects.get(pk=user_id)))


def _shut_out(concerned: list[Concerned]) -> int:
    """Of what names them, and of every case it leads to.

    What was dismissed shuts them out of nothing again but by what they declare afterwards.
    """
    new, held = 0, list[Concerned]()
    with acting.for_the_system():  # nobody is told what was found in their name
        for each in concerned:
            conflict, is_new = StaffConflict.objects.get_or_create(
                user=each.user, **{NAMES[type(each.target)]: each.target},
                defaults={"reference": each.target.reference, "basis": each.basis},
            )  # fmt: skip
            if is_new or found_again(conflict, each.since):
                new += 1
                detail, about = {"basis": each.basis}, [conflict.about_id]
                record(Action.CONFLICT_FOUND, by=None, obj=conflict, detail=detail, about=about)
                _tell(conflict)
            if conflict.outcome != ConflictOutcome.DISMISSED:
                held.append(each)
    return new + shut_out(conflicts.conflicts_with_cases(held))


def _keep_promise(report_id: uuid.UUID) -> None:
    find_in_report(report_id)


send_with(Topic.STAFF, find_for)
send_with(Topic.REPORT, _keep_promise)


def _tell(conflict: StaffConflict) -> None:
    officers = [
        each
        for each in people_who_may(Permission.EXCLUSION_DECIDE)
        if StaffConflict.objects.judged_by(each).filter(pk=conflict.pk).exists()
    ]
    for officer in officers:
        url = reverse("intelligence:conflict", args=[conflict.pk])
        notify(user=officer, text=TOLD, url=url, about_id=conflict.pk)
    if not officers:
        tell_administrators(NOBODY_DECIDES, cases=[None])
