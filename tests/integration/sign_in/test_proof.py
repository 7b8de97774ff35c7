"""Before what matters, the portal asks who is at the screen: once in five minutes, and nothing typed is lost."""

import datetime as dt
import inspect
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from cases.choices import ExportState, Ground, ItemKind
from cases.models import Case, Redaction, SubjectAccessPassage
from cases.services import access
from cases.services import subject_access as services
from cse_portal.access import gate, grants
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.keys import new_key
from intelligence.choices import SubmissionState
from intelligence.models import IntelligenceReport
from mase.choices import AnswerKind
from mase.models import MinutesVersion
from mase.services import answers
from mase.services.answers import Answer
from tests.access.addresses import ADDRESSES, PROVED, PROVED_ELSEWHERE, PROVED_FOR_SOME
from tests.access.places import Places
from tests.access.test_addresses import routes
from tests.cast import Cast
from tests.factories import actions as planned
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.concerns import make_concern
from tests.factories.exports import ask
from tests.factories.intelligence import make_report, make_submission
from tests.factories.meetings import make_meeting, membership, start_meeting
from tests.factories.subject_access import assembled, item_of_kind
from tests.signing_in import (
    PASSWORD,
    code_of,
    forget_tries,
    kept_fields,
    proved_long_ago,
    with_app,
    with_password,
)
from tests.sweeps import Sweep

PROVE = "/accounts/prove/"


@dataclass(frozen=True)
class Gives:
    """A form with one answer that gives sight or a copy, one that does not, and whether it was given."""

    person: User
    page: str
    typed: dict[str, str]
    gives_nothing: dict[str, str]
    given: Callable[[], bool]


@pytest.fixture(autouse=True)
def no_limits_left_over(db: None) -> None:
    """Each test begins with its tries unspent."""
    forget_tries()


@pytest.fixture
def case(cast: Cast) -> Case:
    """Shared with the police."""
    case = make_case(cast)
    access.share(
        case=case,
        to=cast.agency("police"),
        reason="Joint work",
        lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )
    return case


def asks(client: Client, path: str, *, post: bool) -> bool:
    """Whether the page, opened or posted nothing, leads to the proof; what that changes is taken back."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answers = [] if post else [client.get(path)]
        answers.append(client.post(path))
        transaction.set_rollback(True)
    client.cookies = cookies
    return any(answer.headers.get("Location", "").startswith(PROVE) for answer in answers)


def browser(person: User, seconds: int) -> Client:
    """Of somebody who proved who they are so long ago."""
    client = Client()
    client.force_login(person)
    proved_long_ago(client, seconds)
    return client


def test_the_pages_that_ask_after_five_minutes_and_not_after_four_are_those_of_the_table(
    cast: Cast, places: Places, sweep: Sweep
) -> None:
    late, soon = {}, {}
    for name, address in sweep.of(ADDRESSES.items()):
        if address.public or not address.opens or name.startswith("api-"):
            continue
        person = sorted(address.opens)[0]
        path = reverse(name, kwargs={argument: places[thing] for argument, thing in address.about.items()})
        late[name] = asks(browser(cast.people[person], 300), path, post=address.post)
        if late[name] or name in PROVED:
            soon[name] = asks(browser(cast.people[person], 240), path, post=address.post)
    assert {name for name, asked in late.items() if asked} == PROVED & late.keys()
    assert [name for name, asked in soon.items() if asked] == []


def test_no_button_gives_sight_or_makes_it_longer_unasked(cast: Cast, places: Places, sweep: Sweep) -> None:
    """Whatever a post without words does: none leaves an event that access was given. What needs words is below."""
    giving = []
    for name, address in sweep.of(ADDRESSES.items()):
        if address.public or not address.opens or name.startswith("api-"):
            continue
        path = reverse(name, kwargs={argument: places[thing] for argument, thing in address.about.items()})
        given = AuditEvent.objects.filter(action=Action.ACCESS_GRANTED)
        before = given.count()
        with transaction.atomic():
            browser(cast.people[sorted(address.opens)[0]], 301).post(path)
            if given.count() > before:
                giving.append(name)
            transaction.set_rollback(True)
    assert giving == []


def prove_again(client: Client) -> None:
    """As on the page that asks for it."""
    proved_long_ago(client, 1)


def test_every_view_that_asks_for_proof_is_in_the_table() -> None:
    asking = {name for name, pattern in routes() if "proof.require(" in source_of(pattern.callback)}
    assert asking - PROVED == PROVED_ELSEWHERE | PROVED_FOR_SOME


def source_of(view: Any) -> str:
    """As it was written."""
    return inspect.getsource(inspect.unwrap(getattr(view, "view_class", view)))


@pytest.mark.parametrize("verb", ["unmark", "include"])
def test_nothing_is_put_back_into_what_leaves_the_portal_without_proof(cast: Cast, verb: str) -> None:
    request = assembled(make_case(cast), cast.manager)
    passage = SubjectAccessPassage.objects.filter(item__request=request, needs_release=False, held="").first()
    assert passage is not None
    services.mark(passage=passage, starts_at=0, ends_at=3, ground=Ground.THIRD_PARTY, by=cast.manager)
    services.hold(passage=passage, ground=Ground.THIRD_PARTY, by=cast.manager)
    redaction = Redaction.objects.get(passage=passage)
    address = reverse(f"reporting:subject-access-{verb}", args=[request.reference, passage.item_id])
    typed = {"redaction": str(redaction.pk), "passage": str(passage.pk)}
    client = browser(cast.manager, 301)
    assert client.post(address, typed)["Location"].startswith(PROVE)
    assert left_out(passage) == (True, True)
    prove_again(client)
    offered = client.get(address, follow=True)
    assert client.post(address, dict(kept_fields(offered))).status_code == 302
    assert left_out(passage) == ((True, False) if verb == "unmark" else (False, True))


def test_the_police_release_nothing_without_proof(cast: Cast, case: Case) -> None:
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.practitioner,
    )  # fmt: skip
    make_report(cast, case=case)
    request = assembled(case, cast.manager)
    item = item_of_kind(request, ItemKind.INTELLIGENCE)
    address = reverse("reporting:subject-access-release", args=[request.reference])
    client = browser(cast.police, 301)
    assert client.get(address).status_code == 200, "what waits is read without it"
    assert client.post(address, {"item": str(item.pk)})["Location"].startswith(PROVE)
    assert item.passages.get().waits_for_police
    prove_again(client)
    offered = client.get(address)
    assert client.post(address, dict(kept_fields(offered))).status_code == 302
    assert not item.passages.get().waits_for_police


def left_out(passage: SubjectAccessPassage) -> tuple[bool, bool]:
    """Whether the whole text is left out, and whether words of it are."""
    passage.refresh_from_db()
    return bool(passage.held), passage.redactions.exists()


def test_a_later_day_is_longer_sight_and_asks_who_one_is(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    client, address = browser(cast.manager, 301), reverse("mase:change", args=[meeting.pk])
    for days, asks in ((-1, False), (30, True)):
        day = timezone.localtime(meeting.scheduled_for) + dt.timedelta(days=days)
        typed = {
            "form_token": str(new_key()), "scheduled_for_day": day.day, "scheduled_for_month": day.month,
            "scheduled_for_year": day.year, "scheduled_for_time": "9am", "place": "Room 2", "purpose": "A plan",
            "child_invited": "yes", "parent_invited": "yes", "late_reason": "CAPACITY", "reason": "The room",
            "version": "1",
        }  # fmt: skip
        answer = client.post(address, typed)
        assert answer.status_code == 302, days
        assert answer["Location"].startswith(PROVE) is asks, days


def test_a_chair_who_signed_in_hours_ago_ends_a_meeting_with_guests_and_loses_nothing_typed(
    cast: Cast,
) -> None:
    meeting = planned.end_later(cast, planned.running(cast, make_case(cast), people=[cast.health]))
    client, address = browser(cast.manager, 3 * 60 * 60), reverse("mase:end", args=[meeting.pk])
    assert client.get(address).status_code == 200
    asked = client.post(address, {"no_quorum_reason": "The others sent reports."})
    assert asked["Location"] == f"{PROVE}?{urlencode({'next': address})}"
    meeting.refresh_from_db()
    assert meeting.is_running
    prove_again(client)
    offered = client.get(address)
    assert "The others sent reports." in offered.content.decode()
    assert client.post(address, dict(kept_fields(offered))).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.is_running, meeting.no_quorum_reason) == (False, "The others sent reports.")


def test_a_meeting_whose_people_all_see_the_case_anyway_ends_without_proof(cast: Cast) -> None:
    meeting = planned.end_later(cast, planned.running(cast, make_case(cast), people=[cast.practitioner]))
    address = reverse("mase:end", args=[meeting.pk])
    answer = browser(cast.manager, 301).post(address, {"no_quorum_reason": "The others sent reports."})
    assert answer["Location"] == reverse("mase:meeting", args=[meeting.pk])
    meeting.refresh_from_db()
    assert not meeting.is_running


@pytest.mark.parametrize(("days_later", "asks"), [(0, False), (26, True)])
def test_minutes_that_come_late_let_guests_see_the_case_longer_and_ask_who_one_is(
    cast: Cast, days_later: int, *, asks: bool
) -> None:
    meeting = planned.end(cast, planned.running(cast, make_case(cast), people=[cast.health, cast.police]))
    address = reverse("mase:minutes-circulate", args=[meeting.pk])
    with time_machine.travel(timezone.now() + dt.timedelta(days=days_later)):
        client = browser(cast.manager, 301)
        form = client.get(address).context["form"]
        typed = {f"gets_{each.holder.pk.hex}": "on" for each in form.choosable}
        del typed[f"gets_{cast.police.pk.hex}"]
        typed |= {"seen": form.initial["seen"], f"why_{cast.police.pk.hex}": "He is a witness."}
        answer = client.post(address, typed)
        assert answer["Location"].startswith(PROVE) is asks
        if asks:
            assert not MinutesVersion.objects.filter(minutes__meeting=meeting).exists()
            prove_again(client)
            offered = client.get(address)
            assert "He is a witness." in offered.content.decode()
            assert client.post(address, dict(kept_fields(offered))).status_code == 302
    assert MinutesVersion.objects.filter(minutes__meeting=meeting).exists()
    assert meeting.left_out.get().person == cast.police


def test_a_chair_who_invites_in_a_running_meeting_keeps_what_was_typed(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast), agencies=[], people=[])
    client, address = browser(cast.manager, 1), reverse("mase:invite", args=[meeting.pk])
    assert client.get(address).status_code == 200
    proved_long_ago(client)
    asked = client.post(address, {"person": str(membership(cast.health).pk), "agency": "", "role": ""})
    assert asked["Location"].startswith(PROVE)
    assert not meeting.invitations.filter(person=cast.health).exists()
    prove_again(client)
    offered = client.get(address)
    assert str(membership(cast.health).pk) in offered.content.decode()
    assert client.post(address, dict(kept_fields(offered))).status_code == 302
    assert meeting.invitations.filter(person=cast.health).exists()


def colleague_of(person: User) -> Membership:
    """Somebody else of the same agency."""
    post = membership(person)
    colleague = add_person(
        email="colleague@example.org", full_name="Ngozi Bell", agency=post.agency, role=Role(post.role)
    )
    return membership(colleague)


def to_a_deputy(cast: Cast) -> Gives:
    """An answer in which the nurse names a colleague, and one in which she names nobody."""
    meeting = make_meeting(cast, make_case(cast), agencies=[], people=[cast.health])
    asked = meeting.invitations.get(person=cast.health)
    deputy, page = colleague_of(cast.health), reverse("mase:answer", args=[meeting.pk, asked.pk])
    typed = {"kind": "deputy", "deputy": str(deputy.pk), "deputy_name": ""}
    none = {"kind": "decline", "reason": "In court", "deputy": "", "deputy_name": ""}
    return Gives(
        cast.health, page, typed, none, lambda: gate.can(deputy.user, Permission.CASE_VIEW, meeting.case)
    )


def back_from_a_deputy(cast: Cast, *, by_deputy: bool = False) -> Gives:
    """An answer by which the nurse comes after all, noted by the lead or the deputy; and one by which nobody comes."""
    meeting = make_meeting(cast, make_case(cast), agencies=[], people=[cast.health])
    asked, deputy = meeting.invitations.get(person=cast.health), colleague_of(cast.health).user
    answers.answer(invitation=asked, given=Answer(AnswerKind.DEPUTY, deputy=deputy), by=cast.health)
    none = {"kind": "decline", "reason": "In court", "deputy": "", "deputy_name": ""}
    return Gives(
        deputy if by_deputy else cast.practitioner, reverse("mase:answer", args=[meeting.pk, asked.pk]),
        {"kind": "accept"}, none, lambda: gate.can(cast.health, Permission.CASE_VIEW, meeting.case),
    )  # fmt: skip


def back_from_a_deputy_by_themselves(cast: Cast) -> Gives:
    """The same by the deputy, who then sees the case no longer."""
    return back_from_a_deputy(cast, by_deputy=True)


def to_whom_a_case_is_opened(cast: Cast) -> Gives:
    """A decision that opens a case, and one that does not."""
    concern = make_concern(cast.health)
    page = reverse("cases:triage-concern", args=[concern.reference])
    typed = {
        "outcome": "open_case", "rationale": "Because of what was seen.", "feedback": "Thank you.",
        "lead": str(membership(cast.practitioner).pk), "category": "2", "harm_status": "H1", "lawful_basis": "6_1_E",
        "form_token": str(new_key()),
    }  # fmt: skip
    return Gives(
        cast.manager,
        page,
        typed,
        {**typed, "outcome": "advice"},
        Case.objects.filter(concerns=concern).exists,
    )


def to_whom_a_copy_is_agreed(cast: Cast) -> Gives:
    """A second person's yes, and their no."""
    second = colleague_of(cast.manager).user
    make_case(cast)
    with override_settings(EXPORT_DAILY_RECORDS=0):
        copy = ask(cast.manager)
    assert copy.state == ExportState.WAITING

    def agreed() -> bool:
        copy.refresh_from_db()
        return copy.state == ExportState.MAKING

    page, typed = reverse("cases:export", args=[copy.pk]), {"agree": "yes", "reason": "On Monday"}
    return Gives(second, page, typed, {**typed, "agree": "no"}, agreed)


def to_whoever_holds_a_cases_intelligence(cast: Cast) -> Gives:
    """A report linked to a child: the lead, the CSE team and the police then read it. And nothing chosen."""
    case = make_case(cast, lead_agency=cast.agency("police"), lead_professional=cast.police)
    report = IntelligenceReport.objects.get(submission=make_submission(cast, state=SubmissionState.GRADED))
    page = reverse("intelligence:link", args=[report.reference, "child"])
    given = report.links.filter(case=case).exists
    return Gives(cast.police, page, {"reference": case.reference}, {"reference": ""}, given)


def to_who_takes_an_action_on(cast: Cast) -> Gives:
    """A guest's action goes to another guest, who then sees the case until it is done; and to who sees it anyway."""
    case, colleague = make_case(cast), colleague_of(cast.health)
    meeting = planned.running(cast, case, people=[cast.health, colleague.user])
    action = planned.agreed(cast, meeting)
    planned.end(cast, meeting)
    rows = grants.holders_rows(case, User).filter(user=colleague.user, expires_at__isnull=True)
    page = reverse("mase:action-hand-on", args=[action.pk])
    typed = {"person": str(colleague.pk), "reason": "On leave until May", "form_token": str(new_key())}
    anyway = {**typed, "person": str(membership(cast.practitioner).pk)}
    return Gives(cast.manager, page, typed, anyway, rows.exists)


GIVE = [
    to_a_deputy, back_from_a_deputy, back_from_a_deputy_by_themselves, to_whom_a_case_is_opened,
    to_whom_a_copy_is_agreed, to_who_takes_an_action_on,
]  # fmt: skip


@pytest.mark.parametrize("make", [*GIVE, to_whoever_holds_a_cases_intelligence])
def test_an_answer_that_gives_sight_or_a_copy_needs_proof_and_another_does_not(
    cast: Cast, make: Callable[[Cast], Gives]
) -> None:
    gives = make(cast)
    client = browser(gives.person, 301)
    assert client.get(gives.page).status_code == 200
    asked = client.post(gives.page, gives.typed)
    assert asked["Location"].startswith(PROVE)
    assert not gives.given()
    prove_again(client)
    offered = client.get(gives.page)
    assert client.post(gives.page, dict(kept_fields(offered))).status_code == 302
    assert gives.given()


@pytest.mark.parametrize("make", GIVE)
def test_the_answer_that_gives_nothing_is_taken_as_it_is(cast: Cast, make: Callable[[Cast], Gives]) -> None:
    gives = make(cast)
    answer = browser(gives.person, 301).post(gives.page, gives.gives_nothing)
    assert answer.status_code == 302
    assert not answer["Location"].startswith(PROVE)
    assert not gives.given()


def test_a_child_that_is_chosen_from_those_found_needs_proof_and_a_vehicle_does_not(cast: Cast) -> None:
    gives = to_whoever_holds_a_cases_intelligence(cast)
    client = browser(gives.person, 301)
    assert client.post(gives.page, {"chosen": gives.typed["reference"]})["Location"].startswith(PROVE)
    assert "Enter the case reference" in client.post(gives.page, gives.gives_nothing).content.decode()
    vehicle = {"registration": "AB12 CDE", "form_token": str(new_key())}
    answer = client.post(gives.page.replace("child", "vehicle"), vehicle)
    assert not answer.get("Location", "").startswith(PROVE)
    assert not gives.given()


def test_no_deputy_is_let_in_by_an_answer_that_names_none(cast: Cast) -> None:
    gives = to_a_deputy(cast)
    answer = browser(gives.person, 301).post(gives.page, {**gives.typed, "kind": "accept"})
    assert not answer.get("Location", "").startswith(PROVE)
    assert not gives.given()


def test_what_is_not_theirs_is_not_found_rather_than_asked_about(cast: Cast, case: Case) -> None:
    client = Client()
    client.force_login(cast.outsider)
    proved_long_ago(client)
    address = reverse("cases:access-share", kwargs={"reference": case.reference})
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("way", ["password", "code"])
def test_proof_leads_back_and_the_reason_typed_is_still_there(
    cast: Cast, client: Client, case: Case, way: str
) -> None:
    client.force_login(with_app(cast.practitioner))
    proved_long_ago(client)
    address = reverse(
        "cases:access-stop",
        kwargs={"reference": case.reference, "kind": "agency", "pk": cast.agency("police").pk},
    )
    asked = client.post(address, {"reason": "They no longer work with her"})
    assert "what you typed is kept" in client.get(asked["Location"]).content.decode()
    shown = {"password": PASSWORD} if way == "password" else {"code": code_of(cast.practitioner)}
    assert client.post(asked["Location"], {"way": way, **shown})["Location"] == address
    offered = client.get(address)
    assert "They no longer work with her" in offered.content.decode()
    assert client.post(address, dict(kept_fields(offered))).status_code == 302
    assert "no longer shared" in client.get(f"/cases/{case.reference}/access/").content.decode()


@pytest.mark.parametrize(
    "shown",
    [
        {"way": "password", "password": "not this one"},
        {"way": "code", "code": "000000"},
        {"way": "demo"},
        {"way": "passkey", "credential": "{}"},
        {"way": "nonsense"},
        {},
    ],
)
def test_what_proves_nothing_leads_nowhere(cast: Cast, client: Client, shown: dict[str, str]) -> None:
    client.force_login(with_app(cast.practitioner))
    proved_long_ago(client)
    assert client.post(PROVE, shown).status_code == 200
    assert client.get("/accounts/factors/app/").status_code == 302


def test_proof_leads_to_no_page_but_our_own(cast: Cast, client: Client) -> None:
    client.force_login(with_password(cast.practitioner))
    answer = client.post(
        f"{PROVE}?next=https://elsewhere.example.org/", {"way": "password", "password": PASSWORD}
    )
    assert answer["Location"] == "/"


def test_in_the_demo_one_button_proves_it(cast: Cast, client: Client) -> None:
    client.post("/demo/", {"person": "practitioner"})
    proved_long_ago(client)
    assert client.get("/accounts/factors/app/").status_code == 302
    assert "It is me" in client.get(PROVE).content.decode()
    client.post(PROVE, {"way": "demo"})
    assert client.get("/accounts/factors/app/").status_code == 200
