"""Where each floor hangs its links: primary navigation, case tabs, panels and tiles of the home page.

Each app registers from its `navigation.py`, with the permission that shows it; nothing imports upwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model
from django.urls import reverse

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.presenters import TileValue


@dataclass(frozen=True)
class NavItem:
    """A link in the primary navigation."""

    label: str
    url_name: str
    permission: Permission
    order: int = 100


@dataclass(frozen=True)
class CaseTab:
    """A tab of a child's case; its address takes the case's reference, its permission is asked with the case."""

    slug: str
    label: str
    url_name: str
    permission: Permission
    order: int = 100
    more: bool = False  # in the menu "More", not in the line


@dataclass(frozen=True)
class HomePanel:
    """A part of the home page: what needs this person today. No context, nothing drawn.

    A context that names children has the keys of their cases under `shown`: who looked is on record.
    """

    slug: str
    template: str
    context: Callable[[User], dict[str, Any] | None]
    permission: Permission
    order: int = 100


@dataclass(frozen=True)
class HomeTile:
    """A number on the home page that opens the list it counts."""

    slug: str
    label: str
    value: Callable[[User], TileValue]
    permission: Permission
    order: int = 100


@dataclass(frozen=True)
class LeftBehind:
    """What somebody leaves behind when they leave, in a sentence, and where it is put in order."""

    words: str
    link: str
    url: str


@dataclass(frozen=True)
class Link:
    """A link as it is drawn."""

    label: str
    url: str
    current: bool
    slug: str = ""


T = TypeVar("T", NavItem, CaseTab, HomePanel, HomeTile)

_primary: dict[str, NavItem] = {}
_case_tabs: dict[str, CaseTab] = {}
_home_panels: dict[str, HomePanel] = {}
_home_tiles: dict[str, HomeTile] = {}
_people_links: dict[str, NavItem] = {}
_left_behind: dict[str, Callable[[User, User], LeftBehind | None]] = {}


def register_primary(item: NavItem) -> None:
    """Add a link to the primary navigation."""
    _primary[item.url_name] = item


def register_case_tab(tab: CaseTab) -> None:
    """Add a tab to every case."""
    _case_tabs[tab.slug] = tab


def register_home_panel(panel: HomePanel) -> None:
    """Add a panel to the home page."""
    _home_panels[panel.slug] = panel


def register_home_tile(tile: HomeTile) -> None:
    """Add a tile to the home page."""
    _home_tiles[tile.slug] = tile


def register_people_link(item: NavItem) -> None:
    """Add a link to the page of an agency's people."""
    _people_links[item.url_name] = item


def register_left_behind(slug: str, look: Callable[[User, User], LeftBehind | None]) -> None:
    """Add what this floor finds of somebody who leaves; the lead who asks is given first."""
    _left_behind[slug] = look


def people_links(user: User) -> list[Link]:
    """What else this person does for the people of their agency."""
    allowed = [item for item in _in_order(_people_links) if gate.can(user, item.permission)]
    return [Link(item.label, reverse(item.url_name), current=False) for item in allowed]


def left_behind(user: User, person: User) -> list[LeftBehind]:
    """Everything somebody who leaves would leave behind."""
    found = [look(user, person) for look in _left_behind.values()]
    return [each for each in found if each is not None]


def primary_links(user: User, path: str) -> list[Link]:
    """The links this person may follow; the one with the longest address that begins `path` is current."""
    allowed = [item for item in _in_order(_primary) if gate.can(user, item.permission)]
    addresses = [reverse(item.url_name) for item in allowed]
    here = max((url for url in addresses if path.startswith(url)), key=len, default="")
    return [
        Link(item.label, url, url == here and (url != "/" or path == "/"))
        for item, url in zip(allowed, addresses, strict=True)
    ]


def case_links(user: User, case: Model, current: str, *, more: bool = False) -> list[Link]:
    """The tabs of this case that this person may open; or what is in its menu "More"."""
    return [
        Link(tab.label, reverse(tab.url_name, args=[case.reference]), tab.slug == current, tab.slug)  # type: ignore[attr-defined]
        for tab in _in_order(_case_tabs)
        if (tab.more == more or tab.slug == current) and gate.can(user, tab.permission, case)
    ]


def home_panels(user: User) -> list[tuple[HomePanel, dict[str, Any]]]:
    """The panels with something to say to this person."""
    panels = [panel for panel in _in_order(_home_panels) if gate.can(user, panel.permission)]
    drawn = [(panel, panel.context(user)) for panel in panels]
    return [(panel, context) for panel, context in drawn if context is not None]


def home_tiles(user: User) -> list[tuple[HomeTile, TileValue]]:
    """The tiles of this person's home page."""
    return [(tile, tile.value(user)) for tile in _in_order(_home_tiles) if gate.can(user, tile.permission)]


def _in_order(registry: dict[str, T]) -> list[T]:
    return sorted(registry.values(), key=lambda item: item.order)
