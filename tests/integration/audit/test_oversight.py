"""The privacy officer's pages: by reference and never by content, read on the record, decided once."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cases.sharing.models import Declaration, EmergencyKind, EmergencyVerdict, Relation
from cases.sharing.selectors.emergency import Sought
from cases.sharing.services import access, emergency, exclusions
from cse_portal import acting
from cse_portal.access.user_context import user_context
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change, Finding, Verdict
from cse_portal.audit.recorder import record
from cse_portal.errors import NotVisible
from cse_portal.jobs.models import Notification
from reporting.oversight import services as oversight
from reporting.oversight.selectors.oversight import events_behind, findings
from reporting.tasks import look_over_audit
from tests.cast import Cast
from tests.factories.audit import at, look, make_finding, words_on_record
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import make_concern
from tests.signing_in import forget_tries, give_password

As = Callable[[str], Client]
YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case that three people of two agencies have looked at."""
    case = make_case(cast)
    for person in (cast.practitioner, cast.practitioner, cast.manager):
        look(person, case, "chronology")
    return case


def page(client: Client, name: str, *words: object) -> str:
    response = client.get(reverse(f"reporting:{name}", args=words))
    assert response.status_code == 200
    return str(response.content.decode())


def test_who_looked_at_a_child_is_told_by_reference(cast: Cast, case: Case, as_: As) -> None:
    shown = page(as_("privacy"), "audit-case", case.reference)
    assert case.reference in shown
    assert "Priya Raman" in shown
    assert "Viewed a case (chronology)" in shown
    for hidden in (case.child.given_name, case.child.family_name):
        assert hidden not in shown


def test_a_case_is_looked_up_by_its_reference_however_it_is_written(case: Case, as_: As) -> None:
    client = as_("privacy")
    sent = client.post(
        reverse("reporting:audit"), {"about": "case", "reference": f" {case.reference.lower()} "}
    )
    assert sent["Location"] == reverse("reporting:audit-case", args=[case.reference])
    unknown = client.post(reverse("reporting:audit"), {"about": "case", "reference": "CSE-2020-00000"})
    assert "No case has this reference" in unknown.content.decode()


def test_reading_the_audit_is_on_the_record(cast: Cast, case: Case, as_: As) -> None:
    page(as_("privacy"), "audit-case", case.reference)
    event = AuditEvent.objects.get(action=Action.AUDIT_READ)
    assert (event.actor, event.case_id, event.detail) == (cast.privacy, case.pk, {"page": "case"})


def test_a_privacy_officer_who_is_shut_out_of_a_case_does_not_find_who_looked_at_it(
    cast: Cast, case: Case, as_: As
) -> None:
    exclusions.exclude(case=case, user=cast.privacy, reason="Knows the family", by=cast.privacy)
    client = as_("privacy")
    assert client.get(reverse("reporting:audit-case", args=[case.reference])).status_code == 404
    assert case.reference not in page(client, "audit-person", cast.practitioner.pk)


def test_a_verdict_is_given_once_and_noted(cast: Cast, case: Case, as_: As) -> None:
    finding = make_finding(case=case, actor=cast.practitioner)
    client, address = as_("privacy"), reverse("reporting:audit-finding", args=[finding.pk])
    assert "Opened 1 case." in page(client, "audit")
    client.post(address, {"verdict": "in_order", "note": "She was on duty that night."})
    decided = Finding.objects.get()
    assert (decided.verdict, decided.decided_by) == ("in_order", cast.privacy)
    again = client.post(address, {"verdict": "breach", "note": "Changed my mind."})
    assert "it cannot be changed" in again.content.decode()
    assert "Nothing waits for you" in page(client, "audit")
    assert "In order" in page(client, "audit-decided")
    noted = Change.objects.filter(of_table="audit_finding", operation="UPDATE").get()
    assert (noted.actor_id, noted.role, noted.case_id) == (cast.privacy.pk, "privacy_officer", case.pk)


def test_nobody_decides_on_what_they_did_themselves(cast: Cast, as_: As) -> None:
    finding = make_finding(case=None, actor=cast.privacy)
    address = reverse("reporting:audit-finding", args=[finding.pk])
    answer = as_("privacy").post(address, {"verdict": "in_order", "note": "It was me."})
    assert "Another privacy officer decides" in answer.content.decode()
    assert Finding.objects.get().verdict == ""


def test_the_access_tab_tells_the_lead_professional_alone_which_agencies_looked(
    cast: Cast, case: Case, as_: As
) -> None:
    access.share(
        case=case,
        to=cast.agency("police"),
        reason="Joint work",
        lawful_basis="6_1_E",
        may_change=True,
        by=cast.manager,
    )
    address = reverse("cases:access", args=[case.reference])
    shown = as_("practitioner").get(address).content.decode()
    assert "Who looked, by agency" in shown
    assert "Sandwell CSE Team" in shown
    colleague = accounts.add_person(
        email="colleague@example.org",
        full_name="Cora Lane",
        agency=cast.agency("csc"),
        role=Role.PRACTITIONER,
    )
    as_("police").get(reverse("cases:chronology-print", args=[case.reference]))
    looked = as_("practitioner").get(address).content.decode().partition("Who looked, by agency")[2]
    assert cast.agency("police").name in looked, "to print the whole chronology is to look"
    for person in (cast.police, cast.manager, colleague):
        client = Client()
        client.force_login(person)
        answer = client.get(address)
        assert answer.status_code == 200, person
        assert "Who looked, by agency" not in answer.content.decode(), person
        with acting.acting(user_context(person).actor), connection.cursor() as cursor:  # type: ignore[union-attr]
            cursor.execute("SELECT * FROM gate.who_looked(%s, %s)", [case.pk, case.opened_at])
            assert cursor.fetchall() == []
    # The person who was the lead professional, and is not any more, is told no more.
    Case.objects.filter(pk=case.pk).update(lead_professional=colleague)
    assert "Who looked, by agency" not in as_("practitioner").get(address).content.decode()


def test_who_searched_for_a_name_is_found_by_its_mark(cast: Cast, case: Case, as_: As) -> None:
    as_("manager").get("/cases/?text=Testley+%20ROBIN")
    as_("practitioner").get("/cases/?text=somebody+else")
    client, address = as_("privacy"), reverse("reporting:audit-searches")
    shown = client.post(address, {"words": "Robin O’Testley, robin"}).content.decode()
    assert "Nobody searched for these words" in shown
    shown = client.post(address, {"words": "róbin testley"}).content.decode()
    assert "Maya Chandler" in shown
    assert "Priya Raman" not in shown
    assert "Searched cases" in shown
    # Part of what was sought finds it, and the officer's own question is found the next time.
    shown = client.post(address, {"words": "TESTLEY"}).content.decode()
    assert "Petra Novak" in shown
    kept = words_on_record().lower()
    assert "testley" not in kept
    assert "robin" not in kept
    assert "Enter the words" in client.post(address, {"words": " "}).content.decode()
    assert "Nobody searched for these words" in client.post(address, {"words": "—"}).content.decode()


def test_nobody_learns_whether_they_are_looked_for(cast: Cast, as_: As) -> None:
    Declaration.objects.create(
        user=cast.privacy,
        relation=Relation.FAMILY,
        given_name="Rowan",
        family_name="Kestrel",
        postcode="B70 9AB",
    )
    as_("police").get("/intelligence/reports/?q=Novak")
    client, address = as_("privacy"), reverse("reporting:audit-searches")
    for words in ("Novák", "petra", "somebody kestrel", "9AB b70"):
        shown = client.post(address, {"words": words}).content.decode()
        assert "Another privacy officer can" in shown, words
        assert "Listed intelligence reports" not in shown
        assert f'value="{words}"' in shown
    shown = client.post(address, {"words": "B70"}).content.decode()
    assert "Another privacy officer can" not in shown, "half of a postcode is many people’s"


# ------------------------------------------------------------------------------------------------------------- rules


def found(rule: str) -> list[tuple[object, str]]:
    """What a rule brings up about yesterday: about whom, and why."""
    oversight.look_over(day=YESTERDAY)
    return [(each.actor, each.why) for each in Finding.objects.filter(rule=rule)]


def test_a_child_of_ones_own_name_is_brought_up(cast: Cast) -> None:
    namesake = make_case(cast, child=make_child(family_name="raman"))
    with time_machine.travel(at(YESTERDAY, 11)):
        look(cast.practitioner, namesake)
        look(cast.practitioner, make_case(cast))
    assert found("own-surname") == [
        (cast.practitioner, "Has the same family name as the child or young person.")
    ]


def test_a_concern_counts_as_a_child_before_it_has_a_case(cast: Cast, as_: As) -> None:
    """Maya reads in the evening of a child of her own name whom nobody has a case about yet; its author is no news."""
    family = cast.manager.full_name.split()[-1]
    concern = make_concern(cast.practitioner, family_name=family)
    address = reverse("cases:concern", args=[concern.reference])
    with time_machine.travel(at(YESTERDAY, 23), tick=False):
        assert as_("manager").get(address).status_code == 200
    assert found("at-night") == [(cast.manager, "Opened 1 record between 10pm and 6am.")]
    why = "Has the same family name as the child or young person a concern is about."
    finding = Finding.objects.get(rule="own-surname")
    assert (finding.actor, finding.why, finding.case_id) == (cast.manager, why, None)
    with acting.acting(user_context(cast.privacy).actor):  # type: ignore[union-attr]
        assert events_behind(cast.privacy, finding)[0].object_id == concern.pk


@pytest.mark.parametrize(
    ("family", "alias", "why"),
    [
        ("Raman-Cole", "", "Has the same family name as the child or young person."),
        ("Cole\u2011Raman", "", "Has the same family name as the child or young person."),
        (
            "Cole",
            "Robin RAMAN",
            "Has the same family name as another name the child or young person is known by.",
        ),
        ("Ramanan", "Raman Cole", None),
    ],
)
def test_a_name_is_ones_own_in_one_half_or_as_another_name(
    cast: Cast, family: str, alias: str, why: str | None
) -> None:
    child = make_child(family_name=family)
    if alias:
        ChildAlias.objects.create(child=child, name=alias)
    with time_machine.travel(at(YESTERDAY, 11)):
        look(cast.practitioner, make_case(cast, child=child))
    assert found("own-surname") == ([(cast.practitioner, why)] if why else [])


def test_an_emergency_without_a_verdict_in_two_working_days_is_brought_up_and_decided_on(
    cast: Cast, as_: As
) -> None:
    monday = YESTERDAY - dt.timedelta(days=YESTERDAY.weekday() + 14)
    cases = [make_case(cast) for _ in range(2)]
    with time_machine.travel(at(monday, 11)):
        opened = [
            emergency.break_glass(
                sought=Sought(reference=case.reference),
                kind=EmergencyKind.DANGER,
                reason="At night",
                by=cast.duty,
            )
            for case in cases
        ]
    late, judged = opened
    assert late is not None
    assert judged is not None
    with time_machine.travel(at(judged.review_by, 16)):
        emergency.review(
            emergency=judged, verdict=EmergencyVerdict.JUSTIFIED, note="A real danger", by=cast.privacy
        )
    oversight.look_over(day=late.review_by - dt.timedelta(days=1))
    assert not Finding.objects.filter(rule="no-verdict").exists()
    oversight.look_over(day=late.review_by)
    brought_up = Finding.objects.get(rule="no-verdict")
    assert (brought_up.actor, brought_up.case_id) == (cast.duty, cases[0].pk)
    client = as_("privacy")
    assert "Emergency without a verdict" in page(client, "audit")
    address = reverse("reporting:audit-finding", args=[brought_up.pk])
    client.post(address, {"verdict": "breach", "note": "I was away, and nobody stood in."})
    brought_up.refresh_from_db()
    assert brought_up.verdict == "breach"


def test_looks_at_night_are_brought_up(cast: Cast) -> None:
    case = make_case(cast)
    with time_machine.travel(at(YESTERDAY, 23)):
        look(cast.police, case)
    with time_machine.travel(at(YESTERDAY, 21)):
        look(cast.practitioner, case)
    assert found("at-night") == [(cast.police, "Opened 1 record between 10pm and 6am.")]


def test_refusals_are_brought_up_when_they_are_many(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    address = reverse("cases:case", args=[case.reference])
    with time_machine.travel(at(YESTERDAY, 11)):
        outsider, health = as_("outsider"), as_("health")
        for _ in range(10):
            outsider.get(address)
        health.get(address)
    assert found("refusals") == [(cast.outsider, "Asked for 10 pages in a day that they may not know of.")]


def test_emergencies_that_fit_no_case_are_brought_up_when_they_are_many(cast: Cast) -> None:
    case = make_case(cast)
    exclusions.exclude(case=case, user=cast.duty, reason="Knows the family", by=cast.privacy)
    with time_machine.travel(at(YESTERDAY, 11)):
        for person, number in ((cast.duty, 4), (cast.manager, 3)):
            for guess in range(number):
                reference = case.reference if guess == 0 and person == cast.duty else f"CSE-2020-0000{guess}"
                missed = emergency.break_glass(
                    sought=Sought(reference=reference),
                    kind=EmergencyKind.DANGER,
                    reason="At night",
                    by=person,
                )
                assert missed is None
    why = "Tried 4 times in a day to open a case in an emergency, and no case fitted."
    assert found("emergency-missed") == [(cast.duty, why)]
    assert Finding.objects.get(rule="emergency-missed").case_id is None


def test_whoever_the_api_stopped_is_brought_up(cast: Cast) -> None:
    with time_machine.travel(at(YESTERDAY, 11)), transaction.atomic():
        record(Action.CHILDREN_CEILING, by=cast.practitioner, detail={"children": 112})
    why = "Read of 112 children in a day through the API, which then stopped answering them."
    assert found("children-ceiling") == [(cast.practitioner, why)]


def test_failed_sign_ins_are_brought_up_when_they_are_many_for_one_address(cast: Cast) -> None:
    for number, (person, hour) in enumerate([(cast.police, 9)] * 10 + [(cast.health, 10)] * 9):
        with time_machine.travel(at(YESTERDAY, hour) + dt.timedelta(minutes=number)):
            forget_tries()
            give_password(Client(), person, password="not the password")
    with time_machine.travel(at(YESTERDAY, 12)):
        for _ in range(3):
            forget_tries()
            Client().post("/accounts/login/", {"login": "nobody@example.org", "password": "wrong"})
    why = "A wrong password was given for their address 10 times in a day, from 127.0.0.0/24."
    assert found("failed-sign-ins") == [(cast.police, why)]
    assert "@" not in words_on_record()


def test_the_same_day_looked_over_twice_brings_everything_up_once(cast: Cast) -> None:
    case = make_case(cast)
    with time_machine.travel(at(YESTERDAY, 23)):
        look(cast.police, case)
    assert oversight.look_over(day=YESTERDAY) > 0
    assert oversight.look_over(day=YESTERDAY) == 0
    assert Notification.objects.filter(user=cast.privacy).count() == 1


def test_a_night_that_was_missed_is_made_up_for_once(cast: Cast) -> None:
    case, today = make_case(cast), timezone.localdate()
    for days_ago in (1, 2, 3, 4):
        with time_machine.travel(at(today - dt.timedelta(days=days_ago), 23)):
            look(cast.police, case)
    with time_machine.travel(at(today - dt.timedelta(days=3), 4)):
        look_over_audit()
    night = Finding.objects.filter(rule="at-night").order_by("about_on")
    assert [(today - each.about_on).days for each in night] == [4]
    with time_machine.travel(at(today, 4)):
        look_over_audit()
        assert [(today - each.about_on).days for each in night.all()] == [4, 3, 2, 1]
        assert look_over_audit() == 0
    days = AuditEvent.objects.filter(action=Action.AUDIT_LOOKED_OVER).values_list("detail__day", flat=True)
    assert sorted(days) == [(today - dt.timedelta(days=each)).isoformat() for each in (4, 3, 2, 1)]


def test_a_sample_that_was_missed_on_the_first_is_drawn_later_and_once(cast: Cast) -> None:
    case, first = make_case(cast), timezone.localdate().replace(day=1)
    two_before = (first - dt.timedelta(days=1)).replace(day=1) - dt.timedelta(days=1)
    with time_machine.travel(at(two_before - dt.timedelta(days=1), 11)):
        look_over_audit()
        for number in range(3):
            look(cast.practitioner, case, f"page {number}")
    with time_machine.travel(at(first - dt.timedelta(days=1), 11)):
        for number in range(30):
            look(cast.practitioner, case, f"page {number}")
    with time_machine.travel(at(first + dt.timedelta(days=4), 4)):
        look_over_audit()
        look_over_audit()
    sample = Finding.objects.filter(rule="sample")
    assert sample.filter(about_on__lt=first).count() == 13
    assert sample.filter(about_on=two_before - dt.timedelta(days=1)).count() == 3


def test_nobody_judges_a_look_that_they_may_not_read(cast: Cast, as_: As) -> None:
    """Of the copy that named a child she is shut out of, Petra Novak learns nothing: another officer is its judge."""
    case, other = make_case(cast), make_case(cast)
    with transaction.atomic():
        drawn = record(Action.PEOPLE_EXPORTED, by=cast.manager, cases=[case.pk, other.pk])
    finding = make_finding(case=None, actor=cast.manager, rule="sample", event_id=drawn.pk)
    kept = make_finding(case=other, actor=cast.practitioner, why="Opened the other.")
    exclusions.exclude(case=case, user=cast.privacy, reason="Knows the family", by=cast.privacy)
    assert set(findings(cast.privacy)) == {kept}
    with pytest.raises(NotVisible):
        oversight.decide(finding=finding, verdict=Verdict.IN_ORDER, note="It was fine", by=cast.privacy)
    client = as_("privacy")
    assert client.get(reverse("reporting:audit-finding", args=[finding.pk])).status_code == 404
    shown = page(client, "audit")
    assert "Opened 1 case." not in shown
    assert "Opened the other." in shown
    who = user_context(cast.privacy)
    assert who is not None
    with acting.acting(who.actor):  # and PostgreSQL says the same, whatever asks
        assert set(Finding.objects.all()) == {kept}
        assert Finding.objects.filter(pk=finding.pk).update(note="It was fine") == 0
    finding.refresh_from_db()
    assert finding.verdict == ""


@pytest.mark.parametrize("is_shut", [True, False])
def test_nobody_is_told_of_something_to_review_that_they_may_not_read(
    cast: Cast, case: Case, *, is_shut: bool
) -> None:
    """Of her niece's case Petra Novak is told nothing; who runs the portal is, and of no case."""
    if is_shut:
        exclusions.exclude(case=case, user=cast.privacy, reason="Her niece", by=cast.privacy)
    Notification.objects.all().delete()
    last_month = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
    with time_machine.travel(at(last_month, 11)):
        look(cast.practitioner, case)
    assert oversight.draw_sample(month=last_month) == 1
    told = Notification.objects.filter(user__in=(cast.privacy, cast.administrator))
    assert list(told.values_list("user", "text", "case_id")) == [
        (cast.administrator.pk, oversight.NOBODY_DECIDES, None)
        if is_shut
        else (cast.privacy.pk, "The audit has something for you to review.", None)
    ]


def test_of_a_privacy_officers_own_look_who_runs_the_portal_is_told_that_nobody_decides(
    cast: Cast, case: Case
) -> None:
    """Petra Novak, the only one, is told that there is something; her verdict on it is refused her."""
    last_month = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
    with time_machine.travel(at(last_month, 11)):
        look(cast.privacy, case)
    Notification.objects.all().delete()
    assert oversight.draw_sample(month=last_month) == 1
    assert [each.actor for each in findings(cast.privacy)] == [cast.privacy]
    told = Notification.objects.filter(user__in=(cast.privacy, cast.administrator))
    assert dict(told.values_list("user", "text")) == {
        cast.privacy.pk: "The audit has something for you to review.",
        cast.administrator.pk: oversight.NOBODY_DECIDES,
    }


def test_the_monthly_sample_is_ten_looks_or_one_in_a_hundred(cast: Cast) -> None:
    case = make_case(cast)
    last_month = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
    with time_machine.travel(at(last_month, 11)):
        for number in range(30):
            look(cast.practitioner, case, f"page {number}")
    assert oversight.draw_sample(month=last_month) == 10
    assert oversight.draw_sample(month=last_month) == 0
    assert set(Finding.objects.values_list("why", flat=True)) == {
        "Drawn by lot from 30 looks at cases in the month."
    }
