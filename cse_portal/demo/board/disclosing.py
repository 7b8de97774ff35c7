"""Stories of showing a record to whom it is about: one disclosed to a young person, one being prepared for a parent."""

from django.utils import timezone

from cases.choices import (
    Competence,
    Ground,
    IdentityProof,
    ItemKind,
    NameChoice,
    ReaderVerdict,
    Requester,
    SubjectAccessState,
)
from cases.models import Case, SubjectAccessPassage, SubjectAccessRequest
from cases.services import subject_access as services
from cases.services.subject_access.marking import Decided
from cse_portal.accounts.models import User
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.scene import Scene
from reporting.presenters.subject_access import items_of_record, names_in
from reporting.selectors.subject_access import other_children, whole_record


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
    request = _ask(case, by, Requester.CHILD, case.child.name, Competence.COMPETENT)
    yield later(8)
    _assemble(request, by)
    _finish(request, by)
    services.send(request=request, by=by)
    yield later(6, hour=14)
    for item in request.items.all():
        services.give_verdict(item=item, verdict=ReaderVerdict.AGREED, by=reader)
    services.finish_reading(request=request, by=reader)
    yield later(2, hour=9)
    services.disclose(request=request, by=by)


def being_prepared(scene: Scene) -> Story:
    """A mother asked last week; half of it has been gone through."""
    by = scene.cast("manager")
    yield scene.ago(9, hour=11)
    case = _case(place=1)
    if case is None:
        return
    request = _ask(
        case, by, Requester.PARENT, f"Carol {case.child.family_name}", Competence.COMPETENT,
        child_view="The young person does not mind, but not what was said about their friends.",
    )  # fmt: skip
    yield scene.ago(4, hour=15)
    _assemble(request, by)
    passages = SubjectAccessPassage.objects.filter(item__request=request, held="")
    concern = passages.filter(item__kind=ItemKind.CONCERN, label="The worry").select_related(
        "item__request__case"
    )
    for passage in concern[:1]:
        words = passage.text.split()
        services.mark_words(
            passage=passage, words=" ".join(words[-4:]).rstrip("."), ground=Ground.THIRD_PARTY, by=by
        )
    for item in request.items.filter(kind__in=[ItemKind.IDENTITY, ItemKind.CASE, ItemKind.CONCERN]):
        services.finish_item(item=item, by=by)


def _case(*, place: int) -> Case | None:
    """Open, met about, not restricted, and asked about by nobody."""
    rows = Case.objects.filter(status="open", is_restricted=False, meetings__state="ended").distinct()
    asked = SubjectAccessRequest.objects.exclude(state=SubjectAccessState.CLOSED).values("case")
    found = rows.exclude(pk__in=asked).exclude(exclusions__isnull=False).select_related("child")
    return found.order_by("opened_at").first() if place == 0 else found.order_by("-opened_at").first()


def _ask(
    case: Case, by: User, asked_by: Requester, name: str, competence: Competence, *, child_view: str = ""
) -> SubjectAccessRequest:
    asked = services.Asked(
        asked_by=asked_by, requester_name=name, received_on=timezone.localdate(), competence=competence,
        competence_note="They explained to their social worker, in their own words, what they want to see and why.",
        child_view=child_view,
    )  # fmt: skip
    request = services.receive(case=case, asked=asked, by=by)
    return services.check_identity(
        request=request, proof=IdentityProof.KNOWN, note="Their social worker was with them", on=asked.received_on,
        by=by,
    )  # fmt: skip


def _assemble(request: SubjectAccessRequest, by: User) -> None:
    record = whole_record(by, request)
    items = items_of_record(record)
    services.freeze(
        request=request, items=items, names=names_in(record, items, other_children(by, request)), by=by
    )


def _finish(request: SubjectAccessRequest, by: User) -> None:
    names = {name: Decided(NameChoice.LEFT_OUT) for name in request.names.all()}
    services.decide_names(request=request, decided=names, by=by)
    for item in request.items.all():
        services.finish_item(item=item, by=by)
