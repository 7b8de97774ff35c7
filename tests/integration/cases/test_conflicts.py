"""A worker's own family may be in the portal: declared, found, shut at once, and decided by the privacy officer."""

import datetime as dt
import random
import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from structlog.testing import capture_logs

from cases.choices import AddressKind, ConfidentialReason, ConflictBasis, ConflictOutcome, Relation
from cases.errors import AddressUnreadable, ConflictDecided
from cases.models import Case, Child, ChildAlias, ConflictFinding, Declaration, Exclusion
from cases.selectors.conflicts import Found, basis_of
from cases.services import access, addresses, conflicts
from cases.services.identity import IDENTITY_FIELDS, change_identity
from cases.services.shutting_out import NOBODY_DECIDES
from cases.tasks import find_conflicts
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.choices import Topic
from cse_portal.jobs.models import Notification, OutboxMessage
from cse_portal.jobs.services.outbox import deliver_outbox
from cse_portal.keys import new_key
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.audit import words_on_record
from tests.factories.cases import make_case, make_child

REASON = ConfidentialReason(ConfidentialReason.values[0])


def declare(by: User, **known: Any) -> Declaration:
    said: dict[str, Any] = {
        "relation": Relation.FAMILY, "given_name": "Robin", "family_name": "Hale", "date_of_birth": None,
        "address": "", "postcode": "",
    }  # fmt: skip
    return conflicts.declare(**said | known, by=by)


def sees(person: User, case: Case) -> bool:
    return gate.can(person, Permission.CASE_VIEW, case)


def test_a_worker_who_declares_a_relative_loses_the_relatives_case_at_once(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Robin", family_name="Hale"))
    assert sees(cast.practitioner, case)
    declare(cast.practitioner)
    assert not sees(cast.practitioner, case)
    assert sees(cast.manager, case)


def test_a_case_opened_later_is_found_when_it_stands(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    declare(cast.manager, relation=Relation.MYSELF, given_name="", postcode="B70 9LD")
    with django_capture_on_commit_callbacks(execute=True):
        case = make_case(cast, child=make_child(given_name="Sky", family_name="Hale", postcode="B70 9LD"))
    assert not sees(cast.manager, case)


def test_a_search_that_failed_is_tried_again_until_it_is_done(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    declare(cast.manager, relation=Relation.MYSELF, given_name="", postcode="B70 9LD")

    def fails(case: Case) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return []

    with monkeypatch.context() as broken:
        broken.setattr("cases.selectors.conflicts.conflicts_of_case", fails)
        with django_capture_on_commit_callbacks(execute=True):
            case = make_case(cast, child=make_child(given_name="Sky", family_name="Hale", postcode="B70 9LD"))
        assert sees(cast.manager, case)
        deliver_outbox()
    waits = OutboxMessage.objects.get(topic=Topic.CHILD, about=case.pk)
    assert (waits.error_code, waits.delivered_at) == ("DataError", None)
    OutboxMessage.objects.filter(pk=waits.pk).update(try_after=timezone.now())
    deliver_outbox()
    assert not sees(cast.manager, case)


def test_a_child_who_moves_in_next_door_but_one_is_no_conflict_and_one_who_moves_in_is(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    declare(
        cast.police,
        relation=Relation.MYSELF,
        family_name="Pritchard",
        address="14 Elm Row",
        postcode="B70 9LD",
    )
    case = make_case(cast, lead_agency=cast.agency("police"))
    for address, sees_it in (("18 Elm Row", True), ("14, Elm Row", False)):
        fields = {name: getattr(case.child, name) for name in IDENTITY_FIELDS}
        fields |= {"address": address, "postcode": "B70 9LD"}
        with django_capture_on_commit_callbacks(execute=True):
            change_identity(
                case=case, version=case.child.version, fields=fields, aliases=[], exploitation_models=[],
                by=cast.manager,
            )  # fmt: skip
        case.child.refresh_from_db()
        assert sees(cast.police, case) is sees_it


@pytest.mark.parametrize(
    ("declared", "sees_it"),
    [
        ({"address": "4 Nowhere Lane", "postcode": "B70 0ZZ"}, False),
        ({"family_name": "Hale", "postcode": "B70 0ZZ"}, False),
        ({"address": "6 Nowhere Lane", "postcode": "B70 0ZZ"}, True),
        ({"address": "4 Nowhere Lane", "postcode": "B70 0ZX"}, True),
        ({"address": "4 Nowhere Lane", "postcode": ""}, True),
    ],
)
@pytest.mark.parametrize("first", ["declared", "sealed"])
def test_a_child_whose_address_is_confidential_is_no_blind_spot(
    cast: Cast, first: str, declared: dict[str, str], sees_it: bool, django_capture_on_commit_callbacks: Any
) -> None:
    """The match alone reads what is sealed; of it nothing is in the finding, its notice or the audit."""
    case = make_case(cast, child=make_child(given_name="Sky", family_name="Hale", postcode="B71 1AA"))
    said = {"relation": Relation.MYSELF, "given_name": "", "family_name": "Pritchard"} | declared
    with django_capture_on_commit_callbacks(execute=True):
        if first == "declared":
            declare(cast.manager, **said)
        addresses.record_address(
            case=case, kind=AddressKind.PLACEMENT, address="Quernmore House,\n4 Nowhere Lane\nb700zz",
            reason=REASON, by=cast.practitioner,
        )  # fmt: skip
        if first == "sealed":
            declare(cast.manager, **said)
    assert sees(cast.manager, case) is sees_it
    written = [words_on_record(), *Notification.objects.values("text", "url")]
    written += [*ConflictFinding.objects.values(), *Exclusion.objects.values()]
    assert not re.search("quernmore|nowhere|0zz", str(written), re.IGNORECASE)


def test_an_address_that_nobody_can_read_any_more_blinds_the_match_to_itself_alone(
    cast: Cast, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Its key is gone. Whoever declares is not kept waiting for it, and every other home is compared, at night too."""
    lost, read = (make_case(cast, child=make_child(given_name=name)) for name in ("Sky", "Robin"))
    keys, said = settings.FIELD_ENCRYPTION_KEYS, {"kind": AddressKind.PLACEMENT, "reason": REASON}
    settings.FIELD_ENCRYPTION_KEYS = ["a key that was taken away" + "x" * 50]
    marked = addresses.record_address(
        case=lost, address="4 Nowhere Lane\nB70 0ZZ", **said, by=cast.practitioner
    )
    settings.FIELD_ENCRYPTION_KEYS = keys
    addresses.record_address(case=read, address="4 Nowhere Lane\nB70 0ZZ", **said, by=cast.practitioner)
    with capture_logs() as logged, django_capture_on_commit_callbacks(execute=True):
        declare(cast.manager, relation=Relation.MYSELF, address="4 Nowhere Lane", postcode="B70 0ZZ")
    assert (sees(cast.manager, lost), sees(cast.manager, read)) == (True, False)
    said_of_it = {"event": "address_cannot_be_read", "address": str(marked.pk), "log_level": "error"}
    assert said_of_it in logged
    found = Declaration.objects.get(user=cast.manager, postcode="B70 0ZZ")
    found.pk, found.user = new_key(), cast.practitioner
    found.save(force_insert=True)  # declared, and by a fault not looked at yet
    find_conflicts()
    assert (sees(cast.practitioner, lost), sees(cast.practitioner, read)) == (True, False)
    answer = signed_in(cast, "practitioner").post(
        reverse("cases:address", args=[lost.reference, marked.pk]), follow=True
    )
    assert AddressUnreadable.message in answer.content.decode()


def test_an_address_that_ended_is_nobodys_conflict(cast: Cast) -> None:
    case = make_case(cast)
    marked = addresses.record_address(
        case=case, kind=AddressKind.HOME, address="4 Nowhere Lane, B70 0ZZ", reason=REASON,
        by=cast.practitioner,
    )  # fmt: skip
    addresses.end_address(address=marked, by=cast.practitioner)
    declare(cast.manager, relation=Relation.MYSELF, address="4 Nowhere Lane", postcode="B70 0ZZ")
    assert sees(cast.manager, case)


@pytest.mark.parametrize("relation", [Relation.MYSELF, Relation.FAMILY])
def test_the_accounts_own_name_counts_at_the_declared_home(cast: Cast, relation: Relation) -> None:
    """Somebody whose partner is declared under another name, and whose own name the child has."""
    User.objects.filter(pk=cast.manager.pk).update(full_name="Beth Hale-Pryce")
    case = make_case(cast, child=make_child(given_name="Sky", family_name="Hale", postcode="B70 9LD"))
    declare(
        User.objects.get(pk=cast.manager.pk),
        relation=relation,
        given_name="",
        family_name="Pritchard",
        postcode="B70 9LD",
    )
    assert sees(cast.manager, case) is (relation == Relation.FAMILY)


@pytest.mark.parametrize(
    ("family_name", "alias", "declared"),
    [
        ("Hale-Pryce", "", "Hale"),
        ("Pryce", "", "Hale-Pryce"),
        ("Testley", "Robin Hale-Pryce", "Pryce"),
        ("Testley", "Robin Hale", "Pryce Hale"),
        ("van der Hale", "", "Hale"),
        ("Nowak", "", "Nowack"),
        ("Testley", "Robin Hale-Hussain", "Hussein"),
        ("Muhammad", "", "Mohammed"),
        ("Kelleher", "", "Keleher Pryce"),
    ],
)
@pytest.mark.parametrize("first", ["declared", "opened"])
def test_halves_of_names_as_said_and_other_names_are_found_by_name_alone(
    cast: Cast,
    first: str,
    family_name: str,
    alias: str,
    declared: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    child = make_child(given_name="Robin", family_name=family_name)
    if alias:
        ChildAlias.objects.create(child=child, name=alias)
    with django_capture_on_commit_callbacks(execute=True):
        if first == "declared":
            declare(cast.practitioner, family_name=declared)
        case = make_case(cast, child=child)
        if first == "opened":
            declare(cast.practitioner, family_name=declared)
    assert not sees(cast.practitioner, case)


def test_a_particle_before_a_name_is_no_half_of_it(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Robin", family_name="van Hale"))
    declare(cast.practitioner, family_name="van Pryce")
    assert sees(cast.practitioner, case)


@pytest.mark.parametrize(
    ("family_name", "declared"), [("Nowak", "Novik"), ("Noah", "Noa"), ("Новак", "Нова"), ("Ng", "Nagy")]
)
def test_a_name_that_is_only_like_another_is_not_found_by_name_alone(
    cast: Cast, family_name: str, declared: str
) -> None:
    case = make_case(cast, child=make_child(given_name="Robin", family_name=family_name))
    declare(cast.practitioner, family_name=declared)
    assert sees(cast.practitioner, case)


def test_what_was_missed_is_found_at_night(cast: Cast) -> None:
    declare(cast.practitioner)
    case = make_case(cast, child=make_child(given_name="Robin", family_name="Hale"))
    assert sees(cast.practitioner, case)
    assert find_conflicts() == 1
    assert not sees(cast.practitioner, case)
    assert find_conflicts() == 0


def test_what_cannot_be_looked_for_at_night_hides_nobody_elses_conflict(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (cast.practitioner, cast.police, cast.health):
        declare(each)
    case = make_case(cast, child=make_child(given_name="Robin", family_name="Hale"))
    look = conflicts.conflicts.conflicts_of_person

    def breaks_for_owen(person: User) -> list[Found]:
        if person == cast.police:
            raise RuntimeError
        return look(person)

    monkeypatch.setattr(conflicts.conflicts, "conflicts_of_person", breaks_for_owen)
    with capture_logs() as logs:
        assert find_conflicts() == 2
    assert [each["row"] for each in logs if each["event"] == "conflicts_not_looked_for"] == [
        str(cast.police.pk)
    ]
    monkeypatch.undo()
    assert find_conflicts() == 1
    assert Exclusion.objects.filter(case=case).count() == 3


def test_the_privacy_officer_is_told_and_decides_and_learns_nothing_of_the_child(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Robin", family_name="Hale"))
    declare(cast.practitioner)
    assert list(Notification.objects.values_list("user", flat=True)) == [cast.privacy.pk]
    privacy = signed_in(cast, "privacy")
    listed = privacy.get(reverse("cases:exclusions")).content.decode()
    assert "waiting for your decision" in listed
    finding = ConflictFinding.objects.get()
    page = privacy.get(reverse("cases:conflict-decide", args=[finding.pk])).content.decode()
    assert case.reference in page
    assert "Hale" not in page
    answer = privacy.post(
        reverse("cases:conflict-decide", args=[finding.pk]), {"outcome": "excluded", "note": "Her nephew"}
    )
    assert answer.status_code == 302
    assert Exclusion.objects.get(case=case).decided_by == cast.privacy
    assert not sees(cast.practitioner, case)


def test_somebody_else_of_the_same_name_is_let_in_again_and_not_asked_about_twice(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Robin", family_name="Hale"))
    declare(cast.practitioner)
    finding = ConflictFinding.objects.get()
    conflicts.decide(
        finding=finding, outcome=ConflictOutcome.DISMISSED, note="Another Robin", by=cast.privacy
    )
    assert sees(cast.practitioner, case)
    assert find_conflicts() == 0
    assert sees(cast.practitioner, case)
    with pytest.raises(ConflictDecided):
        conflicts.decide(finding=finding, outcome=ConflictOutcome.EXCLUDED, note="After all", by=cast.privacy)


def test_a_dismissal_blinds_nobody_to_what_is_declared_later(cast: Cast) -> None:
    """Their nephew Robin Hale was another; the godson of the same name, declared since, may be this one."""
    case = make_case(cast, child=make_child(given_name="Robin", family_name="Hale"))
    declare(cast.practitioner)
    finding = ConflictFinding.objects.get()
    decide(cast, finding, ConflictOutcome.DISMISSED)
    declare(cast.practitioner, relation=Relation.CLOSE)
    assert not sees(cast.practitioner, case)
    finding.refresh_from_db()
    assert (finding.outcome, finding.decided_by) == ("", None)
    decide(cast, finding, ConflictOutcome.EXCLUDED)
    assert not sees(cast.practitioner, case)


def test_dismissing_leaves_an_exclusion_that_somebody_decided(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Robin", family_name="Hale"))
    Exclusion.objects.create(
        case=case, user=cast.practitioner, reason="Declared on paper", decided_by=cast.privacy
    )
    declare(cast.practitioner)
    conflicts.decide(
        finding=ConflictFinding.objects.get(),
        outcome=ConflictOutcome.DISMISSED,
        note="Another",
        by=cast.privacy,
    )
    assert not sees(cast.practitioner, case)


def test_an_officer_who_excludes_somebody_the_portal_only_proposed_has_decided_it(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Robin", family_name="Hale"))
    declare(cast.practitioner)
    proposed = Exclusion.objects.get(case=case, user=cast.practitioner)
    decided = access.exclude(case=case, user=cast.practitioner, reason="His niece, he says", by=cast.privacy)
    assert (decided.pk, decided.decided_by, decided.reason) == (
        proposed.pk, cast.privacy, "His niece, he says",
    )  # fmt: skip
    event = AuditEvent.objects.get(action=Action.EXCLUSION_SET)
    assert (event.case_id, event.actor) == (case.pk, cast.privacy)
    again = access.exclude(case=case, user=cast.practitioner, reason="Said twice", by=cast.privacy)
    assert (again.pk, again.reason) == (proposed.pk, "His niece, he says")
    conflicts.decide(
        finding=ConflictFinding.objects.get(), outcome=ConflictOutcome.DISMISSED, note="Another Robin", by=cast.privacy
    )  # fmt: skip
    assert not sees(cast.practitioner, case)


def found_twice(cast: Cast) -> tuple[Case, ConflictFinding, ConflictFinding]:
    """Two grounds against one person in one case, each waiting for a decision."""
    case = make_case(cast, child=make_child(given_name="Robin", family_name="Hale", postcode="B70 9LD"))
    declare(cast.practitioner)
    declare(cast.practitioner, relation=Relation.MYSELF, given_name="", postcode="B70 9LD")
    first, second = ConflictFinding.objects.filter(case=case, user=cast.practitioner).order_by("found_at")
    return case, first, second


def decide(cast: Cast, finding: ConflictFinding, outcome: ConflictOutcome) -> None:
    conflicts.decide(finding=finding, outcome=outcome, note="Asked about", by=cast.privacy)


def lift(cast: Cast, case: Case) -> bool:
    exclusion = Exclusion.objects.exclude(decided_by=None).get(case=case, user=cast.practitioner)
    return access.lift_exclusion(exclusion=exclusion, reason="It was another", by=cast.privacy)


@pytest.mark.parametrize("outcome", ConflictOutcome)
def test_lifting_one_ground_leaves_whoever_is_there_on_another_shut_out_until_it_is_decided(
    cast: Cast, outcome: ConflictOutcome
) -> None:
    case, first, second = found_twice(cast)
    decide(cast, first, ConflictOutcome.EXCLUDED)
    assert lift(cast, case) is False
    assert not sees(cast.practitioner, case)
    decide(cast, second, outcome)
    assert sees(cast.practitioner, case) is (outcome == ConflictOutcome.DISMISSED)
    assert find_conflicts() == 0


def test_a_ground_decided_after_the_exclusion_is_gone_shuts_them_out_again(cast: Cast) -> None:
    case, first, second = found_twice(cast)
    decide(cast, first, ConflictOutcome.EXCLUDED)
    Exclusion.objects.filter(case=case).delete()
    assert sees(cast.practitioner, case)
    decide(cast, second, ConflictOutcome.EXCLUDED)
    assert not sees(cast.practitioner, case)
    assert Exclusion.objects.get(case=case).decided_by == cast.privacy
    assert lift(cast, case) is True
    assert sees(cast.practitioner, case)


def test_whoever_lifts_an_exclusion_is_told_that_something_else_waits(cast: Cast) -> None:
    case, first, second = found_twice(cast)
    decide(cast, first, ConflictOutcome.EXCLUDED)
    officer = signed_in(cast, "privacy")
    exclusion = Exclusion.objects.get(case=case)
    url = reverse("cases:exclusion-lift", args=[exclusion.pk])
    page = officer.post(url, {"reason": "Another family"}, follow=True).content.decode()
    assert "they stay shut out: something else was found and waits for your decision" in page
    assert reverse("cases:conflict-decide", args=[second.pk]) in page
    assert officer.get(url).status_code == 404, "it is only proposed now"


def test_a_privacy_officer_is_matched_too_and_another_decides(cast: Cast) -> None:
    """Their own niece is known here: they find nothing of it among what waits, nor are they told."""
    second = add_person(
        email="second@example.org", full_name="Ada Quill", agency=cast.privacy.memberships.get().agency,
        role=Role.PRIVACY_OFFICER,
    )  # fmt: skip
    case = make_case(cast, child=make_child(given_name="Robin", family_name="Hale"))
    browser = signed_in(cast, "privacy")
    declare(cast.privacy)
    finding = ConflictFinding.objects.get(case=case)
    assert finding.user == cast.privacy
    url = reverse("cases:conflict-decide", args=[finding.pk])
    assert case.reference not in browser.get(reverse("cases:exclusions")).content.decode()
    assert browser.get(url).status_code == 404
    assert set(Notification.objects.filter(url=url).values_list("user", flat=True)) == {second.pk}
    conflicts.decide(finding=finding, outcome=ConflictOutcome.EXCLUDED, note="Their niece", by=second)
    assert Exclusion.objects.get(case=case, user=cast.privacy).decided_by == second


def test_where_the_only_privacy_officer_is_matched_the_administrator_hears_that_nobody_decides(
    cast: Cast,
) -> None:
    """And nothing of the child: the line names no case and leads to none."""
    case = make_case(cast, child=make_child(given_name="Robin", family_name="Hale"))
    declare(cast.privacy)
    finding = ConflictFinding.objects.get(case=case, user=cast.privacy)
    decided_at = reverse("cases:conflict-decide", args=[finding.pk])
    assert not Notification.objects.filter(url=decided_at).exists()
    (line,) = Notification.objects.filter(text=NOBODY_DECIDES)
    assert (line.user, line.case_id, line.url) == (
        cast.administrator,
        None,
        reverse("jobs:notifications"),
    )
    assert signed_in(cast, "administrator").get(decided_at).status_code in {403, 404}


def test_whoever_declares_is_not_told_whether_there_is_a_case(cast: Cast) -> None:
    make_case(cast, child=make_child(given_name="Robin", family_name="Hale"))
    outsider = signed_in(cast, "outsider")
    answers = []
    for given, family in (("Robin", "Hale"), ("Nobody", "Known")):
        typed = {"relation": "family", "given_name": given, "family_name": family}
        page = outsider.post(reverse("cases:conflict-add"), typed, follow=True)
        answers.append([str(message) for message in page.context["messages"]])
    assert answers[0] == answers[1] != []
    assert ConflictFinding.objects.count() == 1


def test_a_declaration_is_nobody_elses_to_read_or_withdraw(cast: Cast) -> None:
    declared = declare(cast.practitioner)
    assert (
        signed_in(cast, "manager").get(reverse("cases:conflict-withdraw", args=[declared.pk])).status_code
        == 404
    )
    signed_in(cast, "practitioner").post(reverse("cases:conflict-withdraw", args=[declared.pk]))
    declared.refresh_from_db()
    assert declared.withdrawn_at is not None
    said = AuditEvent.objects.filter(action__in=(Action.CONFLICT_DECLARED, Action.CONFLICT_WITHDRAWN))
    assert "Hale" not in str([event.detail for event in said])


def test_somebody_declared_has_a_name(cast: Cast) -> None:
    typed = {"relation": "family", "given_name": "Robin"}
    page = signed_in(cast, "practitioner").post(reverse("cases:conflict-add"), typed).content.decode()
    assert "Enter the family name" in page
    assert 'value="Robin"' in page
    assert not Declaration.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.create(user=cast.police, relation=Relation.FAMILY)


def test_a_child_of_ones_name_at_ones_postcode_is_found_from_the_home(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """Priya Raman does not know, or does not say, that the neighbours' girl of her name is known here."""
    there = make_case(cast, child=make_child(given_name="Sky", family_name="Raman", postcode="B70 9LD"))
    elsewhere = make_case(cast, child=make_child(given_name="Sky", family_name="Raman", postcode="B70 8LB"))
    another = make_case(cast, child=make_child(given_name="Sky", family_name="Hale", postcode="B70 9LD"))
    home = {"relation": "myself", "family_name": "Raman", "postcode": "B70 9LD"}
    signed_in(cast, "practitioner").post(reverse("cases:conflict-add"), home)
    with django_capture_on_commit_callbacks(execute=True):
        later = make_case(cast, child=make_child(given_name="Kit", family_name="Raman", postcode="B70 9LD"))
    assert [sees(cast.practitioner, case) for case in (there, later)] == [False, False]
    assert [sees(cast.practitioner, case) for case in (elsewhere, another)] == [True, True]
    assert set(ConflictFinding.objects.values_list("basis", flat=True)) == {ConflictBasis.NAME_AND_POSTCODE}


# ------------------------------------------------------------------------------------------ how well it finds

GIVEN = ["Amina", "Bethan", "Callum", "Devon", "Ellis", "Farida", "Grace", "Hassan", "Imran", "Jodie", "Kieran",
         "Leila", "Marcus", "Niamh", "Oscar", "Poppy", "Reece", "Sofia", "Tariq", "Zara"]  # fmt: skip
FAMILY = ["Ashdown", "Bramley", "Carroway", "Dunmore", "Eastlake", "Fernside", "Greenhalgh", "Hollins", "Ibbotson",
          "Jessop", "Kendrick", "Lockwood", "Merriman", "Naylor", "Ormerod", "Pickering", "Quigley", "Rowbottom",
          "Stanforth", "Tunnicliffe", "Underhill", "Wetherby", "Yardley"]  # fmt: skip


def as_a_colleague_writes(chance: random.Random, child: Child) -> Declaration:
    """The same child, known and spelled as an aunt or a neighbour would."""
    family, given, born = child.family_name, child.given_name, child.date_of_birth
    slip = chance.choice(["none", "none", "double", "spelled", "day", "case"])
    if slip == "double":
        family = f"{chance.choice(FAMILY)}-{family}"
    if slip == "spelled":
        family = family.replace("ck", "k").replace("ll", "l").replace("th", "tth")
    if slip == "case":
        family, given = family.upper(), given.lower()
    if slip == "day" and born:
        born = born + dt.timedelta(days=1)
    knows = chance.choice(["birth", "place", "both", "name"])
    return Declaration(
        given_name=given, family_name=family,
        date_of_birth=born if knows in ("birth", "both") else None,
        postcode=child.postcode if knows in ("place", "both") else "",
    )  # fmt: skip


@pytest.mark.long
def test_of_500_relatives_at_least_95_in_100_are_found_and_strangers_rarely(record_property: Any) -> None:
    chance = random.Random(500)
    children = [
        Child(
            given_name=chance.choice(GIVEN), family_name=chance.choice(FAMILY),
            date_of_birth=dt.date(2009, 1, 1) + dt.timedelta(days=chance.randrange(2500)),
            postcode=f"B{chance.randrange(65, 72)} {chance.randrange(1, 9)}{''.join(chance.sample('ABDEFGHJLN', 2))}",
        )
        for _ in range(500)
    ]  # fmt: skip
    declared = [as_a_colleague_writes(chance, child) for child in children]
    bases: list[list[ConflictBasis | None]] = [
        [_basis(each, child) for child in children] for each in declared
    ]
    found = sum(row[number] is not None for number, row in enumerate(bases))
    strangers = sum(basis is not None for row in bases for basis in row) - found
    record_property("recall", found / 500)
    record_property("strangers among all pairs", strangers / (500 * 499))
    assert found / 500 >= 0.95
    assert strangers / (500 * 499) <= 0.002


def _basis(declared: Declaration, child: Child) -> ConflictBasis | None:
    child.__dict__.setdefault("_prefetched_objects_cache", {"aliases": []})
    return basis_of(declared, child)
