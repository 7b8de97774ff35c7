"""Requests to see a record in the states tests need, made by the services themselves."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.choices import Competence, IdentityProof, NameChoice, ReaderVerdict, Requester
from cases.models import Case, Disclosure, SubjectAccessItem, SubjectAccessPassage, SubjectAccessRequest
from cases.services import subject_access as services
from cases.services.subject_access.marking import Decided
from cse_portal import acting
from cse_portal.access.standing import standing
from cse_portal.accounts import services as people
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from reporting.presenters.subject_access import items_of_record, names_in
from reporting.selectors.subject_access import other_children, whole_record
from tests.cast import Cast
from tests.factories.requests import in_one_request


def second_reader(cast: Cast, email: str = "reader@example.org") -> User:
    """Of the CSE team, who may read what the manager prepared."""
    return people.add_person(
        email=email, full_name="Selma Ortiz", agency=cast.agency("cse-team"), role=Role.COORDINATOR,
        job_title="Consultant social worker", starts_on=timezone.localdate() - dt.timedelta(days=100),
    )  # fmt: skip


def officer(cast: Cast) -> User:
    """Of the police, who may open a case in an emergency."""
    return people.add_person(
        email="officer@example.org", full_name="Nadia Reyes", agency=cast.agency("police"), role=Role.DUTY_OFFICER,
        job_title="Police constable", starts_on=timezone.localdate() - dt.timedelta(days=100),
    )  # fmt: skip


def asked(**fields: Any) -> services.Asked:
    """The child asks, and understands what it means."""
    given: dict[str, Any] = {
        "asked_by": Requester.CHILD, "requester_name": "Robyn Testley", "received_on": timezone.localdate(),
        "competence": Competence.COMPETENT, "competence_note": "She explained in her own words what she wants to see.",
    }  # fmt: skip
    return services.Asked(**{**given, **fields})


@in_one_request
def received(case: Case, by: User, **fields: Any) -> SubjectAccessRequest:
    """Recorded, and who asks made sure of."""
    request = services.receive(case=case, asked=asked(**fields), by=by)
    return services.check_identity(
        request=request,
        proof=IdentityProof.KNOWN,
        note="Her social worker was there",
        on=timezone.localdate(),
        by=by,
    )


@in_one_request
def assembled(case: Case, by: User, **fields: Any) -> SubjectAccessRequest:
    """With the record as it stands now, read as this person."""
    request = received(case, by, **fields)
    who = standing(by)
    with acting.acting(who.actor if who else acting.NOBODY):
        record = whole_record(by, request)
        items = items_of_record(record)
        names = names_in(record, items, other_children(by, request))
        return services.freeze(request=request, items=items, names=names, by=by)


@in_one_request
def with_the_reader(case: Case, by: User, **fields: Any) -> SubjectAccessRequest:
    """Every item ready, every name left out, and sent."""
    return send(assembled(case, by, **fields), by)


@in_one_request
def send(request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    """Whatever is left to do before the second reader has it."""
    undecided = {name: Decided(NameChoice.LEFT_OUT) for name in request.names.filter(choice="")}
    services.decide_names(request=request, decided=undecided, by=by)
    for item in request.items.filter(prepared_at=None):
        services.finish_item(item=item, by=by)
    return services.send(request=request, by=by)


@in_one_request
def send_undecided(request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    """Sent by somebody who decides on the names they may know of, and is not asked about any other."""
    shown = {name: Decided(NameChoice.LEFT_OUT) for name in request.names.visible_to(by)}
    services.decide_names(request=request, decided=shown, by=by)
    for item in request.items.all():
        services.finish_item(item=item, by=by)
    return services.send(request=request, by=by)


@in_one_request
def agreed(request: SubjectAccessRequest, reader: User) -> SubjectAccessRequest:
    """The second reader agrees to everything."""
    for item in request.items.exclude(verdict=ReaderVerdict.AGREED):
        services.give_verdict(item=item, verdict=ReaderVerdict.AGREED, by=reader)
    return services.finish_reading(request=request, by=reader)


@in_one_request
def disclosed(case: Case, by: User, reader: User, **fields: Any) -> Disclosure:
    """Prepared by one, read by another, disclosed."""
    return services.disclose(request=agreed(with_the_reader(case, by, **fields), reader), by=by)


def passage_with(request: SubjectAccessRequest, words: str) -> SubjectAccessPassage:
    """The first text of the request that holds these words."""
    rows = SubjectAccessPassage.objects.filter(item__request=request, text__contains=words)
    return rows.select_related("item__request__case").order_by("item__order", "order")[0]


def item_of_kind(request: SubjectAccessRequest, kind: str) -> SubjectAccessItem:
    """The first item of a kind."""
    return request.items.filter(kind=kind).select_related("request__case").order_by("order")[0]
