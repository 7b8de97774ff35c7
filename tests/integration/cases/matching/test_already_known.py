"""What we already know of a child: earlier concerns of any outcome, cases, links, and the register."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import Concern
from cases.family import services as family
from cases.family.models import AddressKind, ConfidentialReason
from cases.matching.models import ConcernLink
from cases.matching.selectors.known import already_known
from cases.matching.selectors.register import RegisterFilters, register
from cases.matching.services import NothingToLink, link, unlink
from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cases.triage.services import add_decided
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.concerns import decide, make_concern, opening

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
BORN = dt.date(2012, 3, 4)
NUMBER = "9990000018"
ROBIN = {"given_name": "Robin", "family_name": "Testley", "date_of_birth": BORN, "school": "Hillside Academy"}


def concern(cast: Cast, by: str = "practitioner", **fields: Any) -> Concern:
    return make_concern(getattr(cast, by), **{**ROBIN, **fields})


@pytest.mark.parametrize(
    ("earlier", "strength", "why"),
    [
        (
            {"nhs_number": NUMBER},
            "Very likely",
            "Same NHS number, birth date, first name, last name and school.",
        ),
        ({}, "Likely", "Same birth date, first name, last name and school."),
        ({"given_name": "Amara"}, "Likely", "Same birth date, last name and school."),
        ({"given_name": "Amara", "date_of_birth": None}, "Possible", "Same last name and school."),
        ({"given_name": "Amara", "date_of_birth": None, "school": ""}, "", ""),
        (
            {"given_name": "Robyn", "date_of_birth": None},
            "Possible",
            "Same last name and school. First name alike.",
        ),
        (
            {"given_name": "Robyn", "date_of_birth": dt.date(2012, 4, 3), "school": ""},
            "Likely",
            "Same last name. First name and birth date alike.",
        ),
        ({"given_name": "Wren", "family_name": "Oakley", "date_of_birth": None}, "", ""),
    ],
)
def test_how_sure_it_is_in_words(cast: Cast, earlier: dict[str, Any], strength: str, why: str) -> None:
    first = concern(cast, "outsider", **earlier)
    decide(first, cast.manager, outcome=ConcernOutcome.NO_FURTHER_ACTION)
    found = already_known(cast.manager, concern(cast, nhs_number=NUMBER))
    assert [(each.about, each.strength, each.why) for each in found] == (
        [(first, strength, why)] if why else []
    )


@pytest.mark.parametrize("outcome", [None, *(each for each in ConcernOutcome if "case" not in each.value)])
def test_every_earlier_concern_counts_whatever_was_decided(
    cast: Cast, outcome: ConcernOutcome | None
) -> None:
    first = concern(cast, "police")
    if outcome is not None:
        decide(first, cast.manager, outcome=outcome, responsible_agency=cast.agency("health"))
    assert [each.about for each in already_known(cast.manager, concern(cast))] == [first]


def test_the_surest_comes_first_and_then_the_newest(cast: Cast) -> None:
    case = make_case(cast, child=make_child(**ROBIN, nhs_number=NUMBER))
    older, newer = concern(cast, "police"), concern(cast, "outsider")
    surest = concern(cast, "outsider", nhs_number=NUMBER)
    Concern.objects.filter(pk=older.pk).update(submitted_at=timezone.now() - dt.timedelta(days=9))
    found = already_known(cast.manager, concern(cast, nhs_number=NUMBER))
    assert {each.about for each in found[:2]} == {case, surest}
    assert [each.about for each in found[2:]] == [newer, older]


@pytest.mark.parametrize(
    ("reader", "sees"),
    [("manager", True), ("outsider", True), ("practitioner", False), ("health", False)],
)
def test_the_row_rule_decides_what_is_shown(cast: Cast, reader: str, sees: bool) -> None:
    first = concern(cast, "outsider")
    decide(first, cast.manager)
    person = getattr(cast, reader)
    later = make_concern(person, **ROBIN)
    with acting_for(person):
        assert ([each.about for each in already_known(person, later)] == [first]) is sees


def test_an_excluded_person_and_a_restricted_case_show_nothing(cast: Cast, as_: As) -> None:
    hidden, later = concern(cast, "outsider"), concern(cast)
    decide(hidden, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    hidden.refresh_from_db()
    case = Case.objects.get(pk=hidden.case_id)
    page = f"/triage/{later.reference}/"
    assert hidden.reference in as_("manager").get(page).content.decode()
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    assert already_known(cast.manager, later) == []
    told = as_("manager").get(page).content.decode()
    assert hidden.reference not in told
    assert case.reference not in told


def test_a_confidential_home_matches_nobodys_postcode(cast: Cast) -> None:
    """Whose home is kept from the reader, of them no reason tells where it is."""
    place = {"address": "1 High Street", "postcode": "B70 9ZZ"}
    first = concern(cast, "outsider", date_of_birth=None, **place)
    decide(first, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    first.refresh_from_db()
    later = concern(cast, date_of_birth=None, **place)
    assert "address, postcode and school" in already_known(cast.manager, later)[0].why
    family.record_address(
        case=Case.objects.get(pk=first.case_id), kind=AddressKind.HOME, address="The Old Mill",
        reason=ConfidentialReason.RISK, by=cast.practitioner,
    )  # fmt: skip
    whys = {each.why for each in already_known(cast.manager, later) if each.concern}
    assert whys == {"Same first name and last name."}


def test_linked_concerns_come_first_and_a_link_is_undone_on_record(cast: Cast) -> None:
    surer, other, later = (
        concern(cast, "police"),
        concern(cast, "outsider", date_of_birth=None),
        concern(cast),
    )
    assert link(concern=later, other=other, by=cast.manager) == link(
        concern=other, other=later, by=cast.manager
    )
    found = already_known(cast.manager, later)
    assert [(each.about, each.strength) for each in found] == [(other, "Same child"), (surer, "Likely")]
    assert already_known(cast.manager, other)[0].about == later, "on both pages"
    unlink(concern=later, other=other, by=cast.manager)
    kept = ConcernLink.objects.get()
    assert (kept.linked_by, kept.unlinked_by) == (cast.manager, cast.manager)
    assert already_known(cast.manager, later)[0].about == surer
    for action in (Action.CONCERNS_LINKED, Action.CONCERNS_UNLINKED):
        assert AuditEvent.objects.filter(action=action).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ConcernLink.objects.create(first=kept.second, second=kept.first, linked_by=cast.manager)


def test_only_the_cse_team_links_and_only_what_it_sees(cast: Cast) -> None:
    mine, other = concern(cast), concern(cast, "outsider")
    with pytest.raises(NotPermitted):
        link(concern=mine, other=mine, by=cast.practitioner)
    with pytest.raises(NothingToLink):
        link(concern=mine, other=mine, by=cast.manager)
    exclusions.declare(about=other, reason="A neighbour", by=cast.manager)
    with pytest.raises(NotVisible):
        link(concern=mine, other=other, by=cast.manager)


def test_a_decided_concern_is_added_to_the_case_its_child_has_later(cast: Cast) -> None:
    first, later = concern(cast, "outsider"), concern(cast)
    decide(first, cast.manager, outcome=ConcernOutcome.NO_FURTHER_ACTION)
    decide(later, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    case = Case.objects.get()
    add_decided(concern=first, case=case, by=cast.manager)
    first.refresh_from_db()
    assert (first.case, first.decision.outcome) == (case, ConcernOutcome.NO_FURTHER_ACTION)
    assert case.chronology.filter(source_id=first.pk).count() == 1
    with pytest.raises(NotAllowedNow):
        add_decided(concern=first, case=case, by=cast.manager)


def test_the_journey_of_a_second_concern_minutes_after_no_further_action(cast: Cast, as_: As) -> None:
    """Triage shows the first; both are linked; the case that is opened offers to take the first."""
    manager = as_("manager")
    first = concern(cast, "outsider", worry="A man waits for her at the gate.\nHe has a grey car.")
    decide(first, cast.manager, outcome=ConcernOutcome.NO_FURTHER_ACTION)
    second = concern(cast, "police")
    page = f"/triage/{second.reference}/"
    shown = manager.get(page).content.decode()
    for words in (first.reference, "Likely", "Same birth date, first name, last name", "No further action",
                  "A man waits for her at the gate."):  # fmt: skip
        assert words in shown
    assert "He has a grey car." not in shown
    compared = AuditEvent.objects.filter(action=Action.CHILDREN_MATCHED, actor=cast.manager).latest("at")
    assert compared.object_id == second.pk
    assert manager.post(f"/concerns/{second.reference}/same-child/{first.reference}/").url == page
    assert "Same child" in manager.get(f"/concerns/{first.reference}/").content.decode()
    decide(second, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    case = Case.objects.get()
    add = f"/cases/{case.reference}/add/{first.reference}/"
    assert add in manager.get(f"/cases/{case.reference}/").content.decode()
    assert add not in as_("practitioner").get(f"/cases/{case.reference}/").content.decode()
    assert manager.post(add).status_code == 302
    first.refresh_from_db()
    assert first.case == case


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("testley", True), ("Robin Testley", True), ("Robyn Testly", True), ("4/3/2012", True), ("31/2/2012", False),
        ("hillside", True), ("B70 9ZZ", True), ("b709zz", True), ("Oakley", False), ("5/3/2012", False),
    ],
)  # fmt: skip
def test_the_register_is_searched_by_what_is_known(cast: Cast, text: str, finds: bool) -> None:
    made = concern(cast, postcode="B70 9ZZ")
    concern(
        cast,
        given_name="Wren",
        family_name="Marsh",
        date_of_birth=BORN.replace(year=2009),
        school="Elm House",
    )
    found = [each for each in register(cast.manager, RegisterFilters(text=text)) if each == made]
    assert bool(found) is finds
    assert list(register(cast.manager, RegisterFilters(text=made.reference))) == [made]


def test_the_register_is_filtered_and_its_search_is_on_record(cast: Cast, as_: As) -> None:
    waiting, decided = concern(cast), concern(cast, "outsider", given_name="Wren")
    decide(decided, cast.manager, outcome=ConcernOutcome.ADVICE)
    manager = as_("manager")

    def listed(query: str) -> list[bool]:
        page = manager.get(f"/concerns/register/?{query}").content.decode()
        return [each.reference in page for each in (waiting, decided)]

    assert listed("") == [True, True]
    assert listed("outcome=advice") == [False, True]
    assert listed("outcome=waiting") == [True, False]
    assert listed(f"agency={cast.agency('csc').code}") == [True, False]
    assert listed("period=30") == [True, True]
    Concern.objects.filter(pk=decided.pk).update(submitted_at=timezone.now() - dt.timedelta(days=40))
    assert listed("period=30") == [True, False]
    assert listed("text=Wren") == [False, True]
    event = AuditEvent.objects.filter(action=Action.CONCERNS_SEARCHED).latest("at")
    assert "Wren" not in str(event.detail)
    assert as_("practitioner").get("/concerns/register/").status_code == 403


def test_the_register_tells_no_home_that_is_kept_from_the_reader(cast: Cast) -> None:
    made = concern(cast, "outsider", postcode="B70 9ZZ")
    decide(made, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    made.refresh_from_db()
    assert made in register(cast.manager, RegisterFilters(text="B70 9ZZ"))
    family.record_address(
        case=Case.objects.get(pk=made.case_id), kind=AddressKind.HOME, address="The Old Mill",
        reason=ConfidentialReason.RISK, by=cast.practitioner,
    )  # fmt: skip
    assert made not in register(cast.manager, RegisterFilters(text="B70 9ZZ"))
    assert made in register(cast.manager, RegisterFilters(text="Testley"))


def test_the_register_does_not_tell_what_a_restricted_case_hides(cast: Cast) -> None:
    made = concern(cast, "outsider")
    decide(made, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    case = Case.objects.get()
    access.restrict(
        case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    assert made in register(cast.manager, RegisterFilters(outcome="open_case")), (
        "who restricts it is named on it"
    )
