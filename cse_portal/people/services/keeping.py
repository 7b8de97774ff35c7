"""Who still takes part: confirmed by the agency's lead, suspended when nobody does or when they no longer come."""

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
from cse_portal.accounts.choices import Role, WhySuspended
from cse_portal.accounts.models import Membership, MembershipQuerySet, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.selectors import was_told
from cse_portal.jobs.services import cancel_jobs_of, notify
from cse_portal.jobs.services.nightly import each_alone
from cse_portal.people.models import Invitation
from cse_portal.people.policies import DORMANT_AFTER, REMIND_ON, SUSPEND_AFTER
from cse_portal.sign_in import single_sign_on, tokens

ASKED = "Some people of your agency wait for you to confirm that they still need the portal."


@transaction.atomic
def confirm(*, membership: Membership, by: User) -> Membership:
    """The lead knows that the person still works for the agency and needs the portal for it."""
    locked = of_own_agency(membership, by)
    locked.last_confirmed_on = timezone.localdate()
    locked.save(update_fields=["last_confirmed_on"])
    record(Action.PERSON_CONFIRMED, by=by, obj=locked)
    return locked


@transaction.atomic
def confirm_all(*, by: User) -> int:
    """As for each, for everybody at once but the lead and anyone who is suspended; returns how many."""
    who = gate.require_standing(by, Permission.PEOPLE_MANAGE)
    rows = Membership.objects.current().filter(agency=who.agency, suspended_at__isnull=True).exclude(user=by)
    return len([confirm(membership=each, by=by) for each in rows])


@transaction.atomic
def reactivate(*, membership: Membership, by: User) -> Membership:
    """A suspended person comes in again, with the password and factor they had."""
    locked = of_own_agency(membership, by)
    if locked.suspended_at is None:
        raise NotAllowedNow("This person is not suspended.")
    return let_in(locked, by=by)


def let_in(locked: Membership, *, by: User | None) -> Membership:
    """The suspension is over and the person confirmed; who may say so was asked before."""
    locked.suspended_at, locked.suspended_why = None, ""
    locked.reactivated_at, locked.last_confirmed_on = timezone.now(), timezone.localdate()
    locked.save(update_fields=["suspended_at", "suspended_why", "reactivated_at", "last_confirmed_on"])
    person = locked.user
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(Action.PERSON_REACTIVATED, by=by, obj=locked)
    return locked


def suspend_due() -> int:
    """Nightly: suspend people who were not confirmed for 100 days or did not sign in for 180; remind their leads.

    Each in a transaction of their own. Returns how many.
    """
    today = timezone.localdate()
    rows = _at_work().select_related("user").order_by("pk")
    due = [each.pk for each in rows if _why(each, today) is not None]
    suspended = each_alone(due, _suspend_one, failed="not_suspended")
    _remind(today)
    return suspended


def _at_work() -> MembershipQuerySet:
    return Membership.objects.current().filter(user__is_active=True, suspended_at__isnull=True)


def _suspend_one(pk: uuid.UUID) -> bool:
    """Whether it still had to be: the lead may have confirmed them, or they signed in, a moment ago."""
    rows = _at_work().select_for_update(of=("self",)).select_related("user")
    membership = rows.filter(pk=pk).first()
    why = _why(membership, timezone.localdate()) if membership else None
    if membership is None or why is None:
        return False
    _suspend(membership, why)
    return True


def _why(membership: Membership, today: dt.date) -> WhySuspended | None:
    if (today - membership.last_confirmed_on).days >= SUSPEND_AFTER:
        return WhySuspended.UNCONFIRMED
    if membership.role == Role.REFERRER:
        return None
    days = [membership.starts_on, *_days(membership.user.last_login, membership.reactivated_at)]
    return WhySuspended.DORMANT if (today - max(days)).days >= DORMANT_AFTER else None


def _days(*moments: dt.datetime | None) -> list[dt.date]:
    return [timezone.localdate(moment) for moment in moments if moment is not None]


def _suspend(membership: Membership, why: WhySuspended) -> None:
    membership.suspended_at, membership.suspended_why = timezone.now(), why
    membership.save(update_fields=["suspended_at", "suspended_why"])
    accounts.deactivate(user=membership.user)
    tokens.end_all(user=membership.user, by=None)
    record(Action.PERSON_SUSPENDED, by=None, obj=membership, detail={"why": why.value})


@transaction.atomic
def _remind(today: dt.date) -> None:
    """Leads are asked at each of these ages; the first night that runs since then asks, and no later one."""
    at_work = Membership.objects.current().filter(user__is_active=True)
    asked_by = today - dt.timedelta(days=REMIND_ON[0])
    due: dict[uuid.UUID, dt.date] = {}
    for agency, confirmed in at_work.filter(last_confirmed_on__lte=asked_by).values_list(
        "agency", "last_confirmed_on"
    ):
        age = max(each for each in REMIND_ON if each <= (today - confirmed).days)
        due[agency] = max(due.get(agency, dt.date.min), confirmed + dt.timedelta(days=age))
    for lead in at_work.filter(role=Role.AGENCY_LEAD, agency__in=due).select_related("user"):
        if not was_told(lead.user, text=ASKED, since=beginning_of(due[lead.agency_id])):
            notify(user=lead.user, text=ASKED, url=reverse("people:list"))


def of_own_agency(membership: Membership, by: User) -> Membership:
    """The membership, locked; as good as unknown where it is another agency's."""
    who = gate.require_standing(by, Permission.PEOPLE_MANAGE)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "agency")
    locked = rows.get(pk=membership.pk)
    if locked.agency_id != who.agency.pk:
        raise NotVisible
    if locked.user_id == by.pk:
        raise NotAllowedNow(
            "Nobody does this for themselves. Ask another lead of your agency, or anyone who runs the portal."
        )
    if locked.ends_on is not None and locked.ends_on <= timezone.localdate():
        raise NotAllowedNow(
            "This person no longer works for your agency. If they come back, invite them again."
        )
    return locked


@transaction.atomic
def record_list(*, by: User, found: int) -> None:
    """The page was opened."""
    record(Action.PEOPLE_LISTED, by=by, detail={"count": found})


REASON = "No longer works for the agency"
SYSTEMS_SHUT_OUT = "Tokens of your agency's systems ended with the person who issued them. Issue new ones."
INVITED_IN_VAIN = "Links that were not used yet ended with the lead who sent them. Invite those people again."


@transaction.atomic
def end_membership(*, membership: Membership, on: dt.date, by: User) -> Membership:
    """From this day the person does not work for the lead's agency. If it is today or past, it is so at once."""
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


def revoke_leavers_access() -> int:
    """Nightly: memberships whose last day has passed, each in a transaction of its own; returns how many."""
    keys = list(_over().order_by("ends_on", "pk").values_list("pk", flat=True))
    return each_alone(keys, _revoke_one, failed="leaver_not_let_go")


def _over() -> QuerySet[Membership]:
    return Membership.objects.filter(ends_on__lte=timezone.localdate(), let_go_at__isnull=True)


def _revoke_one(pk: uuid.UUID) -> bool:
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
    jobs = cancel_jobs_of(user=person, asked_before=until)
    withdrawn = grants.withdraw_all(frm=person, by=by, reason=REASON, given_before=until)
    unused = Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    unused.filter(user=person).update(withdrawn_at=now)
    links = unused.filter(invited_by=person, agency=membership.agency).update(withdrawn_at=now)
    _tell_leads(membership, [*[SYSTEMS_SHUT_OUT] * bool(ended), *[INVITED_IN_VAIN] * bool(links)])
    closed = not Membership.objects.not_over().filter(user=person).exists()  # nobody employs them, or will
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


def _worked_until(membership: Membership, now: dt.datetime) -> dt.datetime:
    """What somebody who went on to another agency was given there is theirs."""
    works_elsewhere = Membership.objects.current().filter(user=membership.user_id).exists()
    return beginning_of(membership.ends_on) if works_elsewhere and membership.ends_on else now
