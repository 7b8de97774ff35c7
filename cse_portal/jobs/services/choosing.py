"""How much somebody wants to be told, by mail."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.choices import NoticeKind, NoticeWay, ways_of
from cse_portal.jobs.errors import NeverSilent
from cse_portal.jobs.models import NoticeChoice


@transaction.atomic
def choose_notices(*, ways: Mapping[NoticeKind, NoticeWay], by: User) -> None:
    """Keep how this person wants to be told of each kind; on record, since a mail not sent is asked about later."""
    if any(way not in ways_of(kind) for kind, way in ways.items()):
        raise NeverSilent
    for kind, way in ways.items():
        NoticeChoice.objects.update_or_create(
            user=by, kind=kind, defaults={"way": way, "chosen_at": timezone.now()}
        )
    record(Action.NOTICES_CHOSEN, by=by, detail={kind.value: way.value for kind, way in ways.items()})
