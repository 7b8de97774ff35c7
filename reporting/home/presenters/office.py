"""What an analyst and an administrator begin with: six measures with their targets, and how the service runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cse_portal.ui.presenters import display_datetime
from reporting.board.presenters.tiles import Tile
from reporting.board.presenters.tiles import tiles as measure_tiles
from reporting.home.selectors.service import Service
from reporting.home.selectors.today import Today


def tiles(found: Today) -> list[Tile]:
    """Six of the newest return beside those of the return before; none without a return."""
    if not found.measured:
        return []
    (of, now), (before, last) = found.measured[0], found.measured[-1]
    return measure_tiles(now, last if before is not of else {}, before.label)


@dataclass(frozen=True)
class Line:
    """One thing to watch: how many, or when; where, and whether it needs somebody."""

    what: str
    number: str
    detail: str = ""
    late: bool = False


def watched(found: Service) -> list[tuple[str, list[Line]]]:
    """Both tables of the page."""
    return [("Accounts", accounts(found)), ("Jobs and health", health(found))]


def accounts(found: Service) -> list[Line]:
    """Accounts that need somebody, with their agencies, whose leads look after them."""
    rows = [*found.accounts, *found.invited]
    kinds = {
        "invited": "Invited, and not joined yet",
        "leavers": "Left, and access not taken away yet",
        "no_factor": "No second factor",
        "away": "Not signed in for 90 days",
    }
    return [_accounts(what, name, rows) for name, what in kinds.items()]


def _accounts(what: str, name: str, rows: Sequence[dict[str, Any]]) -> Line:
    held = [(each["agency__short_name"], each[name]) for each in rows if each.get(name)]
    total = sum(number for _, number in held)
    where = ", ".join(f"{agency} {number}" for agency, number in held)
    return Line(what, f"{total:,}" if total else "None", where, late=bool(total and name == "leavers"))


def health(found: Service) -> list[Line]:
    """Background work, mail and the audit's seals."""
    jobs, messages = found.jobs, found.messages
    oldest = f"The oldest since {display_datetime(messages['oldest'])}" if messages["oldest"] else ""
    return [
        Line("Jobs that wait", f"{jobs['waiting']:,}", f"{jobs['running']:,} running"),
        Line("Jobs that failed in 7 days", f"{jobs['failed']:,}", late=bool(jobs["failed"])),
        Line("Messages not sent yet", f"{messages['waiting']:,}", oldest),
        Line("Last job done", display_datetime(jobs["last"]) or "Never"),
        Line("Last return worked out", display_datetime(jobs["last_return"]) or "Never"),
        Line(
            "Audit",
            "See to it" if found.audit else "Sealed and checked",
            "; ".join(found.audit),
            bool(found.audit),
        ),
    ]
