"""Children, people, places and things that belong together, recorded by the services themselves."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.services import access
from cse_portal.keys import new_key
from intelligence.desk.models import IntelligenceReport
from intelligence.links import services
from intelligence.links.models import Connection
from intelligence.links.selectors.graph import Thing
from intelligence.subjects.models import Subject, SubjectKind
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.intelligence import link_new, make_report
from tests.factories.requests import in_one_request

KINDS = {
    ("child", "person"): "WITH_PERSON", ("child", "place"): "AT_PLACE", ("child", "vehicle"): "IN_VEHICLE",
    ("child", "child"): "FRIEND", ("person", "vehicle"): "DRIVES", ("person", "place"): "LIVES",
    ("person", "phone"): "USES", ("person", "person"): "ASSOCIATE",
}  # fmt: skip


@in_one_request
def make_shared_case(cast: Cast, name: str) -> Case:
    """A child's case on which the police work too."""
    case = make_case(cast, child=make_child(given_name=name))
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.practitioner,
    )  # fmt: skip
    return case


@in_one_request
def make_subject(
    cast: Cast, case: Case, kind: SubjectKind = SubjectKind.VEHICLE, **fields: Any
) -> tuple[Subject, IntelligenceReport]:
    """One that a report about this child names, so that whoever holds the child's intelligence sees it."""
    report = make_report(cast, case=case)
    fields = fields or {"name": "Grey Audi", "identifier": "BX19 ABK"}
    return link_new(cast, report, kind, **fields), report


@in_one_request
def connect(cast: Cast, first: Thing, second: Thing, **said: Any) -> Connection:
    """The manager records how two belong together, yesterday."""
    kinds = tuple(each.kind if isinstance(each, Subject) else "child" for each in (first, second))
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    given: dict[str, Any] = {
        "kind": KINDS[kinds], "source_evaluation": "2", "assessment": "A", "source": "CONCERN",
        "from_on": yesterday, "until_on": yesterday,
    }  # fmt: skip
    by = said.pop("by", cast.manager)
    return services.record_connection(
        first=first, second=second, said=services.Said(**{**given, **said}), by=by, key=new_key()
    )
