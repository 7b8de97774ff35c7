"""What somebody typed into a meeting's page and has not sent: kept for them alone, and drawn again as they left it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from mase.models import Decision, MaseMeeting, TextSetAside

# These make a row each time they are sent: what one page made of them says nothing about another page.
NEW_ROWS = ("new-danger", "map", "dissent", "action")


@transaction.atomic
def keep(
    *,
    meeting: MaseMeeting,
    part: str,
    section: uuid.UUID,
    token: uuid.UUID,
    typed: Mapping[str, Any],
    by: User,
) -> TextSetAside:
    """Keep a form as its writer left it: once for each page it was drawn on, as it was typed there last."""
    gate.require(by, Permission.MEETING_VIEW, meeting)
    rows = _open(meeting, part, section, by).filter(token=token)
    kept = rows.select_for_update().first()
    if kept is None:
        return TextSetAside.objects.create(
            meeting=meeting, part=part, section=section, token=token, typed=dict(typed), by=by
        )
    kept.typed, kept.at = dict(typed), timezone.now()
    kept.save(update_fields=["typed", "at"])
    return kept


@transaction.atomic
def forget(*, meeting: MaseMeeting, part: str, section: uuid.UUID, token: uuid.UUID, by: User) -> None:
    """It was sent, so it stands in the record; where a part has one text, so does whatever was kept beside that."""
    gate.require(by, Permission.MEETING_VIEW, meeting)
    rows = _open(meeting, part, section, by)
    if part not in NEW_ROWS:
        rows.filter(token=None).update(settled_at=timezone.now())
        rows.exclude(token=None).delete()
    rows.filter(token=token).delete()


@transaction.atomic
def drop(*, meeting: MaseMeeting, part: str, section: uuid.UUID, by: User) -> None:
    """Its writer does not need it any more; without a part, nothing that was typed for this section."""
    gate.require(by, Permission.MEETING_VIEW, meeting)
    _open(meeting, part, section, by).update(settled_at=timezone.now())


def _open(meeting: MaseMeeting, part: str, section: uuid.UUID, by: User) -> QuerySet[TextSetAside]:
    rows = TextSetAside.objects.filter(meeting=meeting, by=by, settled_at__isnull=True)
    if not part:
        return rows.filter(section=section)
    places = Q(section=section)
    if part == "decision":  # what another replaced there was kept by the decision's own key
        places |= Q(section__in=Decision.objects.filter(meeting=meeting).values("pk"))
    return rows.filter(places, part__in=("", part))
