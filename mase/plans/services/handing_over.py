"""Handing all open actions of one person to a colleague in one step: when somebody leaves, is ill, or has too much."""

from typing import TypeVar

from django.db import transaction

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.keys import new_key
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import Contribution
from mase.meetings.selectors.meetings import cancelled_before, last_place
from mase.plans.choices import UpdateKind
from mase.plans.selectors.actions import on_behalf_of, to_hand_over
from mase.plans.services import rows
from mase.plans.services.readers import tell_owners

M = TypeVar("M", Contribution, AgendaItem)


@transaction.atomic
def hand_over(*, person: User, to: Membership, reason: str, by: User) -> tuple[int, int]:
    """Give a person's open actions to a colleague; returns how many were given, and how many stayed.

    An action goes only to somebody of its agency who sees the child's case, if it is about one; else it stays. Twice
    finds nothing left to move. An agency's lead does it for people of their own agency and sees no case by it; the
    chair for the cases they chair.
    """
    who = gate.require_standing(by, Permission.ACTION_HAND_OVER)
    with acting.acting(on_behalf_of(who)):
        wanted = to_hand_over(who).filter(owner=person)
        held = list(rows.locked_rows().filter(pk__in=wanted.values("pk")).order_by("due_on", "id"))
        theirs = [each for each in held if each.agency_id == to.agency_id and each.agency.is_active]
        moved = [each for each in theirs if gate.can(to.user, Permission.ACTION_UPDATE, each)]
        for action in moved:
            action.owner = to.user
        rows.keep_all(dict.fromkeys(moved, reason), UpdateKind.HANDED_ON, by)
        tell_owners(moved)
        stayed = len(held) - len(moved)
        detail = {"moved": [str(each.pk) for each in moved], "stayed": stayed}
        record(Action.ACTIONS_HANDED_OVER, by=by, obj=person, reason=reason, detail=detail)
    return len(moved), stayed


def take_over(meeting: Meeting, *, is_new: bool = False) -> None:
    """What was sent for the meeting that was cancelled, by agencies that are asked again and have sent nothing for this
    one; for one just booked also what the child and a parent said, and the items added to its agenda by hand.
    """
    old = cancelled_before(meeting.case)
    if old is None:
        return
    with acting.for_the_system():
        asked = meeting.invitations.exclude(role="CHAIR").values("agency")
        sent = old.contributions.filter(agency__in=asked)
        sent = sent.exclude(agency__in=meeting.contributions.values("agency"))
        Contribution.objects.bulk_create(_for(meeting, each) for each in sent)
        if not is_new:
            return
        added = old.agenda.exclude(code__in=meeting.agenda.values("code")).order_by("order")
        for item in added:
            item.order = last_place(meeting) + 1
            _for(meeting, item).save(force_insert=True)
        voice, voice_now = old.voice, meeting.voice
        voice.pk, voice.meeting, voice.version = voice_now.pk, meeting, voice_now.version
        voice.save()


def _for(meeting: Meeting, row: M) -> M:
    """A row of the meeting before, as one of this meeting; not saved yet."""
    row.pk, row.meeting = new_key(), meeting
    return row
