"""Inviting people. The link is signed, works once and for a week; the mail that brings it names nobody."""

import datetime as dt
import uuid
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.choices import Topic
from cse_portal.jobs.services import promise, send_with
from cse_portal.people.models import Invitation
from cse_portal.people.policies import LINK_DAYS, roles_of
from cse_portal.people.services.keeping import of_own_agency
from cse_portal.sign_in import single_sign_on


class NotAnAddress(NotAllowedNow):
    """No link can be sent there."""

    message = "This is not an email address. Nobody was invited."


class AlreadyWorksHere(NotAllowedNow):
    """The address is of somebody whose membership of this agency holds."""

    message = "Somebody with this email address works for your agency already. They are in the list."


class WorksElsewhere(NotAllowedNow):
    """A person belongs to one agency at a time."""

    message = (
        "Somebody with this email address takes part for another agency. That has to end first, or they need another "
        "address: a person belongs to one agency at a time."
    )


class IsASystem(NotAllowedNow):
    """A system has no password, no factor and no sign-in."""

    message = "This is another system. It has tokens, and nobody signs in as it."


class LinkIsSpent(NotAllowedNow):
    """Used, withdrawn, too old, or never ours."""

    message = "This link has been used, or is too old."


SALT = "cse_portal.people.invitation"
TWICE = dt.timedelta(minutes=1)
SUBJECT = "You are invited"
TEXT = """You are invited to {service}.

Choose how you sign in, within seven days:
{link}

The link works once. If you do not know why you were sent it, do not open it.
"""


@transaction.atomic
def invite(
    *,
    email: str,
    full_name: str,
    role: Role,
    by: User,
    job_title: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Invitation:
    """A lead's word that this person works for their agency. Asking again sends a new link; the old one is void."""
    who = gate.require_standing(by, Permission.PEOPLE_MANAGE)
    if role not in roles_of(AgencyKind(who.agency.kind)):
        raise NotPermitted
    return send(
        agency=who.agency, email=email, full_name=full_name, role=role, job_title=job_title,
        starts_on=starts_on, ends_on=ends_on, by=by,
    )  # fmt: skip


def send(
    *,
    agency: Agency,
    email: str,
    full_name: str,
    role: Role,
    by: User | None,
    job_title: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Invitation:
    """Write the invitation and promise its mail; who may was asked before."""
    address = email.strip().lower()
    known = User.objects.filter(email=address).first()
    _refuse_who_works_already(known, agency)
    return _write(
        agency=agency, email=address, full_name=full_name, role=role, job_title=job_title, user=known,
        starts_on=starts_on or timezone.localdate(), ends_on=ends_on, by=by,
    )  # fmt: skip


@transaction.atomic
def give_new_start(*, membership: Membership, by: User) -> Invitation:
    """Somebody has lost phone, codes or password: a new link, and until it is used they sign in nowhere.

    The person who found the phone or knows the password is kept out from this moment, not from when the link is used
    (OWASP ASVS 6.5.6). The lead never learns nor sets a password (6.4.6).
    """
    locked = of_own_agency(membership, by)
    person = locked.user
    if person.is_system:
        raise IsASystem
    if locked.suspended_at is not None:
        raise NotAllowedNow(
            "This person is suspended. Let them in again first, then send them a link to start anew."
        )
    _void(person, by=by)
    return _write(
        agency=locked.agency, email=person.email, full_name=person.full_name, role=Role(locked.role), user=person,
        starts_on=locked.starts_on, ends_on=locked.ends_on, job_title=person.job_title, by=by,
    )  # fmt: skip


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> Invitation:
    """The link opens nothing any more."""
    who = gate.require_standing(by, Permission.PEOPLE_MANAGE)
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.agency_id != who.agency.pk:
        raise NotVisible
    if locked.accepted_at is None and locked.withdrawn_at is None:
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["withdrawn_at"])
        record(Action.INVITATION_WITHDRAWN, by=by, obj=locked)
    return locked


def find(token: str) -> Invitation:
    """The invitation of a link that still works; LinkIsSpent for every other."""
    return _find(token, lock=False)


@transaction.atomic
def accept(*, token: str, password: str) -> User:
    """The person has the link and chooses a password: what it invites to is theirs."""
    return _accept(_find(token, lock=True), password)


def _accept(invitation: Invitation, password: str) -> User:
    # Locked: anyone who suspends or closes the account meanwhile has the last word.
    whose = {"pk": invitation.user_id} if invitation.user_id else {"email": invitation.email}
    person = User.objects.select_for_update().filter(**whose).first()
    if person is not None and person.is_system:
        raise LinkIsSpent
    if person is None:
        person = accounts.add_person(
            email=invitation.email, full_name=invitation.full_name, agency=invitation.agency,
            role=Role(invitation.role), job_title=invitation.job_title, starts_on=invitation.starts_on,
            ends_on=invitation.ends_on, password=password,
        )  # fmt: skip
    else:
        _start_anew(person, invitation, password)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    record(Action.INVITATION_ACCEPTED, by=person, obj=invitation)
    return person


def link_of(invitation: Invitation) -> str:
    """Where the invited person goes."""
    token = signing.TimestampSigner(salt=SALT).sign(invitation.pk.hex)
    return settings.PORTAL_ADDRESS.rstrip("/") + reverse("people:accept", args=[token])


def _write(*, agency: Agency, email: str, user: User | None, by: User | None, **said: Any) -> Invitation:
    """The one open invitation of this address to this agency; a button pressed twice sends one link."""
    Agency.objects.select_for_update().get(pk=agency.pk)
    now = timezone.now()
    before = Invitation.objects.filter(
        agency=agency, email=email, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    if just_sent := before.filter(user=user, invited_at__gt=now - TWICE, **said).first():
        return just_sent
    before.update(withdrawn_at=now)
    invitation = Invitation.objects.create(
        agency=agency, email=email, user=user, invited_by=by, invited_at=now,
        expires_at=now + dt.timedelta(days=LINK_DAYS), **said,
    )  # fmt: skip
    detail = {"role": str(invitation.role), "new_start": user is not None}
    record(Action.PERSON_INVITED, by=by, obj=invitation, detail=detail)
    promise(Topic.INVITE, invitation.pk)
    return invitation


def _find(token: str, *, lock: bool) -> Invitation:
    try:
        key = signing.TimestampSigner(salt=SALT).unsign(token, max_age=dt.timedelta(days=LINK_DAYS))
        pk = uuid.UUID(hex=key)
    except (signing.BadSignature, ValueError) as problem:
        raise LinkIsSpent from problem
    rows = Invitation.objects.select_for_update(of=("self",)) if lock else Invitation.objects
    invitation = rows.select_related("agency", "user").filter(pk=pk).first()
    if invitation is None or not invitation.is_good:
        raise LinkIsSpent
    return invitation


def _start_anew(person: User, invitation: Invitation, password: str) -> None:
    """An account that was there before: nothing of how it was signed in to is left. Nobody's suspension ends by it."""
    works_here = Membership.objects.not_over().filter(user=person, agency=invitation.agency).exists()
    if works_here and not person.is_active:
        raise NotAllowedNow(
            "You are suspended. Ask your agency's lead to let you in again. This link works after that."
        )
    if not works_here:
        if _has_left_since(person, invitation):
            raise LinkIsSpent
        _refuse_who_works_already(person, invitation.agency)
        Membership.objects.create(
            user=person, agency=invitation.agency, role=invitation.role,
            starts_on=max(invitation.starts_on, timezone.localdate()), ends_on=invitation.ends_on,
        )  # fmt: skip
        person.is_active = True
        person.save(update_fields=["is_active"])
    _void(person, by=None)
    person.set_password(password)
    person.save(update_fields=["password"])


def _has_left_since(person: User, invitation: Invitation) -> bool:
    """Whether the link is a new start for who worked here when it was sent, and does no more: it makes no member."""
    sent_on = timezone.localdate(invitation.invited_at)
    return Membership.objects.filter(user=person, agency=invitation.agency, ends_on__gt=sent_on).exists()


def _void(person: User, *, by: User | None) -> None:
    """Nothing by which this person signed in opens anything any more: password, factors, work account, sessions.

    Without a password none is sent by mail either.
    """
    person.set_unusable_password()
    person.save(update_fields=["password"])
    factors = Authenticator.objects.select_for_update().filter(user=person)
    for kind in sorted(factors.values_list("type", flat=True)):
        record(Action.FACTOR_REMOVED, by=by, obj=person, detail={"kind": kind, "new_start": True})
    factors.delete()
    single_sign_on.forget(user=person, by=by)
    accounts.end_sessions(user=person)


def _refuse_who_works_already(person: User | None, agency: Agency) -> None:
    today = timezone.localdate()
    if person is None:
        return
    if person.is_system:
        raise IsASystem
    for each in person.memberships.select_related("agency"):
        if each.ends_on is None or each.ends_on > today:
            raise AlreadyWorksHere if each.agency_id == agency.pk else WorksElsewhere


def _send(pk: uuid.UUID) -> None:
    invitation = Invitation.objects.filter(pk=pk).first()
    if invitation is not None and invitation.is_good:
        text = TEXT.format(service=settings.SERVICE_NAME, link=link_of(invitation))
        send_mail(SUBJECT, text, None, [invitation.email])


send_with(Topic.INVITE, _send)
