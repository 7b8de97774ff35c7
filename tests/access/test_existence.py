"""What is hidden is answered like what never existed: status, headers, cookies and body."""

import logging
import re
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from tests.access.addresses import ADDRESSES, EVERYONE
from tests.access.expected import RELATIONS, ROLES, depends, expected
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.access.test_whole_matrix import World
from tests.cast import Cast
from tests.signing_in import forget_tries

METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS")
# These say which of a few pages or kinds is meant, and name nothing.
WORDS = {"a word", "a kind of holder", "a step", "a section", "map lines", "a page", "child", "a format"}
PARTS = ("status", "headers", "cookies", "body")
# What somebody types makes no difference.
TYPED = "text=Seen+at+the+gate%2C+twice.&reason=Nobody+else+knows&kind=harm&version=1"


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
        # Also as it is in another: anyone who must prove who they are first is led back to what they asked for.
        text = re.sub(r'(name="csrfmiddlewaretoken" value)="[^"]*"', "", text)  # new in every answer
        return text.replace(nonce, "").replace(path, "").replace(quote(path, safe=""), "")

    headers = {name: plain(value) for name, value in response.items()}
    for varying in ("Date", "Content-Length"):
        headers.pop(varying, None)
    body = "" if response.streaming else plain(response.content.decode())
    # The clock renews a session's own cookie now and then, whatever is asked for: no other may come, or differ.
    others = {name: morsel.value for name, morsel in response.cookies.items() if name != "sessionid"}
    return response.status_code, headers, str(others), body


Answer = Callable[[str, str], str]
# What is refused on one address and shown on another, to people who do other work with it: the board's objectives,
# its pack, and a return's figures, behind which the children are. A made-up one that is not found tells nothing new.
SHOWN_AT = {
    "mase:objective-change": "mase:objective",
    "mase:objective-report": "mase:objective",
    "reporting:behind": "reporting:return",
    **{
        f"reporting:board-pack-{step}": "reporting:board-pack"
        for step in ("write", "foreword", "send", "publish", "send-back", "correct")
    },
}


def tells_nothing(answer: Answer, who: str) -> Iterator[str]:
    """The addresses that name something this person may not know of: not found, or refused for what they are.

    Where even the administrator is refused, who sees no record, it is the function that is refused. Anywhere else
    anyone who is refused sees the record, and that a made-up one is not found tells them nothing new.
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
) -> tuple[int, list[str]]:
    """How many pairs were asked, and those told apart; of the pairs, one in so many."""
    different, pairs = list[str](), 0
    order = list(ADDRESSES)
    for turn, (who, client) in enumerate(browsers.items()):
        client.get("/")
        for name in hidden_from[who]:
            kwargs = {argument: places[thing] for argument, thing in ADDRESSES[name].about.items()}
            for method in methods:
                if (order.index(name) + turn + methods.index(method)) % one_in:
                    continue
                hidden = answer(client, method, reverse(name, kwargs=kwargs))
                for changed in same_but_for_names(kwargs, named(name)):
                    pairs += 1
                    unknown = answer(client, method, reverse(name, kwargs=changed))
                    told = [
                        what for what, one, other in zip(PARTS, hidden, unknown, strict=True) if one != other
                    ]
                    different += [f"{method} {name} as {who}, {changed}: other {each}" for each in told]
    sys.stdout.write(f"\n{pairs:,} pairs of a hidden and a made-up id\n")
    return pairs, different


def of_the_cast(
    cast: Cast, places: Places, people: list[str], methods: tuple[str, ...], *, one_in: int = 1
) -> tuple[int, list[str]]:
    """The people of the table, in the world as it is."""
    browsers = {person: signed_in(cast, person) for person in people}
    hidden = {
        person: list(tells_nothing(lambda name, who: ADDRESSES[name].answer(who), person))
        for person in people
    }
    return differences(browsers, places, hidden, methods, one_in=one_in)


def of_the_world(
    world: World, roles: list[str], methods: tuple[str, ...], *, one_in: int = 1
) -> tuple[int, list[str]]:
    """Somebody of each role whom this tie to the case shuts out, at every address on which that depends."""

    def told(name: str, role: str) -> str:
        return expected(name, role, world.relation)

    hidden = {role: [each for each in tells_nothing(told, role) if depends(each)] for role in roles}
    browsers = {role: world.browsers[role] for role in roles}
    return differences(browsers, world.places, hidden, methods, one_in=one_in)


def test_a_hidden_id_and_a_made_up_one_are_answered_alike(cast: Cast, world: Places) -> None:
    """A twelfth of them, the manager reading where the outsider posts; the long run asks everybody everywhere."""
    pairs, different = of_the_cast(
        cast, world, ["outsider", "manager", "administrator"], ("GET", "POST"), one_in=12
    )
    assert different == []
    assert pairs > 40


@pytest.mark.parametrize(("relation", "role"), [("excluded", "team_manager"), ("restricted", "practitioner")])
def test_whoever_is_shut_out_cannot_tell_a_hidden_id_from_a_made_up_one(
    cast: Cast, places: Places, quiet: None, relation: str, role: str
) -> None:
    """One in ten: anyone who chairs the meetings and is excluded, whoever's agency works on what was restricted."""
    world = World(cast, places, relation)
    pairs, different = of_the_world(world, [role], ("GET", "POST"), one_in=10)
    assert different == []
    assert pairs > 25


@pytest.mark.long
def test_a_hidden_id_and_a_made_up_one_are_answered_alike_to_everybody(cast: Cast, world: Places) -> None:
    pairs, different = of_the_cast(cast, world, sorted(EVERYONE), METHODS)
    assert different == []
    assert pairs > 5000


@pytest.mark.long
@pytest.mark.parametrize("relation", [each for each, allows in RELATIONS.items() if allows == "nothing"])
def test_nobody_whom_any_tie_shuts_out_can_tell_a_hidden_id_from_a_made_up_one(
    cast: Cast, places: Places, quiet: None, relation: str
) -> None:
    """Other agency, expired, excluded, restricted, removed, left: every role, every address, reading and posting."""
    pairs, different = of_the_world(World(cast, places, relation), list(ROLES), ("GET", "POST"))
    assert different == []
    assert pairs > 2000
