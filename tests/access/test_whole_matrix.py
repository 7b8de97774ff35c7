"""Every role at every address by every method, whatever ties it to the case: as tests/access/expected.py says."""

import datetime as dt
import logging
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.record.choices import CaseStatus
from cases.record.models.case import Case
from cases.record.models.child import Child
from cases.sharing.services import access, exclusions
from cse_portal.access import grants
from cse_portal.access.grants import Holder
from cse_portal.access.models import GrantSource
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from tests.access.addresses import ADDRESSES
from tests.access.expected import RELATIONS, ROLES, depends, expected
from tests.access.places import Places
from tests.access.test_no_leaks import read
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS
from tests.signing_in import forget_tries

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ANSWERS = {403: "refused", 404: "not found", 405: "no such method", 429: "told to wait"}
LEADS_ON = "leads on"
Cell = tuple[str, str, str, str]
# Everybody's own, and held to limits of tries: tests/integration/sign_in has them.
OWN_SIGN_IN = ("account_", "mfa_", "sign_in:")
# One who works on cases, one who answers for them, one who only logs, one who keeps the machine.
FOUR = ("practitioner", "team_manager", "referrer", "system_administrator")


@pytest.fixture(autouse=True)
def _without_ten_thousand_warnings() -> Iterator[None]:
    """Each refusal warns with its traceback, and writing those takes longer than refusing."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class World:
    """One child's case with something at every address, and one person of each role with the same tie to it."""

    def __init__(self, cast: Cast, places: Places, relation: str) -> None:
        forget_tries()
        self.cast, self.places, self.relation = cast, places, relation
        self.people = {role: self._person(role, agency) for role, agency in ROLES.items()}
        self.case = Case.objects.get(reference=self.places["case"])
        self._leave_to_its_lead()
        for person in self.people.values():
            self._tie(person)
        self._state()
        self.secrets = self._name_the_child()
        self.browsers = {role: self._browser(person) for role, person in self.people.items()}

    def ask(self, name: str, role: str, method: str) -> str:
        """What the portal answers, in the table's words; what that changes is taken back."""
        about = ADDRESSES[name].about.items()
        path = reverse(name, kwargs={argument: self.places[thing] for argument, thing in about})
        browser = self.browsers[role]
        kept = browser.cookies.output()
        with transaction.atomic():
            answer = browser.generic(method, path)
            told = self._tells(role, path, answer)
            transaction.set_rollback(True)
        if browser.cookies.output() != kept:
            self.browsers[role] = self._browser(self.people[role])
        if told:
            return f"tells of the child: {told}"
        if answer.status_code == 302 and method != natural(name):
            return LEADS_ON
        return ANSWERS.get(answer.status_code, "broke" if answer.status_code >= 500 else "opens")

    def _name_the_child(self) -> set[str]:
        """As nobody else is called; and what else would tell that there is such a case."""
        Child.objects.filter(pk=self.case.child_id).update(given_name="Zephyrine", family_name="Quillon")
        return {"Zephyrine", "Quillon", str(self.case.pk), str(self.case.child_id), self.case.reference}

    def _tells(self, role: str, path: str, answer: Any) -> set[str]:
        """What an answer says of the child to somebody who may not know of them. By reference alone, privacy does."""
        if RELATIONS[self.relation] != "nothing":
            return set()
        knows = role == "privacy_officer" and self.relation != "excluded"
        text = read(answer).replace(path, "")
        return {word for word in self.secrets if word in text and not (knows and word == self.case.reference)}

    def _person(self, role: str, agency: str) -> User:
        return accounts.add_person(
            email=f"{role}.of.the.matrix@example.org", full_name=f"Some {role}", role=Role(role),
            agency=self.cast.agency(agency), starts_on=timezone.localdate() - dt.timedelta(days=400),
        )  # fmt: skip

    def _leave_to_its_lead(self) -> None:
        self.case.group_grants.exclude(group=self.cast.agency("csc").group).delete()
        self.case.user_grants.exclude(user=self.cast.practitioner).delete()
        # Sharing that can be stopped: with an agency of which nobody is here.
        self._give(self.cast.agency("education"), access.SEE)
        self.places["police agency"] = self.cast.agency("education").pk

    def _tie(self, person: User) -> None:
        membership = Membership.objects.get(user=person)
        agency, past = membership.agency, timezone.now() - dt.timedelta(seconds=1)
        match self.relation:
            case "own grant" | "closed":
                self._give(person, access.WORK_ON)
            case "agency grant":
                self._give(agency, access.SEE)
            case "expired":
                self._give(person, access.WORK_ON, past)
                self._give(agency, access.WORK_ON, past)
            case "excluded":
                self._give(person, access.WORK_ON)
                self._give(agency, access.WORK_ON)
                exclusions.exclude(
                    case=self.case, user=person, reason="Knows the family", by=self.cast.privacy
                )
            case "restricted":
                self._give(agency, access.WORK_ON)
            case "removed":
                self._give(person, access.WORK_ON)
                grants.withdraw(self.case, frm=person, reason="No longer needed", by=self.cast.practitioner)
            case "left":
                self._give(person, access.WORK_ON)
                self._give(agency, access.WORK_ON)
                accounts.end_membership(membership=membership, on=timezone.localdate())

    def _give(self, to: Holder, codenames: tuple[str, ...], until: dt.datetime | None = None) -> None:
        grants.give(
            self.case, to=to, codenames=codenames, source=GrantSource.SHARE, reason="Works with the child",
            lawful_basis=LAWFUL_BASIS, by=self.cast.practitioner, expires_at=until,
        )  # fmt: skip

    def _state(self) -> None:
        this = Case.objects.filter(pk=self.case.pk)
        if self.relation == "restricted":
            this.update(is_restricted=True, restricted_reason="WITNESS_PROTECTION")
        if self.relation == "closed":
            this.update(status=CaseStatus.CLOSED)

    @staticmethod
    def _browser(person: User) -> Client:
        browser = Client(raise_request_exception=False)
        browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser


def natural(name: str) -> str:
    """The method the address is for."""
    return "POST" if ADDRESSES[name].post else "GET"


def wrong_cells(world: World, cells: Iterator[tuple[str, str, str]]) -> tuple[int, list[Cell]]:
    """How many were asked, and those not answered as expected. A method it does not take tells nobody anything."""
    asked, wrong = 0, []
    for name, role, method in cells:
        asked += 1
        given, right = world.ask(name, role, method), expected(name, role, world.relation)
        # Opened by reading, an address that is posted to leads on to the page it belongs to.
        tells_nothing = given == "no such method" or given == LEADS_ON and right != "not found"
        if given != right and (method == natural(name) or not tells_nothing):
            wrong.append((f"{method} {name} as {role}, {world.relation}", given, "expected", right))
    return asked, wrong


def by_relation(relation: str) -> Iterator[tuple[str, str, str]]:
    """Every address by its own method; those the case plays no part in once, where nothing ties anybody to it."""
    for name in ADDRESSES:
        if depends(name) or relation == "other agency":
            for role in ROLES:
                yield name, role, natural(name)


def by_method(roles: Iterable[str], methods: Iterable[str] = METHODS) -> Iterator[tuple[str, str, str]]:
    """Every address by every other method; but for one that everybody who sees the case reads, and fewer post to."""
    for name, address in ADDRESSES.items():
        if name == "cases:strategy":
            continue
        for method in methods:
            if method != natural(name) and not address.public and not name.startswith(OWN_SIGN_IN):
                for role in roles:
                    yield name, role, method


def in_turn(relation: str) -> Iterator[tuple[str, str, str]]:
    """One role at every fourth address, another one at the next, and others again with the next tie.

    Seven has no divisor in common with four times eleven roles: over the ties, each address meets two of them.
    """
    places, roles, ties = list(ADDRESSES), list(ROLES), list(RELATIONS)
    for name, role, method in by_relation(relation):
        turn = places.index(name) + roles.index(role) + 7 * ties.index(relation)
        if turn % (4 * len(roles)) == 0:
            yield name, role, method


def hold(world: World, cells: Iterator[tuple[str, str, str]]) -> None:
    """Ask, say how many, and claim that none is wrong."""
    began = time.monotonic()
    asked, wrong = wrong_cells(world, cells)
    took = time.monotonic() - began
    sys.stdout.write(
        f"\n{asked:,} checks at {len(ADDRESSES)} addresses, {world.relation}, {took:.1f} s\n"
        + "".join(f"{each}\n" for each in wrong)
    )
    assert wrong == []


def test_the_hand_written_answers_know_every_role_and_address() -> None:
    assert set(ROLES) | {"api_client"} == set(Role.values)
    answers = {
        expected(name, role, relation) for name in ADDRESSES for role in ROLES for relation in RELATIONS
    }
    assert answers == {"opens", "refused", "not found"}


@pytest.mark.long
def test_every_role_that_is_shut_out_at_every_address(cast: Cast, places: Places) -> None:
    hold(World(cast, places, "excluded"), by_relation("excluded"))


@pytest.mark.parametrize("relation", RELATIONS)
def test_some_roles_at_every_address_with_this_tie(cast: Cast, places: Places, relation: str) -> None:
    """One at each, another at the next; the long run asks them all."""
    hold(World(cast, places, relation), in_turn(relation))


@pytest.mark.long
def test_no_other_method_lets_anybody_further(cast: Cast, places: Places) -> None:
    hold(World(cast, places, "agency grant"), by_method(FOUR, METHODS[2:]))


@pytest.mark.long
@pytest.mark.parametrize("relation", RELATIONS)
def test_every_role_at_every_address_by_every_method_with_this_tie(
    cast: Cast, places: Places, relation: str
) -> None:
    by_its_own = ((name, role, natural(name)) for name in ADDRESSES for role in ROLES)
    hold(World(cast, places, relation), chain(by_its_own, by_method(ROLES)))
