"""Background work, role by role: who gets it started, whatever ties them to the case, and who watches it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.urls import reverse

from cases.documents import services as documents
from cases.documents.models import DocumentKind
from cases.exports import services as exports
from cse_portal import acting
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.errors import NotAllowed, NotAllowedNow
from cse_portal.jobs import registry
from cse_portal.jobs.models import Job
from reporting.board import services as packs
from reporting.board.models import BoardPack, PackState
from reporting.returns.selectors.returns import JOB_KIND
from reporting.returns.services import returns
from reporting.subject_access import services as subject_access
from reporting.subject_access.choices import Delivery
from reporting.subject_access.models import SubjectAccessRequest
from tests.access.expected import READS_CASES, RELATIONS, ROLES
from tests.access.places import Places
from tests.access.test_whole_matrix import World
from tests.cast import Cast
from tests.factories.documents import WORDS
from tests.factories.exports import ask

pytestmark = pytest.mark.long


def publish(world: World, person: User) -> Job:
    """A pack that its second reader has."""
    pack = BoardPack.objects.get(quarter=world.places["published quarter"])
    BoardPack.objects.filter(pk=pack.pk).update(state=PackState.READING)
    return packs.publish(pack=pack, version=pack.version, by=person)


def request_of(world: World) -> SubjectAccessRequest:
    """Of the case, in preparation."""
    with acting.for_the_system():
        rows = SubjectAccessRequest.objects.select_related("case")
        return rows.get(reference=world.places["request to see it"])


# Each kind of job, how a person asks for it, and whose role lets them.
Ask = Callable[[World, User], Any]
ASKED: dict[str, tuple[Ask, set[str]]] = {
    exports.JOB: (lambda world, person: ask(person), {"coordinator", "team_manager"}),
    JOB_KIND: (lambda world, person: returns.start(quarter=world.places["quarter"], by=person), {"analyst"}),
    packs.JOB: (publish, {"team_manager"}),
    documents.JOB: (
        lambda world, person: documents.add(
            case=world.case, title="A letter", kind=DocumentKind.values[0], name="letter.txt", content=WORDS, by=person
        ),
        set(),  # not by role alone: by what ties them to the case
    ),
    subject_access.JOB: (
        lambda world, person: subject_access.disclose(
            request=request_of(world), delivery=Delivery.POST, by=person
        ),
        set(),  # the CSE team's, where they work on the case
    ),
}  # fmt: skip


def gets_it_started(world: World, kind: str, role: str) -> bool:
    """Whether the service takes this person's word; a state that is in the way is not a refusal."""
    person = world.people[role]
    who = user_context(person)
    with acting.acting(who.actor if who else acting.NOBODY), suppress(NotAllowedNow):
        try:
            ASKED[kind][0](world, person)
        except NotAllowed:
            return False
        except Exception as problem:
            if "errors" in type(problem).__module__.split("."):
                return True
            raise
    return True


def expected(kind: str, role: str, relation: str) -> bool:
    """By hand: the role's function, but for a document, which hangs on the case; nobody who has left."""
    if relation == "left":
        return False
    if kind == subject_access.JOB:
        return role in ("coordinator", "team_manager") and RELATIONS[relation] == "work"
    if kind == documents.JOB:
        return role in READS_CASES and RELATIONS[relation] == "work"
    return role in ASKED[kind][1]


def test_every_kind_of_job_is_known_here() -> None:
    of_the_product = {kind for kind in registry._handlers if not kind.startswith("test.")}
    assert of_the_product == set(ASKED)


@pytest.mark.parametrize("relation", RELATIONS)
def test_who_gets_work_started(cast: Cast, places: Places, relation: str) -> None:
    world = World(cast, places, relation)
    wrong = [
        f"{kind} by {role}: {given}"
        for kind in ASKED
        for role in ROLES
        if (given := gets_it_started(world, kind, role)) != expected(kind, role, relation)
    ]
    assert wrong == []


@pytest.mark.parametrize("relation", ["own grant", "left"])
def test_who_watches_it(cast: Cast, places: Places, relation: str) -> None:
    """A job hangs on no case: anyone who may not see one is told that there is none, whatever ties them to anybody."""
    world, wrong = World(cast, places, relation), []
    for kind in ASKED:
        job = Job.objects.create(
            kind=kind, key=f"{world.places['quarter']}.watched", requested_by=cast.manager
        )
        for role, browser in world.browsers.items():
            status = browser.get(reverse("jobs:progress", args=[job.pk])).status_code
            seen = kind == JOB_KIND and role == "analyst" and relation != "left"
            if status != (200 if seen else 404):
                wrong.append(f"{kind} watched by {role}: {status}")
    assert wrong == []
