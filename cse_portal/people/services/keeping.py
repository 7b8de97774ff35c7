"""Who still takes part: confirmed by the agency's lead, suspended when nobody does or when they no longer come."""

import datetime as dt
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import beginning_of
from cse_portal.access.standing import standing
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role, WhySuspended
from cse_portal.accounts.models import Membership, MembershipQuerySet, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.selectors import was_told
from cse_portal.jobs.services import notify
from cse_portal.jobs.services.nightly import each_alone
from cse_portal.people.rules import DORMANT_AFTER, REMIND_ON, SUSPEND_AFTER
from cse_portal.sign_in import tokens

ASKED = "Some people of your agency wait for you to confirm that they still need the portal."


@transaction.atomic
def confirm(*, membership: Membership, by: User) -> Membership:
    """The lead knows that the person still works for the agency and needs the portal for it."""
    gate.require(by, Permission.PEOPLE_MANAGE)
    locked = of_own_agency(membership, by)
    locked.last_confirmed_on = timezone.localdate()
    locked.save(update_fields=["last_confirmed_on"])
    record(Action.PERSON_CONFIRMED, by=by, obj=locked)
    return locked


@transaction.atomic
def confirm_all(*, by: User) -> int:
    """As for each, for everybody at once but the lead and anyone who is suspended; returns how many."""
    gate.require(by, Permission.PEOPLE_MANAGE)
    who = standing(by)
    if who is None:
        raise NotPermitted
    rows = Membership.objects.current().filter(agency=who.agency, suspended_at__isnull=True).exclude(user=by)
    return len([confirm(membership=each, by=by) for each in rows])


@transaction.atomic
def reactivate(*, membership: Membership, by: User) -> Membership:
    """A suspended person comes in again, with the password and factor they had."""
    gate.require(by, Permission.PEOPLE_MANAGE)
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
    who = standing(by)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "agency")
    locked = rows.get(pk=membership.pk)
    if who is None or locked.agency_id != who.agency.pk:
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
