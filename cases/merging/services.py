"""Saying that two records are of one child, and undoing it. Nothing moves, and nobody sees more than before."""

import uuid

from django.db import transaction
from django.utils import timezone

from cases.casework.services import OPENED_IN_ERROR, Check, close_case
from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.merging.models import ChildMerge
from cases.merging.selectors import is_alone
from cases.record.choices import CaseStatus
from cases.record.models.case import Case, Episode
from cases.sharing.services.telling import notify_about_case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import excluded_from
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_key
from cse_portal.reference import selectors as reference

# Read by people who see this record alone: they are not told that there is another.
CLOSED = "The CSE team ended the work on this record. Ask them before you start new work."
OPENED = "Case opened again: it was closed in error."


@transaction.atomic
def merge(*, kept: Case, merged: Case, why: str, by: User, key: uuid.UUID | None = None) -> ChildMerge:
    """Both records are of one child. Work goes on in `kept`; the other closes, and its rows stay where they are.

    The same key again finds the same merge.
    """
    kept, merged = _lock_both(kept, merged, by)
    if key and (made := ChildMerge.objects.filter(pk=key, kept=kept, merged=merged).first()):
        return made
    if merged.is_open and not kept.is_open:
        raise NotAllowedNow("This record is closed, and the other is open. Keep the open one.", "kept")
    if not is_alone(merged):
        raise NotAllowedNow(
            "The other record cannot be put under this one. If it is recorded with a third, undo that first.",
            "kept",
        )
    if {who for _, who in excluded_from([merged.pk])} & {kept.lead_professional_id, kept.lead_agency_id}:
        raise NotAllowedNow(
            "The lead of this record cannot go on leading after this. First change who leads it.", "kept"
        )
    made = ChildMerge.objects.create(
        pk=free_key(ChildMerge, key), kept=kept, merged=merged, why=why, merged_by=by,
        ended_work=merged.is_open, next_review_on=merged.next_review_on,
    )  # fmt: skip
    if merged.is_open:
        checklist = [Check(each.code, done=False, reason=CLOSED) for each in reference.codes("step-down")]
        close_case(case=merged, code=OPENED_IN_ERROR, reason=CLOSED, checklist=checklist, by=by)
    record(Action.CHILDREN_MERGED, by=by, obj=made, case=kept, cases=[merged.pk], about=[merged.pk])
    _tell_leads(made, f"{merged.reference} is now recorded as the same child as {kept.reference}.", by)
    return made


@transaction.atomic
def undo(*, made: ChildMerge, why: str, by: User) -> None:
    """They are two children after all: both records are as they were. That they were put together stays on record."""
    kept, merged = _lock_both(made.kept, made.merged, by)
    for held in ChildMerge.objects.holding().filter(pk=made.pk).select_for_update():
        held.undone_by, held.undone_at, held.undone_why = by, timezone.now(), why
        held.save(update_fields=["undone_by", "undone_at", "undone_why"])
        record(Action.CHILDREN_PARTED, by=by, obj=held, case=kept, cases=[merged.pk], about=[merged.pk])
        if held.ended_work and not merged.is_open:
            _open_as_it_was(held, merged, by)
        _tell_leads(held, f"{merged.reference} and {kept.reference} are two children after all.", by)


def _lock_both(kept: Case, merged: Case, by: User) -> tuple[Case, Case]:
    """In the order of their keys, for who may close either."""
    for each in (kept, merged):
        gate.require(by, Permission.CASE_CLOSE, each)
    rows = Case.objects.select_for_update(of=("self",)).select_related("lead_agency", "lead_professional")
    found = {each.pk: each for each in rows.filter(pk__in=[kept.pk, merged.pk]).order_by("pk")}
    return found[kept.pk], found[merged.pk]


def _open_as_it_was(made: ChildMerge, case: Case, by: User) -> None:
    """The period of work that the merge ended goes on, with its next date: it is no new one."""
    episode = Episode.objects.filter(case=case, closed_at__isnull=False).latest("closed_at")
    episode.closed_at = episode.closed_by = None
    episode.closing_code, episode.closing_reason, episode.checklist = "", "", []
    episode.save()
    case.status, case.next_review_on = CaseStatus.OPEN, made.next_review_on
    case.save(update_fields=["status", "next_review_on"])
    add_entry(case=case, kind=EntryKind.CASE, happened_on=timezone.localdate(), text=OPENED, by=by)


def _tell_leads(made: ChildMerge, text: str, by: User) -> None:
    """Only a lead who sees both."""
    for case, other in ((made.kept, made.merged), (made.merged, made.kept)):
        lead = case.lead_professional
        if lead is not None and gate.can(lead, Permission.CASE_VIEW, other):
            notify_about_case(case, text, person=lead, by=by)
