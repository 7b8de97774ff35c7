"""What an analyst and an administrator begin with: six measures with their targets, and how the service runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cse_portal.ui.presenters import counted, display_datetime
from reporting.board.presenters import words as f
from reporting.home.selectors.service import Measured, Service
from reporting.home.selectors.today import Today

TARGETS = (
    (f.REVIEWS, 90), (f.INTERVIEWS, 80), (f.MEETINGS, 90), (f.VOICE, 95), (f.DECIDED, 95), (f.MINUTES, 90),
)  # fmt: skip
AMBER = 10  # points below the target; further below is red


@dataclass(frozen=True)
class Tile:
    """One measure of the newest return: its share, its target, and its change since the return before."""

    label: str
    share: Decimal | None
    target: int
    change: str
    url: str

    @property
    def rating(self) -> tuple[str, str]:
        """A colour and its words."""
        if self.share is None:
            return "outline", "No figure"
        if self.share >= self.target:
            return "green", "On target"
        return (
            ("orange", "Below target") if self.share >= self.target - AMBER else ("red", "Far below target")
        )


def tiles(found: Today) -> list[Tile]:
    """Six, in the order of the board's report; none without a return."""
    return [_tile(found.measured, headline, target) for headline, target in TARGETS if found.measured]


def _tile(measured: Sequence[Measured], headline: f.Headline, target: int) -> Tile:
    last, before = measured[0], measured[-1]
    share, was = (each.shares.get(headline.key[:3]) for each in (last, before))
    change = ""
    if share is not None and was is not None and last is not before:
        points, since = round(share) - round(was), before.of.label
        words = f"{counted(abs(points), 'point')} {'better' if points > 0 else 'worse'} than {since}"
        change = f"{'▲' if points > 0 else '▼'} {words}" if points else f"As in {since}"
    url = f"{last.of.get_absolute_url()}#measure-{headline.measure}"
    return Tile(headline.label, share, target, change, url)


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
