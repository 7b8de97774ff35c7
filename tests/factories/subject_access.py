"""Requests to see a record in the states tests need, made by the services themselves."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts import services as people
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from reporting.subject_access import services
from reporting.subject_access.choices import Delivery, IdentityProof, Requester
from reporting.subject_access.models import Disclosure, DisclosureItem, SubjectAccessRequest
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


@in_one_request
def received(case: Case, by: User, **fields: Any) -> SubjectAccessRequest:
    """The child asks and is identified."""
    given: dict[str, Any] = {
        "asked_by": Requester.CHILD, "requester_name": "Robyn Testley", "received_on": timezone.localdate(),
    }  # fmt: skip
    request = services.receive(case=case, by=by, **{**given, **fields})
    note, on = "Her social worker was there", timezone.localdate()
    return services.check_identity(request=request, proof=IdentityProof.KNOWN, note=note, on=on, by=by)


@in_one_request
def assembled(case: Case, by: User, **fields: Any) -> SubjectAccessRequest:
    """With the record as it is now."""
    return services.assemble(request=received(case, by, **fields), by=by)


@in_one_request
def signed(case: Case, by: User, reader: User, **fields: Any) -> SubjectAccessRequest:
    """Prepared by one, signed by another."""
    request = services.send(request=assembled(case, by, **fields), by=by)
    return services.sign(request=request, by=reader)


@in_one_request
def disclosed(case: Case, by: User, reader: User, **fields: Any) -> Disclosure:
    """In the register, its file asked for."""
    return services.disclose(request=signed(case, by, reader, **fields), delivery=Delivery.MEETING, by=by)


def item_with(request: SubjectAccessRequest, words: str) -> DisclosureItem:
    """The first item of the request whose text holds these words."""
    return request.items.filter(original__contains=words).select_related("request__case").order_by("order")[0]
