"""Stories of showing a record to whom it is about: one disclosed to a young person, one being prepared for a parent."""

import datetime as dt

from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.scene import Scene
from reporting.subject_access import services
from reporting.subject_access.choices import (
    Delivery,
    Ground,
    IdentityProof,
    Inclusion,
    Requester,
    SubjectAccessState,
)
from reporting.subject_access.models import SubjectAccessRequest


def stories(scene: Scene) -> list[Story]:
    """One of each."""
    return [shown(scene), being_prepared(scene)]


def shown(scene: Scene) -> Story:
    """A young person asked, was answered within three weeks, and two people answer for it."""
    by, reader = scene.cast("manager"), scene.board.staff["cse-team"][0]
    yield scene.ago(30, hour=11)
    case = _case(place=0)
    if case is None:
        return
    request = _ask(case, by, Requester.CHILD, case.child.name)
    yield later(8)
    services.assemble(request=request, by=by)
    services.send(request=request, by=by)
    yield later(6, hour=14)
    services.sign(request=request, by=reader)
    yield later(2, hour=9)
    services.disclose(request=request, delivery=Delivery.MEETING, by=by)


def being_prepared(scene: Scene) -> Story:
    """A mother asked last week; it is assembled."""
    by = scene.cast("manager")
    yield scene.ago(9, hour=11)
    case = _case(place=1)
    if case is None:
        return
    request = _ask(
        case, by, Requester.PARENT, f"Carol {case.child.family_name}",
        child_view="The young person does not mind, but not what was said about their friends.",
    )  # fmt: skip
    yield scene.ago(4, hour=15)
    services.assemble(request=request, by=by)
    mentioned = request.items.filter(source="cases.ConcernMention", police=False).select_related(
        "request__case"
    )
    for item in mentioned[:1]:
        services.decide(item=item, decision=Inclusion.OUT, ground=Ground.THIRD_PARTY, by=by)


def _case(*, place: int) -> Case | None:
    """Open, of a child, met about, not restricted, and asked about by nobody."""
    born_after = timezone.localdate() - dt.timedelta(days=17 * 365)
    rows = Case.objects.filter(status="open", is_restricted=False, meetings__state="ended").distinct()
    rows = rows.filter(child__date_of_birth__gt=born_after)
    asked = SubjectAccessRequest.objects.exclude(state=SubjectAccessState.CLOSED).values("case")
    found = rows.exclude(pk__in=asked).exclude(child__exclusions__isnull=False).select_related("child")
    return found.order_by("opened_at").first() if place == 0 else found.order_by("-opened_at").first()


def _ask(
    case: Case, by: User, asked_by: Requester, name: str, *, child_view: str = ""
) -> SubjectAccessRequest:
    today = timezone.localdate()
    request = services.receive(
        case=case, asked_by=asked_by, requester_name=name, received_on=today, child_view=child_view, by=by
    )
    note = "Their social worker was with them"
    return services.check_identity(request=request, proof=IdentityProof.KNOWN, note=note, on=today, by=by)
