"""Leaving: on the day a membership ends, everything that hung on it ends with it, in one transaction."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate, grants
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import beginning_of
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import cancel_work_of, notify
from cse_portal.jobs.services.nightly import each_alone
from cse_portal.people.models import Invitation
from cse_portal.people.services.keeping import of_own_agency
from cse_portal.sign_in import single_sign_on, tokens

REASON = "No longer works for the agency"
SYSTEMS_SHUT_OUT = "Tokens of your agency's systems ended with the person who issued them. Issue new ones."
INVITED_IN_VAIN = "Links that were not used yet ended with the lead who sent them. Invite those people again."


@transaction.atomic
def end_membership(*, membership: Membership, on: dt.date, by: User) -> Membership:
    """From this day the person does not work for the lead's agency. If it is today or past, it is so at once."""
    gate.require(by, Permission.PEOPLE_MANAGE)
    locked = of_own_agency(membership, by)
    ended = accounts.end_membership(membership=locked, on=max(on, locked.starts_on))
    record(
        Action.MEMBERSHIP_ENDED,
        by=by,
        obj=ended,
        detail={"on": ended.ends_on.isoformat() if ended.ends_on else ""},
    )
    if ended.ends_on is not None and ended.ends_on <= timezone.localdate():
        _let_go(ended, by=by)
    return ended


def let_go_of_leavers() -> int:
    """Nightly: memberships whose last day has passed, each in a transaction of its own; returns how many."""
    keys = list(_over().order_by("ends_on", "pk").values_list("pk", flat=True))
    return each_alone(keys, _let_one_go, failed="leaver_not_let_go")


def _over() -> QuerySet[Membership]:
    return Membership.objects.filter(ends_on__lte=timezone.localdate(), let_go_at__isnull=True)


def _let_one_go(pk: uuid.UUID) -> bool:
    """Whether it still had to be: a lead may have done it, or moved the last day, a moment ago."""
    membership = _over().select_for_update(of=("self",)).select_related("user").filter(pk=pk).first()
    if membership is None:
        return False
    _let_go(membership, by=None)
    return True


def _let_go(membership: Membership, *, by: User | None) -> None:
    """Sessions, of pages and API alike; their work account; grants by name; work asked for; links not used yet, sent to
    them or by them; and the tokens that they issued to the agency's systems, whose words they have read.

    And the account, where nobody else employs them: closed, never deleted, for what they wrote and did stays theirs.
    The link of their next invitation opens it again.
    """
    person = User.objects.select_for_update().get(pk=membership.user_id)
    accounts.end_sessions(user=person)
    single_sign_on.forget(user=person, by=by)
    tokens.end_all(user=person, by=by)
    ended = tokens.end_issued(by_whom=person, agency=membership.agency, by=by)
    now = timezone.now()
    until = _worked_until(membership, now)
    jobs = cancel_work_of(user=person, asked_before=until)
    withdrawn = grants.withdraw_all(frm=person, by=by, reason=REASON, given_before=until)
    unused = Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    unused.filter(user=person).update(withdrawn_at=now)
    links = unused.filter(invited_by=person, agency=membership.agency).update(withdrawn_at=now)
    _tell_leads(membership, [*[SYSTEMS_SHUT_OUT] * bool(ended), *[INVITED_IN_VAIN] * bool(links)])
    closed = not _works_on(person)
    if closed:
        accounts.deactivate(user=person)
    membership.let_go_at = now
    membership.save(update_fields=["let_go_at"])
    detail = {"jobs": jobs, "grants": withdrawn, "tokens": ended, "links": links, "account_closed": closed}
    record(Action.PERSON_LET_GO, by=by, obj=membership, detail=detail)


def _tell_leads(membership: Membership, texts: list[str]) -> None:
    """Whose systems are shut out from now on, or whose people wait, until somebody who works there sees to it."""
    at_work = Membership.objects.current().filter(agency=membership.agency, user__is_active=True)
    leads = at_work.filter(role=Role.AGENCY_LEAD).exclude(user=membership.user_id)
    for lead in leads.select_related("user") if texts else ():
        for text in texts:
            notify(user=lead.user, text=text, url=reverse("people:list"))


def _works_on(person: User) -> bool:
    """Whether anybody employs them, or will."""
    return Membership.objects.not_over().filter(user=person).exists()


def _worked_until(membership: Membership, now: dt.datetime) -> dt.datetime:
    """What somebody who went on to another agency was given there is theirs."""
    works_elsewhere = Membership.objects.current().filter(user=membership.user_id).exists()
    return beginning_of(membership.ends_on) if works_elsewhere and membership.ends_on else now
