"""Nobody can tell what is hidden from them from what was never there: not by the answer, nor by how long it takes."""

import logging
import math
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist, median
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from cases.choices import RiskCategory
from cases.models import Case
from cases.services import exclusions
from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from cse_portal.ui.searching import concealed
from tests.access.addresses import ADDRESSES, EVERYONE
from tests.access.expected import RELATIONS, ROLES, depends, expected
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.access.test_whole_matrix import World
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import make_concern
from tests.signing_in import forget_tries

METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS")
# These say which of a few pages or kinds is meant, and name nothing.
WORDS = {"a word", "a kind of holder", "a step", "a section", "map lines", "a page", "child", "a format"}
PARTS = ("status", "headers", "cookies", "body")
# What somebody typed comes back on the page that refuses it: the same words whatever the address is about.
TYPED = "text=Seen+at+the+gate%2C+twice.&reason=Nobody+else+knows&kind=harm&version=1"
GIVEN_BACK = "Seen at the gate, twice."
PAIRS, FEW_PAIRS, NEAR, STEP = 400, 30, 0.005, 0.05


@pytest.fixture
def quiet() -> Iterator[None]:
    """Ten thousand refusals are not written to the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(cast: Cast, places: Places, quiet: None) -> Places:
    """Something at every address; the leaver has left."""
    forget_tries()
    end_membership(membership=Membership.objects.get(user=cast.leaver), on=timezone.localdate())
    return places


def made_up(value: Any) -> Any:
    """An identifier of the same shape that names nothing."""
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, int):
        return value + 7
    kind, _, rest = str(value).partition("-")
    digits = rest.replace("-", "")
    if digits.isdigit():
        return f"{kind}-2026-99999"
    return "1999-00-Q1" if rest.endswith(("Q1", "Q2", "Q3", "Q4")) else f"{kind}-ZZZZZ"


def named(name: str) -> list[str]:
    """The arguments of an address that name something kept."""
    return [argument for argument, thing in ADDRESSES[name].about.items() if thing not in WORDS]


def same_but_for_names(kwargs: dict[str, Any], names: list[str]) -> Iterator[dict[str, Any]]:
    """The address with each identifier in turn, and all of them, replaced by one that names nothing."""
    for name in names:
        yield {**kwargs, name: made_up(kwargs[name])}
    if len(names) > 1:
        yield {**kwargs, **{name: made_up(kwargs[name]) for name in names}}


def answer(client: Client, method: str, path: str) -> tuple[int, dict[str, str], str, str]:
    """Status, headers, cookies and body, without what differs in every answer and without the address itself."""
    typed = (TYPED, "application/x-www-form-urlencoded") if method == "POST" else ()
    with transaction.atomic():
        response = client.generic(method, path, *typed)
        transaction.set_rollback(True)
    nonce = str(getattr(response.wsgi_request, "csp_nonce", "") or "-")

    def plain(text: str) -> str:
        # Also as it stands in another: whoever must prove who they are first is led back to what they asked for.
        return text.replace(nonce, "").replace(path, "").replace(quote(path, safe=""), "")

    headers = {name: plain(value) for name, value in response.items()}
    for varying in ("Date", "Content-Length"):
        headers.pop(varying, None)
    body = "" if response.streaming else plain(response.content.decode())
    # The clock renews a session's own cookie now and then, whatever is asked for: no other may come, or differ.
    others = {name: morsel.value for name, morsel in response.cookies.items() if name != "sessionid"}
    return response.status_code, headers, str(others), body


Answer = Callable[[str, str], str]
# What is refused on one address and shown on another, to people who do other work with it: the board's objectives, and
# a return's figures, behind which the children stand. A made-up one that is not found tells them nothing new.
SHOWN_AT = {
    "mase:objective-change": "mase:objective",
    "mase:objective-report": "mase:objective",
    "reporting:behind": "reporting:return",
}


def tells_nothing(answer: Answer, who: str) -> Iterator[str]:
    """The addresses that name something this person may not know of: not found, or refused for what they are.

    Where even the administrator is refused, who sees no record, it is the function that is refused. Anywhere else
    whoever is refused sees the record, and that a made-up one is not found tells them nothing new.
    """
    for name, address in ADDRESSES.items():
        given = answer(name, who)
        elsewhere = SHOWN_AT.get(name)
        if given == "refused" and elsewhere and answer(elsewhere, who) not in ("refused", "not found"):
            continue
        if named(name) and (
            given == "not found" or given == "refused" and "administrator" in address.refused
        ):
            yield name


def differences(
    browsers: Mapping[str, Client],
    places: Places,
    hidden_from: Mapping[str, list[str]],
    methods: tuple[str, ...],
    *,
    one_in: int = 1,
) -> tuple[int, int, list[str]]:
    """How many pairs were asked, those told apart, and how many gave typed words back; of the pairs, one in so many."""
    different, pairs, given_back = [], 0, 0
    order = list(ADDRESSES)
    for turn, (who, client) in enumerate(browsers.items()):
        client.get("/")
        for name in hidden_from[who]:
            kwargs = {argument: places[thing] for argument, thing in ADDRESSES[name].about.items()}
            for method in methods:
                if (order.index(name) + turn + methods.index(method)) % one_in:
                    continue
                hidden = answer(client, method, reverse(name, kwargs=kwargs))
                given_back += GIVEN_BACK in hidden[3]
                for changed in same_but_for_names(kwargs, named(name)):
                    pairs += 1
                    unknown = answer(client, method, reverse(name, kwargs=changed))
                    told = [
                        what for what, one, other in zip(PARTS, hidden, unknown, strict=True) if one != other
                    ]
                    different += [f"{method} {name} as {who}, {changed}: other {each}" for each in told]
    sys.stdout.write(f"\n{pairs:,} pairs of a hidden and a made-up id\n")
    return pairs, given_back, different


def of_the_cast(
    cast: Cast, places: Places, people: list[str], methods: tuple[str, ...], *, one_in: int = 1
) -> tuple[int, int, list[str]]:
    """The people of the table, in the world as it is."""
    browsers = {person: signed_in(cast, person) for person in people}
    hidden = {
        person: list(tells_nothing(lambda name, who: ADDRESSES[name].answer(who), person))
        for person in people
    }
    return differences(browsers, places, hidden, methods, one_in=one_in)


def of_the_world(
    world: World, roles: list[str], methods: tuple[str, ...], *, one_in: int = 1
) -> tuple[int, int, list[str]]:
    """Somebody of each role whom this tie to the case shuts out, at every address on which that depends."""

    def told(name: str, role: str) -> str:
        return expected(name, role, world.relation)

    hidden = {role: [each for each in tells_nothing(told, role) if depends(each)] for role in roles}
    browsers = {role: world.browsers[role] for role in roles}
    return differences(browsers, world.places, hidden, methods, one_in=one_in)


def test_a_hidden_id_and_a_made_up_one_are_answered_alike(cast: Cast, world: Places) -> None:
    """A sixth of them, the manager reading where the outsider posts; the long run asks everybody everywhere."""
    pairs, given_back, different = of_the_cast(
        cast, world, ["outsider", "manager", "administrator"], ("GET", "POST"), one_in=6
    )
    assert different == []
    assert pairs > 80
    assert given_back > 5


@pytest.mark.parametrize(("relation", "role"), [("excluded", "team_manager"), ("restricted", "practitioner")])
def test_whoever_is_shut_out_cannot_tell_a_hidden_id_from_a_made_up_one(
    cast: Cast, places: Places, quiet: None, relation: str, role: str
) -> None:
    """One in five: whoever chairs the meetings and is excluded, whoever's agency works on what was restricted."""
    world = World(cast, places, relation)
    pairs, _, different = of_the_world(world, [role], ("GET", "POST"), one_in=5)
    assert different == []
    assert pairs > 50


@pytest.mark.long
def test_a_hidden_id_and_a_made_up_one_are_answered_alike_to_everybody(cast: Cast, world: Places) -> None:
    pairs, given_back, different = of_the_cast(cast, world, sorted(EVERYONE), METHODS)
    assert different == []
    assert pairs > 5000
    assert given_back > 50


@pytest.mark.long
@pytest.mark.parametrize("relation", [each for each, allows in RELATIONS.items() if allows == "nothing"])
def test_nobody_whom_any_tie_shuts_out_can_tell_a_hidden_id_from_a_made_up_one(
    cast: Cast, places: Places, quiet: None, relation: str
) -> None:
    """Other agency, expired, excluded, restricted, removed, left: every role, every address, reading and posting."""
    pairs, _, different = of_the_world(World(cast, places, relation), list(ROLES), ("GET", "POST"))
    assert different == []
    assert pairs > 2000


# ------------------------------------------------------------------------------------------ how long it takes


def p_of_mann_whitney(one: list[float], other: list[float]) -> float:
    """How likely such a difference is by chance: the U test, two-sided, by the normal approximation with ties."""
    both = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks, ties, at = 0.0, 0.0, 0
    while at < len(both):
        end = at
        while end < len(both) and both[end][0] == both[at][0]:
            end += 1
        ranks += sum((at + 1 + end) / 2 for _, which in both[at:end] if which == 0)
        ties += (end - at) ** 3 - (end - at)
        at = end
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    spread = math.sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1))))
    return 2 * (1 - NormalDist().cdf(abs(u - n * m / 2) / spread)) if spread else 1.0


def test_the_u_test_tells_a_difference_from_none() -> None:
    """The smallest of the published examples, and one lot that is simply later than the other."""
    assert p_of_mann_whitney([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]) == 1
    assert 0.04 < p_of_mann_whitney([19, 22, 16, 29, 24], [20, 11, 17, 12]) < 0.12
    assert p_of_mann_whitney(list(range(100)), list(range(40, 140))) < 0.0001


@dataclass(frozen=True)
class Asked:
    """A page that is read, or a form that is sent with these answers."""

    path: str
    typed: dict[str, str] | None = None


def seconds(client: Client, asked: Asked) -> float:
    """How long the answer takes."""
    began = time.perf_counter()
    with transaction.atomic():
        if asked.typed is None:
            client.get(asked.path)
        else:
            client.post(asked.path, asked.typed)
        transaction.set_rollback(True)
    return time.perf_counter() - began


def test_not_found_waits_for_its_step_and_nothing_else_does(
    cast: Cast, world: Places, settings: Settings
) -> None:
    settings.NOT_FOUND_STEP = 0.3
    client = signed_in(cast, "outsider")
    client.get("/")
    path = reverse("cases:case", kwargs={"reference": world["case"]})
    assert seconds(client, Asked(path)) >= 0.3
    assert seconds(client, Asked("/no-such-page/")) >= 0.3
    settings.NOT_FOUND_STEP = 3
    assert seconds(client, Asked("/")) < 3


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        "cases:case", "mase:meeting", "cases:document-file", "intelligence:report", "intelligence:submission",
        "cases:concern", "mase:minutes-pdf", "api-case", "api-meeting",
    ],
)  # fmt: skip
def test_a_hidden_id_takes_as_long_as_a_made_up_one(
    cast: Cast, world: Places, settings: Settings, name: str
) -> None:
    settings.NOT_FOUND_STEP = STEP
    about = ADDRESSES[name].about
    kwargs = {argument: world[thing] for argument, thing in about.items()}
    client = signed_in(cast, "health" if name == "cases:concern" else "outsider")
    if name != "cases:concern":
        assert ADDRESSES[name].answer("outsider") == "not found"
    held_alike(client, name, *pair(name, kwargs))


def held_alike(client: Client, name: str, hidden: Asked, unknown: Asked) -> None:
    """Once warm, no stopwatch tells the two apart."""
    for _ in range(20):
        seconds(client, hidden)
    apart, p = measured(client, name, hidden, unknown)
    if p <= 0.01:  # of a hundred honest comparisons one looks like this: a true difference does so again
        apart, p = measured(client, name, hidden, unknown)
    assert apart < NEAR
    assert p > 0.01


@pytest.mark.long
@pytest.mark.parametrize("who", ["outsider", "excluded chair"])
def test_a_hidden_id_takes_as_long_as_a_made_up_one_at_every_address(
    cast: Cast, places: Places, quiet: None, settings: Settings, who: str
) -> None:
    """Fewer pairs each, at many more addresses: by chance one in a hundred looks different, so the bar is higher."""
    forget_tries()
    if who == "outsider":
        client, hides = (
            signed_in(cast, who),
            {n for n, a in ADDRESSES.items() if a.answer(who) == "not found"},
        )
    else:
        world = World(cast, places, "excluded")
        client, places = world.browsers["team_manager"], world.places
        hides = {
            n for n in ADDRESSES if depends(n) and expected(n, "team_manager", "excluded") == "not found"
        }
    settings.NOT_FOUND_STEP = STEP
    hidden = {
        name: {argument: places[thing] for argument, thing in ADDRESSES[name].about.items()}
        for name in sorted(hides)
        if named(name)
    }
    client.get("/")
    wrong = []
    for name, kwargs in hidden.items():
        apart, p = measured(client, name, *pair(name, kwargs), FEW_PAIRS)
        if apart >= NEAR or p <= 0.01 / len(hidden):  # a true difference does so again
            apart, p = measured(client, name, *pair(name, kwargs), 4 * FEW_PAIRS)
        if apart >= NEAR or p <= 0.01 / len(hidden):
            wrong.append(f"{name}: {apart * 1000:.1f} ms apart, p {p:.5f}")
    sys.stdout.write(f"\n{len(hidden)} addresses, {FEW_PAIRS} pairs each\n")
    assert wrong == []
    assert len(hidden) > 100


def pair(name: str, kwargs: dict[str, Any]) -> tuple[Asked, Asked]:
    """The address of something hidden, and the same with every identifier made up: read, or posted to if it must be."""
    other = {**kwargs, **{each: made_up(kwargs[each]) for each in named(name)}}
    typed = dict(parse_qsl(TYPED)) if ADDRESSES[name].post else None
    return Asked(reverse(name, kwargs=kwargs), typed), Asked(reverse(name, kwargs=other), typed)


def measured(
    client: Client, name: str, hidden: Asked, unknown: Asked, pairs: int = PAIRS
) -> tuple[float, float]:
    """How far the medians of hidden and made up lie apart, in seconds, and how likely that is by chance."""
    took: dict[str, list[float]] = {"hidden": [], "unknown": []}
    for turn in range(pairs):
        if turn % 100 == 0:
            forget_tries()  # of the API, one may ask only so often
        # Now the one first, now the other: whatever the machine does besides falls on both.
        for which, asked in (("hidden", hidden), ("unknown", unknown))[:: 1 if turn % 2 else -1]:
            took[which].append(seconds(client, asked))
    p = p_of_mann_whitney(took["hidden"], took["unknown"])
    apart = median(took["hidden"]), median(took["unknown"])
    sys.stdout.write(
        f"\n{name}: hidden {apart[0] * 1000:.2f} ms, unknown {apart[1] * 1000:.2f} ms, p {p:.3f}\n"
    )
    return abs(apart[0] - apart[1]), p


# --------------------------------------------------------------------------------- what a form is asked for, and a list


@pytest.fixture
def shut_out(cast: Cast) -> Case:
    """A case that nobody of those who ask below may know of, and everybody else's beside it."""
    for _ in range(3):
        make_case(cast)
    child = make_child(given_name="Rowan", family_name="Kestrelwood", nhs_number="9434765919")
    case = make_case(cast, child=child, category=RiskCategory.MEDIUM)
    for person in (cast.duty, cast.manager, cast.privacy):
        exclusions.exclude(case=case, user=person, reason="Knows the family", by=cast.privacy)
    forget_tries()
    return case


EMERGENCY = {
    "family_name": "", "date_of_birth_day": "14", "date_of_birth_month": "3", "date_of_birth_year": "2012",
    "kind": "health", "reason": "Brought in alone", "understood": "on",
}  # fmt: skip


def forms(cast: Cast, case: Case) -> dict[str, tuple[str, Asked, Asked]]:
    """Who asks, for what is hidden from them and for what was never there."""
    named, unnamed = case.reference, "CSE-2026-99999"
    triage = reverse("cases:triage-concern", args=[make_concern(cast.outsider).reference])
    adding = {"outcome": "add_to_case", "case": "other", "harm_status": "H1", "rationale": "The same child"}
    alike = [
        make_concern(cast.outsider, given_name=given, family_name=family)
        for given, family in (("Rowan", "Kestrelwood"), ("Rufus", "Kittiwakeby"))
    ]
    matches = [Asked(reverse("cases:triage-concern", args=[each.reference])) for each in alike]
    words = [Asked(f"/cases/?text={quote(concealed(each))}") for each in ("Kestrelwood", "Kittiwakeby")]

    def both(name: str, hidden: dict[str, str], unknown: dict[str, str]) -> tuple[Asked, Asked]:
        return Asked(reverse(name), hidden), Asked(reverse(name), unknown)

    def by_reference(name: str, **others: str) -> tuple[Asked, Asked]:
        return both(name, {**others, "reference": named}, {**others, "reference": unnamed})

    return {
        "an emergency by reference": ("duty", *by_reference("cases:emergency", **EMERGENCY, way="reference")),
        "an emergency by name": (
            "duty",
            *both(
                "cases:emergency",
                {**EMERGENCY, "way": "name", "family_name": "Kestrelwood"},
                {**EMERGENCY, "way": "name", "family_name": "Kittiwakeby"},
            ),
        ),
        "an emergency by number": (
            "duty",
            *both(
                "cases:emergency",
                {**EMERGENCY, "way": "number", "nhs_number": "943 476 5919"},
                {**EMERGENCY, "way": "number", "nhs_number": "999 000 0018"},
            ),
        ),
        "triage, adding to a case": (
            "manager",
            Asked(triage, {**adding, "other_case": named}),
            Asked(triage, {**adding, "other_case": unnamed}),
        ),
        "triage, possible matches": ("manager", *matches),
        "a search": ("manager", *words),
        "an exclusion": ("privacy", *by_reference("cases:exclusion-add")),
        "why somebody sees it": (
            "privacy",
            *(
                Asked(f"{reverse('cases:why')}?person={cast.police.pk}&reference={each}")
                for each in (named, unnamed)
            ),
        ),
        "the audit": ("privacy", *by_reference("reporting:audit", about="case")),
    }


ASKING = [
    "an emergency by reference", "an emergency by name", "an emergency by number", "triage, adding to a case",
    "triage, possible matches", "a search", "an exclusion", "why somebody sees it", "the audit",
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("form", ASKING)
def test_a_form_that_asks_for_a_hidden_case_takes_as_long_as_for_none(
    cast: Cast, shut_out: Case, settings: Settings, form: str
) -> None:
    settings.NOT_FOUND_STEP = STEP
    all_of_them = forms(cast, shut_out)
    assert list(all_of_them) == ASKING
    person, hidden, unknown = all_of_them[form]
    client = signed_in(cast, person)
    logging.disable(logging.CRITICAL)
    try:
        held_alike(client, form, hidden, unknown)
    finally:
        logging.disable(logging.NOTSET)
