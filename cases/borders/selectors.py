"""What went over the border of one case, and across all cases what waits and who was not told."""

import uuid
from dataclasses import dataclass

from django.db.models import F, OuterRef, QuerySet, Subquery

from cases.borders.models import AuthorityTransfer, PlacingNotice, SharingDecision
from cases.record.models.case import Case
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.reference.working_days import local_day

MOST = 200  # of one list


@dataclass(frozen=True)
class Borders:
    """What is on record of one case, each the newest first."""

    transfers: list[AuthorityTransfer]
    notices: list[PlacingNotice]
    decisions: list[SharingDecision]


def borders_of(case: Case) -> Borders:
    """All of one case; the person was shown it."""
    people = ("recorded_by", "agency")
    return Borders(
        list(case.transfers.select_related(*people)),
        list(case.placing_notices.select_related(*people)),
        list(case.sharing_decisions.select_related(*people)),
    )


def transfer_for(user: User, reference: str, pk: uuid.UUID) -> AuthorityTransfer:
    """One transfer of this very case; NotVisible for any other."""
    rows = AuthorityTransfer.objects.visible_to(user).filter(pk=pk, case__reference=reference)
    return get_visible(rows.select_related("case__child", "case__lead_agency", "case__lead_professional"))


def is_transferred(case: Case) -> bool:
    """Whether an authority has acknowledged that the work of the present period goes on with it."""
    period = case.episodes.filter(closed_at__isnull=True).order_by("-opened_at").first()
    sent = case.transfers.filter(acknowledged_on__isnull=False)
    return period is not None and sent.filter(sent_on__gte=local_day(period.opened_at)).exists()


def transfers_waiting(user: User) -> QuerySet[AuthorityTransfer]:
    """Sent on and not acknowledged, of the cases that this person sees."""
    rows = AuthorityTransfer.objects.visible_to(user)
    return rows.filter(acknowledged_on__isnull=True, withdrawn_reason="")


def placed_here(user: User) -> list[Case]:
    """Children whom another authority placed here, as their record says; those of whom it was not told come first."""
    notices = PlacingNotice.objects.filter(case=OuterRef("pk")).order_by("-told_on", "-recorded_at")
    rows = Case.objects.visible_to(user).open().exclude(child__placing_authority="").with_identity()
    told = {name: Subquery(notices.values(name)[:1]) for name in ("told_on", "social_worker", "contact")}
    return list(rows.annotate(**told).order_by(F("told_on").asc(nulls_first=True), "opened_at")[:MOST])
