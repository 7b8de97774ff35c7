"""The verbs of people and agencies."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.keys import new_key


@transaction.atomic
def add_agency(*, code: str, name: str, short_name: str, kind: AgencyKind) -> Agency:
    """A partner joins the board: its row and the group that grants name."""
    group = Group.objects.create(name=f"agency:{code}")
    return Agency.objects.create(code=code, name=name, short_name=short_name, kind=kind, group=group)


@transaction.atomic
def add_person(
    *,
    email: str,
    full_name: str,
    agency: Agency,
    role: Role,
    job_title: str = "",
    phone: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    password: str | None = None,
) -> User:
    """A person starts work for an agency; without a password the account cannot be signed in to yet."""
    user = User.objects.create_user(email, password, full_name=full_name, job_title=job_title, phone=phone)
    Membership.objects.create(
        user=user, agency=agency, role=role, starts_on=starts_on or timezone.localdate(), ends_on=ends_on
    )
    return user


@transaction.atomic
def add_system(*, name: str, agency: Agency) -> Membership:
    """Another system takes part for an agency: an account without a password, at an address that reaches nobody."""
    address = f"{new_key().hex}@system.invalid"
    user = User.objects.create_user(address, None, full_name=name, is_system=True)
    return Membership.objects.create(user=user, agency=agency, role=Role.API_CLIENT)


@transaction.atomic
def end_membership(*, membership: Membership, on: dt.date) -> Membership:
    """The person stops working for the agency: from this day the gate answers as if they were unknown."""
    locked = Membership.objects.select_for_update().get(pk=membership.pk)
    locked.ends_on = on
    locked.save(update_fields=["ends_on"])
    return locked


@transaction.atomic
def end_sessions(*, user: User) -> None:
    """Wherever this person is signed in, they no longer are, from their next page on.

    The stamp alone does it, also for a session nobody listed: it is part of what a session must know about its person.
    """
    user.session_stamp = new_key()
    user.save(update_fields=["session_stamp"])
    listed = UserSession.objects.filter(user=user)
    Session.objects.filter(pk__in=listed.values("session_key")).delete()
    listed.delete()


@transaction.atomic
def deactivate(*, user: User) -> User:
    """The account opens nothing any more, nor do the sessions it had, even if it is opened again one day."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    end_sessions(user=locked)
    return locked
