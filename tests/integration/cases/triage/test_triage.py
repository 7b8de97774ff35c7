"""The six outcomes of triage, each with its reason and feedback; decided once; on the page and in the service."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cases.assessments.models import CategoryDecision
from cases.casework.services import CannotLead
from cases.chronology.models import EntryKind
from cases.concerns.choices import ConcernOutcome, ConcernState
from cases.concerns.models import Concern, ConcernDecision
from cases.concerns.services import add_addendum
from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cases.sharing.services import access, exclusions
from cases.triage import services as triage
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import decide, make_concern, opening, verdict

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def manager(cast: Cast, client: Client) -> Client:
    client.force_login(cast.manager, backend=BACKEND)
    return client


def posted(cast: Cast, outcome: str, **more: str) -> dict[str, str]:
    lead = cast.practitioner.memberships.get()
    return {
        "outcome": outcome, "rationale": "Because of what was seen.", "feedback": "Thank you.",
        "form_token": str(new_key()), "lead": str(lead.pk), "category": "2", "harm_status": "H1",
        "lawful_basis": "6_1_E", **more,
    }  # fmt: skip


def address(concern: Concern) -> str:
    return reverse("cases:triage-concern", args=[concern.reference])


def test_opening_a_case_gives_it_a_child_a_lead_and_a_category(cast: Cast, manager: Client) -> None:
    concern = make_concern(cast.health, known_as="Robs", nhs_number="9990000018")
    answer = manager.post(address(concern), posted(cast, "open_case"))
    case = Case.objects.get()
    assert answer["Location"] == reverse("cases:triage")
    assert case.reference in manager.get(answer["Location"]).content.decode()
    assert (case.child.name, case.child.nhs_number) == ("Robyn Testley", "9990000018")
    assert case.child.aliases.get().name == "Robs"
    assert (case.lead_professional, case.lead_agency, case.category) == (
        cast.practitioner,
        cast.agency("csc"),
        2,
    )
    assert CategoryDecision.objects.get().harm_status == "H1"
    assert {entry.kind for entry in case.chronology.all()} >= {EntryKind.CONCERN, EntryKind.CASE}
    concern.refresh_from_db()
    assert (concern.state, concern.case) == (ConcernState.DECIDED, case)
    told = set(Notification.objects.values_list("user__email", flat=True))
    assert told == {"health@example.org", "practitioner@example.org"}


def test_a_concern_is_added_to_the_case_it_belongs_to(cast: Cast, manager: Client) -> None:
    case = make_case(cast, child=make_child(given_name="Robyn"))
    concern = make_concern(cast.health)
    answer = manager.post(address(concern), posted(cast, "add_to_case", case=case.reference))
    assert answer.status_code == 302
    assert case.concerns.get() == concern
    other = make_concern(cast.health)
    manager.post(address(other), posted(cast, "add_to_case", other_case=case.reference.lower()))
    assert case.concerns.count() == 2


@pytest.mark.parametrize("outcome", ["advice", "no_further_action"])
def test_a_no_is_recorded_as_fully_as_a_yes(cast: Cast, manager: Client, outcome: str) -> None:
    concern = make_concern(cast.practitioner)
    empty = manager.post(address(concern), {"outcome": outcome})
    assert set(empty.context["form"].errors) == {"rationale"}
    manager.post(address(concern), posted(cast, outcome, feedback=""))
    decision = ConcernDecision.objects.get()
    assert (decision.outcome, decision.rationale, decision.decided_by) == (
        outcome, "Because of what was seen.", cast.manager,
    )  # fmt: skip
    assert decision.feedback.startswith("Thank you."), "our usual words, where nobody wrote others"
    assert Notification.objects.get().user == cast.practitioner
    assert AuditEvent.objects.filter(action=Action.CONCERN_DECIDED, object_id=concern.pk).count() == 1


def test_posted_twice_it_is_decided_once(cast: Cast, manager: Client) -> None:
    concern = make_concern(cast.practitioner)
    body = posted(cast, "open_case")
    first, second = manager.post(address(concern), body), manager.post(address(concern), body)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_the_second_to_decide_sees_the_decision_and_keeps_their_words(cast: Cast, manager: Client) -> None:
    concern = make_concern(cast.practitioner)
    decide(concern, cast.manager, feedback="The first decision's feedback")
    page = manager.post(address(concern), posted(cast, "advice", rationale="My own long reasoning"))
    body = page.content.decode()
    assert page.status_code == 200
    assert "already been decided" in body
    assert "The first decision&#x27;s feedback" in body
    assert "My own long reasoning" in body
    with pytest.raises(NotAllowedNow, match="This concern has already been decided"):
        triage.decide(concern=concern, verdict=verdict(), by=cast.manager, key=new_key())


def test_what_the_state_forbids_is_said_on_the_page(cast: Cast, manager: Client) -> None:
    make_case(cast, child=make_child(nhs_number="9990000018"))
    concern = make_concern(cast.practitioner, nhs_number="9990000018")
    page = manager.post(address(concern), posted(cast, "open_case", rationale="Kept words"))
    assert "A child with this NHS number or unique pupil number already has a case." in page.content.decode()
    assert "Kept words" in page.content.decode()
    assert Case.objects.count() == 1
    with pytest.raises(CannotLead):
        decide(
            concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE,
            opening=opening(cast, lead_agency=cast.agency("police")),
        )  # fmt: skip


@pytest.mark.parametrize("typed", ["CSE-2026-00000", "\x00", "x" * 500, "' OR 1=1"])
def test_a_case_that_is_not_there_is_said_beside_the_field(cast: Cast, manager: Client, typed: str) -> None:
    concern = make_concern(cast.practitioner)
    page = manager.post(address(concern), posted(cast, "add_to_case", other_case=typed))
    assert list(page.context["form"].errors) == ["other_case"]


@pytest.fixture
def hidden(cast: Cast) -> Case:
    """A restricted case that names the police and its lead, and not the manager."""
    case = make_case(cast, child=make_child(given_name="Robyn", nhs_number="9990000018"),
                     lead_professional=cast.practitioner)  # fmt: skip
    for to in (cast.police, cast.practitioner):
        access.share(case=case, to=to, reason="Named", lawful_basis="6_1_E", may_change=True, by=cast.manager)
    Case.objects.filter(pk=case.pk).update(is_restricted=True, restricted_reason="STAFF_FAMILY")
    case.refresh_from_db()
    return case


def read(answer: Any) -> str:
    """A page without what differs in every answer: numbers, references and tokens."""
    text = re.sub(r"(CSE|CON)-[0-9-]+", "REF", answer.content.decode())
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "KEY", text)
    return re.sub(r'(nonce|name="(csrfmiddlewaretoken|form_token)" value)="[^"]*"', "", text)


@pytest.mark.parametrize("known", [{"nhs_number": "9990000018"}, {"nhs_number": ""}])
def test_a_hidden_childs_number_opens_a_case_without_telling(
    cast: Cast, manager: Client, hidden: Case, known: dict[str, str]
) -> None:
    """By number, or by name and day of birth: what the decider gets is what they would get without a first case."""
    answers = []
    for said in ({"given_name": "Ash", "family_name": "Oakley", "date_of_birth": dt.date(2013, 1, 2)}, known):
        each = make_concern(cast.health, **said)
        answer = manager.post(address(each), posted(cast, "open_case"))
        answers.append((answer.status_code, answer["Location"], read(manager.get(answer["Location"]))))
    assert answers[0] == answers[1]
    opened = Concern.objects.values_list("case__reference", flat=True).order_by("submitted_at")
    looks = [manager.get(reverse("cases:case", args=[reference])) for reference in opened]
    assert [each.status_code for each in looks] == [200, 200], (
        "nor does the next look tell that there is a first"
    )
    assert cast.police.full_name not in looks[1].content.decode(), "who holds the first"
    for page in ("access", "access-share", "restrict", "restrict-lift"):
        assert manager.get(reverse(f"cases:{page}", args=[opened[1]])).status_code == 403, page
    with acting.for_the_system():
        each.refresh_from_db()
        second = each.case
        assert second is not None
        assert second != hidden
        assert second.child.nhs_number == known["nhs_number"], "left off, it would tell"


def test_a_second_case_of_a_hidden_child_is_as_closed_as_the_first(
    cast: Cast, manager: Client, hidden: Case
) -> None:
    exclusions.exclude(case=hidden, user=cast.health, reason="An aunt", by=cast.privacy)
    exclusions.exclude(case=hidden, agency=cast.agency("education"), reason="A governor", by=cast.privacy)
    Notification.objects.all().delete()
    concern = make_concern(cast.practitioner, nhs_number="9990000018")
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    second = Case.objects.exclude(pk=hidden.pk).get()
    assert (second.is_restricted, second.restricted_reason) == (True, hidden.restricted_reason)
    assert set(second.child.exclusions.values_list("user", "agency", "reason", "decided_by")) == {
        (cast.health.pk, None, "An aunt", cast.privacy.pk),
        (None, cast.agency("education").pk, "A governor", cast.privacy.pk),
    }
    may = {name for name, person in cast.people.items() if gate.can(person, Permission.CASE_VIEW, second)}
    assert may == {"manager", "police", "practitioner"}, "who holds the first, who leads it, and who wrote it"
    told = Notification.objects.filter(text__contains=hidden.reference)
    assert set(told.values_list("user", flat=True)) == {cast.practitioner.pk, cast.privacy.pk}
    assert not told.filter(text__contains="Robyn").exists()
    event = AuditEvent.objects.get(action=Action.SECOND_CASE_OPENED)
    assert (event.case_id, event.object_id) == (hidden.pk, second.pk)
    assert not Notification.objects.filter(user=cast.manager).exists()


def test_only_the_cse_team_triages(cast: Cast, client: Client) -> None:
    concern = make_concern(cast.practitioner)
    people: dict[Any, int] = {cast.practitioner: 403, cast.police: 404, cast.outsider: 404, cast.privacy: 404}
    for person, status in people.items():
        client.force_login(person, backend=BACKEND)
        assert client.get("/triage/").status_code == 403
        assert client.get(address(concern)).status_code == status
    with pytest.raises(NotPermitted):
        triage.decide(concern=concern, verdict=verdict(), by=cast.practitioner)


def test_the_queue_is_ranked_and_its_tiles_count_the_same(cast: Cast, manager: Client) -> None:
    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False):
        make_concern(cast.practitioner, given_name="Late")
    with time_machine.travel("2026-03-06 10:00:00+00:00", tick=False):
        make_concern(cast.practitioner, given_name="Routine")
        make_concern(cast.practitioner, given_name="Harmed", harm_status="H2", harm_evidence="A bruise.")
        make_concern(cast.practitioner, given_name="Network", network_concern="yes")
        taken = make_concern(cast.practitioner, given_name="Taken", immediate_danger=True)
        triage.take(concern=taken, by=cast.manager)
        make_concern(cast.practitioner, given_name="Danger", immediate_danger=True)
        news = make_concern(cast.practitioner, given_name="News")
        add_addendum(concern=news, text="Her phone is off.", by=cast.practitioner, changes_danger=True)
        decide(make_concern(cast.practitioner, given_name="Decided"), cast.manager)
        manager.force_login(cast.manager, backend=BACKEND)
        order = ["Danger", "News", "Taken", "Network", "Harmed", "Late", "Routine"]
        assert listed(manager, "") == order
        assert listed(manager, "?overdue=yes") == ["Late"]
        assert listed(manager, "?danger=yes") == ["Danger", "News", "Taken"]
        assert listed(manager, "?new=yes") == ["News"]
        assert listed(manager, "?nobody=yes") == [name for name in order if name != "Taken"]
        now = [(row.name.split()[0], row.kind) for row in manager.get("/").context["today"].now.rows]
        assert now == [
            ("Danger", "Immediate danger"), ("News", "Danger now?"), ("Taken", "Immediate danger"), ("Late", "Overdue"),
        ]  # fmt: skip


def listed(manager: Client, narrowed: str) -> list[str]:
    return [row.child.split()[0] for row in manager.get(f"/triage/{narrowed}").context["rows"]]


def test_the_page_costs_the_same_however_many_may_be_the_same_child(
    cast: Cast, manager: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        case = make_case(cast, child=make_child(given_name="Robyn", family_name="Testley"))
        ChildAlias.objects.create(child=case.child, name=f"Robs{number}")
        make_concern(cast.practitioner)
    concern = make_concern(cast.practitioner)
    # Three ask whose home is hidden among them, one who has answered, two what was handed over; four the workers'
    # caseloads, the agencies, the place in the queue and corrected decisions; seven hold the transaction.
    with django_assert_max_num_queries(33):
        page = manager.get(address(concern))
    assert len(page.context["known"]) == 10
