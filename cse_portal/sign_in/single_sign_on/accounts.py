"""Whose a work account is: bound once, by issuer, tenant and subject, and never found by an address."""

from allauth.account.internal.flows.login import clear_authentication_records, record_authentication
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from cse_portal import acting
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.sign_in import factors, sessions
from cse_portal.sign_in.models import ConnectedAccount
from cse_portal.sign_in.single_sign_on.refusals import Kind, Refused
from cse_portal.sign_in.single_sign_on.tokens import Proved

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@transaction.atomic
def person_of(proved: Proved) -> User:
    """The person whose work account this is, if they may sign in by it today."""
    provider = proved.provider
    rows = ConnectedAccount.objects.select_for_update(of=("self",)).select_related("user")
    account = rows.filter(
        issuer=provider.issuer, tenant=provider.tenant, subject=proved.subject, agency__code=provider.agency
    ).first()
    if account is None:
        raise Refused(Kind.UNKNOWN)
    person = account.user
    if not person.is_active or person.is_system:
        raise Refused(Kind.INACTIVE)
    agency_of(person, proved)
    if provider.takes_second_factor and not proved.second_factor and not factors.has_second_factor(person):
        # Whoever has only their work password would otherwise be let to set up a factor of their own.
        raise Refused(Kind.SECOND_FACTOR)
    account.used_at = timezone.now()
    with acting.for_the_system():  # nobody acts yet
        account.save(update_fields=["used_at"])
    return person


@transaction.atomic
def connect(*, user: User, agency: Agency, proved: Proved) -> ConnectedAccount:
    """From now on this account of their agency's opens the person's; who may say so was asked before."""
    provider = proved.provider
    if agency.code != provider.agency:
        raise Refused(Kind.NOT_A_MEMBER)
    try:
        with acting.for_the_system(), transaction.atomic():  # no person says whose account opens whose
            account = ConnectedAccount.objects.create(
                user=user, agency=agency, issuer=provider.issuer, tenant=provider.tenant,
                subject=proved.subject,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(Kind.TAKEN) from error
    record(Action.ACCOUNT_CONNECTED, by=user, obj=account, detail={"agency": provider.agency})
    return account


@transaction.atomic
def forget(*, user: User, by: User | None) -> int:
    """The person's work account opens nothing here any more; returns how many it was."""
    rows = list(ConnectedAccount.objects.select_for_update(of=("self",)).filter(user=user))
    for account in rows:
        record(Action.ACCOUNT_DISCONNECTED, by=by, obj=account)
        with acting.for_the_system():
            account.delete()
    return len(rows)


@transaction.atomic
def sign_in(request: HttpRequest, user: User, proved: Proved, *, at: float) -> None:
    """A session of this person's, which knows when they last proved themselves to their agency, and with what."""
    login(request, user, backend=BACKEND)
    clear_authentication_records(request)
    note(request, user, proved, at=at)
    sessions.make_room(request, user)
    UserSession.objects.create_from_request(request)


def note(request: HttpRequest, user: User, proved: Proved, *, at: float) -> None:
    """What was shown to the agency counts in this session, from when it was shown."""
    record_authentication(request, user, factors.AGENCY, at=at, second_factor=proved.second_factor)
    if proved.second_factor:
        record(Action.FACTOR_PROVED, by=user, obj=user, detail={"kind": factors.AGENCY})


def agency_of(user: User, proved: Proved) -> Agency:
    """Their agency vouches for its own people, while they are."""
    membership = membership_of(user)
    if membership is None or membership.agency.code != proved.provider.agency:
        raise Refused(Kind.NOT_A_MEMBER)
    return membership.agency
