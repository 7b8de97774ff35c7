"""Where each floor hangs its links: the areas of work with their pages, the menu, and case tabs.

Each app registers from its `navigation.py`, with the permission that shows it; nothing imports upwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.db.models import Model
from django.urls import reverse

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User


class Area(StrEnum):
    """The main navigation, by work. What is rare is in the person's menu."""

    CHILDREN = "Children"
    CONCERNS = "Concerns"
    MEETINGS = "Meetings"
    INTELLIGENCE = "Intelligence"
    REPORTS = "Reports"
    MENU = "Menu"


@dataclass(frozen=True)
class NavItem:
    """A page of an area of work. The area's own link leads to its first page that the person may open."""

    label: str
    url_name: str
    permission: Permission
    area: Area = Area.MENU
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


@dataclass(frozen=True)
class Frame:
    """What is around every page: the areas, the pages of the area that one of them is open in, and the menu."""

    areas: list[Link]
    pages: list[Link]
    menu: list[Link]
    searches: bool


T = TypeVar("T", NavItem, CaseTab)

_pages: dict[str, NavItem] = {}
_case_tabs: dict[str, CaseTab] = {}
_people_links: dict[str, NavItem] = {}
_left_behind: dict[str, Callable[[User, User], LeftBehind | None]] = {}


def register_page(item: NavItem) -> None:
    """Add a page to its area of work, or a link to the person's menu."""
    _pages[item.url_name] = item


def register_case_tab(tab: CaseTab) -> None:
    """Add a tab to every case."""
    _case_tabs[tab.slug] = tab


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


def frame(user: User, path: str) -> Frame:
    """The links this person may follow. The area with the longest address that begins `path` is current."""
    allowed = [
        (item, reverse(item.url_name)) for item in _in_order(_pages) if gate.can(user, item.permission)
    ]
    here = max(
        (pair for pair in allowed if path.startswith(pair[1])), key=lambda pair: len(pair[1]), default=None
    )
    areas = {
        area: [Link(item.label, url, url == path) for item, url in allowed if item.area == area]
        for area in Area
    }
    menu = areas.pop(Area.MENU)
    current = here[0].area if here else None
    pages = areas.get(current, []) if here and here[1] == path and current else []
    return Frame(
        areas=[
            Link("Today", reverse("home"), path == reverse("home")),
            *(Link(area, links[0].url, area == current) for area, links in areas.items() if links),
        ],
        pages=pages if len(pages) > 1 else [],
        menu=menu,
        searches=gate.can(user, Permission.CONCERN_LIST),
    )


def case_links(user: User, case: Model, current: str, *, more: bool = False) -> list[Link]:
    """The tabs of this case that this person may open; or what is in its menu "More"."""
    return [
        Link(tab.label, reverse(tab.url_name, args=[case.reference]), tab.slug == current, tab.slug)  # type: ignore[attr-defined]
        for tab in _in_order(_case_tabs)
        if (tab.more == more or tab.slug == current) and gate.can(user, tab.permission, case)
    ]


def _in_order(registry: dict[str, T]) -> list[T]:
    return sorted(registry.values(), key=lambda item: item.order)
