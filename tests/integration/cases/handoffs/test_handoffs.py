"""Hand-offs: who sees and does what, the journey through pages, reminders, and what is refused."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.concerns.choices import ConcernOutcome, ConcernState, Urgency
from cases.concerns.models import Concern
from cases.concerns.services import add_addendum
from cases.handoffs import services as handoffs
from cases.handoffs.choices import HandOffOutcome, HandOffState
from cases.handoffs.models import HandOff, HandOffChange
from cases.handoffs.selectors import agencies_to_ask, handed_to_us, not_accepted
from cases.sharing.models import Exclusion, ExclusionBasis
from cases.sharing.services import access, exclusions
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.concerns import decide, make_concern, opening
from tests.factories.handoffs import ASKED, PLAN, accepted, cog_worker, declined, handed_over, stepped_down

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Two working days of time, a Monday morning.
MONDAY = dt.datetime(2026, 11, 30, 10, tzinfo=dt.UTC)
WAITS, WORKS, OVER, CASE = "asked", "accepted", "declined", "from a case"


def state_of(cast: Cast, state: str) -> HandOff:
    """The nurse's agency was asked about the teacher's concern; or the school about a case of social care."""
    if state == CASE:
        return stepped_down(cast, make_case(cast))
    found = handed_over(cast)
    steps = {WAITS: lambda: found, WORKS: lambda: accepted(found, cast.health)}
    return {**steps, OVER: lambda: declined(found, cast.health)}[state]()


# Of each state: who sees the hand-off, who answers it, who hands it to another agency, who sees the concern.
TABLE: dict[str, tuple[set[str], set[str], set[str], set[str]]] = {
    WAITS: ({"manager", "outsider", "health"}, {"health"}, {"manager"}, {"manager", "outsider", "health"}),
    WORKS: ({"manager", "outsider", "health"}, {"health"}, {"manager"}, {"manager", "outsider", "health"}),
    OVER: ({"manager", "outsider", "health"}, {"health"}, {"manager"}, {"manager", "outsider"}),
    CASE: ({"manager", "practitioner", "outsider"}, {"outsider"}, {"manager"}, set()),
}


@pytest.mark.parametrize("state", TABLE)
def test_who_sees_and_does_what(cast: Cast, state: str) -> None:
    found = state_of(cast, state)
    said: tuple[set[str], ...] = (set(), set(), set(), set())
    permissions = (Permission.HANDOFF_VIEW, Permission.HANDOFF_ANSWER, Permission.HANDOFF_REASSIGN)
    for name, user in cast.people.items():
        if name == "leaver":  # who works at social care still, in this cast
            continue
        for who, permission in zip(said, permissions, strict=False):
            who.update({name} if gate.can(user, permission, found) else set())
        if found.concern and gate.can(user, Permission.CONCERN_VIEW, found.concern):
            said[3].add(name)
        with acting_for(user), context.request():
            assert HandOff.objects.exists() == (name in said[0]), f"PostgreSQL and the list differ for {name}"
            assert HandOffChange.objects.exists() == (name in said[0])
            if found.concern:
                assert Concern.objects.exists() == (name in said[3]), name
    assert said == TABLE[state]


@pytest.mark.parametrize("shut", ["person", "agency"])
def test_an_excluded_person_or_agency_never_sees_it(cast: Cast, shut: str) -> None:
    found = handed_over(cast)
    who: dict[str, Any] = {"user": cast.health} if shut == "person" else {"agency": cast.agency("health")}
    Exclusion.objects.create(
        concern=found.concern, basis=ExclusionBasis.ADDRESS, decide_by=timezone.localdate(),
        confirmed_at=timezone.now(), decided_by=cast.privacy, **who,
    )  # fmt: skip
    assert not gate.can(cast.health, Permission.HANDOFF_VIEW, found)
    assert found.concern is not None
    assert not gate.can(cast.health, Permission.CONCERN_VIEW, found.concern)
    with acting_for(cast.health), context.request():
        assert not HandOff.objects.exists()
        assert not Concern.objects.exists()


def test_an_agency_whose_people_are_all_excluded_is_not_asked(cast: Cast) -> None:
    case = make_case(cast)
    exclusions.exclude(case=case, agency=cast.agency("education"), reason="Their pupil", by=cast.privacy)
    with pytest.raises(NotAllowedNow, match="Nobody of this agency can"):
        stepped_down(cast, case)
    assert not HandOff.objects.exists()


def test_a_restricted_case_closes_its_hand_offs_to_agencies(cast: Cast) -> None:
    case = make_case(cast)
    found = stepped_down(cast, case)
    access.restrict(
        case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    assert not gate.can(cast.outsider, Permission.HANDOFF_VIEW, found)
    with acting_for(cast.outsider), context.request():
        assert not HandOff.objects.exists()
    with pytest.raises(NotAllowedNow, match="restricted"):
        stepped_down(cast, case)


def test_the_agencys_people_are_told_at_once_and_the_line_names_no_child(cast: Cast) -> None:
    found = handed_over(cast)
    lines = Notification.objects.filter(about_id=found.pk)
    assert {line.user for line in lines} == {cast.health}
    assert "Testley" not in lines.get().text
    assert found.accept_by > timezone.localdate()


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user, backend=BACKEND)
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def send(client: Client, address: str, **said: Any) -> str:
    """Post a form and follow where it leads."""
    answer = client.post(address, {"form_token": str(new_key()), **said}, follow=True)
    assert answer.status_code == 200, address
    return answer.content.decode()


def date_of(name: str, day: dt.date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def act(found: HandOff, name: str = "handoff") -> str:
    return reverse(f"cases:{name}", args=[found.pk])


def test_the_journey_from_early_help_to_triage_again(cast: Cast) -> None:
    with time_machine.travel(MONDAY) as clock:
        worker, concern = cog_worker(cast), make_concern(cast.outsider)
        triage = reverse("cases:triage-concern", args=[concern.reference])
        team = sign_in(Client(), cast.manager)
        said = {"outcome": "early_help", "rationale": "Early signs.", "feedback": "The COG will ring you."}
        unsaid = send(team, triage, **said, early_help_agency="early-help")
        assert "Say what you ask of the agency" in unsaid
        assert not HandOff.objects.exists()
        send(team, triage, **said, early_help_agency="early-help", early_help_asked=ASKED)
        found = HandOff.objects.get()
        assert found.accept_by == dt.date(2026, 12, 2)
        assert "Robyn Testley" in page(team, reverse("cases:handoffs-not-accepted"))
        assert "hand-off not accepted</a>" in page(team, "/")

        clock.shift(dt.timedelta(days=1))
        cog = sign_in(Client(), worker)
        assert "New to you: accept or decline" in page(cog, "/")
        assert concern.reference in page(cog, act(found))
        assert concern.worry in page(cog, reverse("cases:concern", args=[concern.reference]))
        review = date_of("review_on", dt.date(2026, 12, 15))
        assert PLAN in send(cog, act(found, "handoff-accept"), plan=PLAN, **review)
        team = sign_in(Client(), cast.manager)
        assert "Every hand-off has been accepted" in page(team, reverse("cases:handoffs-not-accepted"))
        assert PLAN in page(sign_in(Client(), cast.outsider), act(found))

        clock.shift(dt.timedelta(days=14))
        later = date_of("review_on", dt.date(2027, 1, 12))
        cog = sign_in(Client(), worker)
        send(cog, act(found, "handoff-review"), found="She talks to Abi.", plan="Abi goes on.", **later)
        clock.shift(dt.timedelta(days=2))
        cog = sign_in(Client(), worker)
        send(cog, act(found, "handoff-step-up"), reason="An older man collects her.", danger="no")

        team = sign_in(Client(), cast.manager)
        assert "Stepped up by Sandwell Early Help and COG" in page(team, reverse("cases:triage"))
        assert "An older man collects her." in page(team, triage)
        concern.refresh_from_db()
        assert (concern.state, concern.urgency) == (ConcernState.SUBMITTED, Urgency.HIGH)
        assert concern.decide_by == dt.date(2026, 12, 18)
        history = page(team, act(found))
        for words in (
            "Handed over",
            "Accepted",
            "Reviewed",
            "She talks to Abi.",
            "An older man collects her.",
        ):
            assert words in history
        opened = {
            "outcome": "open_case", "rationale": "More is needed.", "feedback": "A case is open.",
            "lead": str(cast.practitioner.memberships.get().pk), "category": "2", "harm_status": "H1",
            "lawful_basis": LAWFUL_BASIS,
        }  # fmt: skip
        send(team, triage, **opened)
        concern.refresh_from_db()
        assert concern.decisions.count() == 2
        assert concern.case is not None
        assert "Stepped up" in page(team, reverse("cases:case", args=[concern.case.reference]))
        assert concern.worry in page(cog, reverse("cases:concern", args=[concern.reference]))


def test_news_of_danger_reaches_who_helps_and_triage_sees_what_was_done(cast: Cast) -> None:
    found = accepted(handed_over(cast), cast.health)
    assert found.concern is not None
    add_addendum(concern=found.concern, text="He is outside.", by=cast.outsider, changes_danger=True)
    told = Notification.objects.get(user=cast.health, text__contains="which was handed to your agency")
    assert told.text.startswith("Urgent: ")
    client, address = (
        sign_in(Client(), cast.manager),
        reverse("cases:triage-concern", args=[found.concern.reference]),
    )
    shown = page(client, address)
    assert all(words in shown for words in ("Danger now?", "Earlier decision", PLAN))
    later = make_concern(cast.police)
    assert "Health: accepted" in page(client, reverse("cases:triage-concern", args=[later.reference]))
    shown = client.post(address, {"act": "danger"}).content.decode()
    assert all(words in shown for words in ("In danger since", "He is outside.", "Strategy discussion today"))


def test_what_was_declined_comes_back_and_is_handed_to_another_agency(cast: Cast) -> None:
    found, client = handed_over(cast), Client()
    sign_in(client, cast.health)
    assert "Say why you decline" in send(client, act(found, "handoff-decline"), reason="")
    mine = send(client, act(found, "handoff-decline"), reason="We have no worker.")
    assert "We have no worker." in mine
    assert "Testley" not in mine
    assert ASKED not in mine
    assert found.concern is not None
    gone = client.get(reverse("cases:concern", args=[found.concern.reference]))
    assert gone.status_code == 404
    assert Notification.objects.filter(user=cast.manager, about_id=found.pk).exists()
    manager = sign_in(Client(), cast.manager)
    assert "Declined" in page(manager, reverse("cases:handoffs-not-accepted"))
    pass_on = act(found, "handoff-pass-on")
    police = {"agency": str(cast.agency("police").pk), "asked": ASKED, "form_token": str(new_key())}
    for _ in range(2):  # posted twice, it is one
        manager.post(pass_on, police)
    new = HandOff.objects.exclude(pk=found.pk).get()
    assert (new.agency, new.state, new.concern) == (cast.agency("police"), HandOffState.ASKED, found.concern)
    assert gate.can(cast.police, Permission.CONCERN_VIEW, found.concern)
    mine = page(client, act(found))
    assert "We have no worker." in mine
    assert "Police" not in mine


def test_the_second_who_accepts_is_told_who_did(cast: Cast) -> None:
    found = accepted(handed_over(cast), cast.health)
    with pytest.raises(NotAllowedNow, match="accepted by Hannah Okafor"):
        accepted(found, cast.health)
    with pytest.raises(NotAllowedNow, match="accepted by Hannah Okafor"):
        declined(found, cast.health)


def test_a_review_in_the_past_and_an_agency_that_has_left_are_refused(cast: Cast) -> None:
    found, client = handed_over(cast), sign_in(Client(), cast.health)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    said = send(client, act(found, "handoff-accept"), plan=PLAN, **date_of("review_on", yesterday))
    assert "When will you review it? Enter today" in said
    with pytest.raises(NotAllowedNow, match="today or later"):
        accepted(found, cast.health, days=-1)
    Agency.objects.filter(code="education").update(is_active=False)
    with pytest.raises(NotAllowedNow, match="Nobody of this agency can"):
        stepped_down(cast, make_case(cast))
    assert not agencies_to_ask().filter(code__in=["education", "cse-team"]).exists()
    with pytest.raises(NotAllowedNow, match="asked already"):
        handoffs.pass_on(hand_off=found, agency=found.agency, asked=ASKED, by=cast.manager)


def test_others_may_not_answer_and_strangers_find_nothing(cast: Cast) -> None:
    found = handed_over(cast)
    with pytest.raises(NotPermitted):
        accepted(found, cast.outsider)
    with pytest.raises(NotVisible):
        accepted(found, cast.police)
    with pytest.raises(NotPermitted):
        handoffs.pass_on(hand_off=found, agency=cast.agency("police"), asked=ASKED, by=cast.health)


def test_a_case_is_stepped_down_and_its_child_named_but_not_its_record(cast: Cast) -> None:
    case, client = make_case(cast), sign_in(Client(), cast.practitioner)
    address = reverse("cases:step-down", args=[case.reference])
    assert address in page(client, reverse("cases:case", args=[case.reference]))
    said = {"agency": str(cast.agency("education").pk), "asked": ASKED, "form_token": str(new_key())}
    for _ in range(2):  # posted twice, it is one
        client.post(address, said)
    found = HandOff.objects.get()
    assert case.chronology.filter(kind=EntryKind.HAND_OFF, source_id=found.pk).exists()
    school = sign_in(Client(), cast.outsider)
    shown = page(school, act(found))
    assert case.child.name in shown
    assert case.reference not in shown
    assert school.get(reverse("cases:case", args=[case.reference])).status_code == 404
    accepted(found, cast.outsider)
    send(school, act(found, "handoff-step-up"), reason="He is missing school again.", danger="yes")
    new = Concern.objects.get()
    assert (new.child_name, new.state) == (case.child.name, ConcernState.SUBMITTED)
    assert "He is missing school again." in new.worry
    found.refresh_from_db()
    assert (found.outcome, found.concern, found.case) == (HandOffOutcome.STEPPED_UP, new, case)
    assert new.urgency == Urgency.IMMEDIATE
    manager = sign_in(Client(), cast.manager)
    assert "Stepped up by" in page(manager, reverse("cases:triage"))


def test_an_end_says_what_came_of_it(cast: Cast) -> None:
    found = accepted(handed_over(cast), cast.health)
    client = sign_in(Client(), cast.health)
    assert "Say what came of it" in send(client, act(found, "handoff-end"), note="Well.")
    said = send(client, act(found, "handoff-end"), outcome="helped", note="She sees friends again.")
    assert "She sees friends again." in said
    found.refresh_from_db()
    assert (found.state, found.outcome) == (HandOffState.ENDED, HandOffOutcome.HELPED)
    assert handed_to_us(cast.health) == []
    today = date_of("review_on", timezone.localdate())
    again = send(client, act(found, "handoff-review"), found="She is well.", plan=PLAN, **today)
    assert "This hand-off is over: ended by Hannah Okafor" in again


def test_the_team_ends_or_takes_back_what_nobody_accepted(cast: Cast) -> None:
    first, second = handed_over(cast), declined(handed_over(cast), cast.health)
    team = sign_in(Client(), cast.manager)
    send(team, act(first, "handoff-end"), outcome="not_needed", note="The school helps.")
    assert "danger right now?" in send(team, act(second, "handoff-step-up"), reason="No agency can.")
    send(team, act(second, "handoff-step-up"), reason="No agency can.", danger="yes")
    assert not_accepted(cast.manager) == []
    waiting = Concern.objects.waiting().get()
    assert (waiting, waiting.urgency) == (second.concern, Urgency.IMMEDIATE)
    assert "Stepped up by Sandwell CSE Team" in page(
        team, reverse("cases:triage-concern", args=[str(second.concern)])
    )


def test_the_lists_have_the_late_first(cast: Cast) -> None:
    with time_machine.travel(MONDAY) as clock:
        late, no = handed_over(cast), declined(handed_over(cast), cast.health)
        works = accepted(handed_over(cast), cast.health, days=30)
        soon = accepted(handed_over(cast), cast.health, days=20)
        clock.shift(dt.timedelta(days=3))
        new = handed_over(cast)
        assert not_accepted(cast.manager) == [late, no, new]
        assert handed_to_us(cast.health) == [late, new, soon, works]


def test_each_reminder_is_told_once(cast: Cast) -> None:
    with time_machine.travel(MONDAY) as clock:
        late, works = handed_over(cast), accepted(handed_over(cast), cast.health, days=1)
        Notification.objects.all().delete()
        assert handoffs.remind() == 0
        clock.shift(dt.timedelta(days=3))
        assert handoffs.remind() == 2
        told = set(Notification.objects.values_list("about_id", "user__email"))
        assert told == {
            (key, f"{name}@example.org") for key in (late.pk, works.pk) for name in ("health", "manager")
        }
        assert handoffs.remind() == 0
        with context.request():
            handoffs.review(
                hand_off=works, found="Well.", plan=PLAN, review_on=timezone.localdate(), by=cast.health
            )
        clock.shift(dt.timedelta(days=1))
        assert handoffs.remind() == 1


def test_every_change_is_on_record(cast: Cast) -> None:
    found = accepted(handed_over(cast), cast.health)
    noted = set(AuditEvent.objects.filter(object_id=found.pk).values_list("action", flat=True))
    assert {Action.HANDED_OVER, Action.HANDOFF_ACCEPTED} <= noted
    assert [each.by for each in found.changes.all()] == [cast.manager, cast.health]


def test_a_concern_that_became_a_case_takes_its_hand_offs_along(cast: Cast) -> None:
    found = accepted(handed_over(cast), cast.health)
    with context.request():
        concern = handoffs.step_up(hand_off=found, reason="More is needed.", by=cast.health)
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    found.refresh_from_db()
    concern.refresh_from_db()
    assert found.case == concern.case is not None
    assert gate.can(cast.practitioner, Permission.HANDOFF_VIEW, found)
