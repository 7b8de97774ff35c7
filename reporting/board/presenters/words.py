"""A quarter in plain sentences. A figure that is withheld has no sentence, and no comparison gives it away."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cse_portal.reference.quarters import Quarter
from cse_portal.ui.charts import Value
from cse_portal.ui.charts.shapes import shown
from cse_portal.ui.presenters import counted
from reporting.returns.models import ReturnFigure


@dataclass(frozen=True)
class Headline:
    """A figure the board follows: its words, where it stands, and whether it is a share."""

    label: str
    measure: str
    dimension: str
    row: str
    column: str
    unit: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Where it is in every quarter's figures."""
        return self.measure, self.dimension, self.row, self.column


OPEN = Headline("Children open at the end of the quarter", "B1", "all", "total", "end")
NEW = Headline("New in the quarter", "B1", "all", "total", "new")
REOPENED = Headline("Re-opened in the quarter", "B1", "all", "total", "reopened")
CLOSED = Headline("Closed in the quarter", "B1", "all", "total", "closed")
HIGH = Headline("In category 3 at the end", "B2", "category", "3", "count")
MEDIUM = Headline("In category 2 at the end", "B2", "category", "2", "count")
LOW = Headline("In category 1 at the end", "B2", "category", "1", "count")
CONCERNS = Headline("Concerns received", "A1", "agency", "total", "count")
DECIDED = Headline("Concerns decided within one working day", "A3", "all", "total", "rate", "%")
MEETINGS = Headline("Initial MASE meetings held in time", "D1", "category", "total", "rate", "%")
ATTENDANCE = Headline("Invited agencies that came to MASE", "D3", "agency", "total", "rate", "%")
OVERDUE = Headline("Plan actions overdue at the end", "D4", "plan", "total", "overdue")
INTELLIGENCE = Headline("Intelligence submissions", "F1", "agency", "total", "total")
HEADLINES = (
    OPEN, NEW, REOPENED, CLOSED, HIGH, MEDIUM, LOW, CONCERNS, DECIDED, MEETINGS, ATTENDANCE, OVERDUE, INTELLIGENCE,
)  # fmt: skip
# On the page of the strategy's measures of success alone: the board's report has no room for it.
REVIEWS = Headline("Reviews due that were held in time", "D2", "due", "total", "rate", "%")
TRAINED = Headline("The workforce trained for their role", "I1", "staff_agency", "total", "rate", "%")
# Beside others of these on an analyst's Today.
INTERVIEWS = Headline("Return interviews held in 72 hours", "E3", "line", "in_time", "rate", "%")
VOICE = Headline("The child’s view was heard at MASE", "D3", "people", "child_view", "rate", "%")
MINUTES = Headline("Minutes sent out in five working days", "D5", "all", "total", "rate", "%")


class Figures:
    """The figures of some quarters as they may be told outside, each found by where it stands."""

    def __init__(self, quarters: Sequence[Quarter], by_quarter: dict[str, list[ReturnFigure]]) -> None:
        self.quarters = quarters
        self._found = {
            quarter: {(each.measure.code, each.dimension, each.row, each.column): each for each in figures}
            for quarter, figures in by_quarter.items()
        }

    def value(self, headline: Headline, quarter: Quarter) -> Value:
        """The number; "withheld" where it may not be told; None where there is none."""
        figure = self._found.get(quarter.slug, {}).get(headline.key)
        if figure is None:
            return None
        return WITHHELD if figure.is_suppressed else figure.value

    def over(self, headline: Headline) -> list[Value]:
        """The figure in every quarter, oldest first."""
        return [self.value(headline, quarter) for quarter in self.quarters]

    def known(self, headline: Headline, quarter: Quarter) -> Decimal | None:
        """The number, when there is one that may be told."""
        value = self.value(headline, quarter)
        return value if isinstance(value, Decimal) else None

    @property
    def missing(self) -> list[Quarter]:
        """Quarters without a signed-off return."""
        return [quarter for quarter in self.quarters if quarter.slug not in self._found]

    @property
    def labels(self) -> list[str]:
        """The quarters as an axis says them."""
        return [quarter.label for quarter in self.quarters]


def sentences(figures: Figures) -> list[str]:
    """What the board would ask first, each answered in a sentence where the figures allow."""
    found = [
        _children(figures),
        _movement(figures),
        _high(figures),
        _share(figures, DECIDED, "of concerns were decided within one working day"),
        _share(figures, MEETINGS, "of initial MASE meetings were held in time"),
        _share(
            figures,
            ATTENDANCE,
            "of invitations to MASE were answered by an agency coming or sending a deputy",
        ),
        _overdue(figures),
    ]
    return [sentence for sentence in found if sentence]


def _children(figures: Figures) -> str:
    number = figures.known(OPEN, figures.quarters[-1])
    if number is None:
        return ""
    children = "1 child or young person" if number == 1 else f"{shown(number)} children and young people"
    return f"The partnership was working with {children} at the end of the quarter{_compared(figures, OPEN)}."


def _movement(figures: Figures) -> str:
    parts = [
        (figures.known(headline, figures.quarters[-1]), words)
        for headline, words in ((NEW, "new"), (REOPENED, "re-opened"), (CLOSED, "closed"))
    ]
    told = [f"{shown(number)} {words}" for number, words in parts if number is not None]
    return f"In the quarter there were {', '.join(told)}." if len(told) == len(parts) else ""


def _high(figures: Figures) -> str:
    number = figures.known(HIGH, figures.quarters[-1])
    if number is None:
        return ""
    verb = "was" if number == 1 else "were"
    return f"{shown(number)} of them {verb} in category 3, the highest{_compared(figures, HIGH)}."


def _share(figures: Figures, headline: Headline, words: str) -> str:
    share = figures.known(headline, figures.quarters[-1])
    return f"{shown(share)}% {words}{_compared(figures, headline)}." if share is not None else ""


def _overdue(figures: Figures) -> str:
    number = figures.known(OVERDUE, figures.quarters[-1])
    if number is None:
        return ""
    verb = "was" if number == 1 else "were"
    return f"{counted(int(number), 'plan action')} {verb} overdue at its end{_compared(figures, OVERDUE)}."


def _compared(figures: Figures, headline: Headline) -> str:
    """Against the quarter before and the same quarter a year ago, where both may be told."""
    now = figures.known(headline, figures.quarters[-1])
    before = figures.known(headline, figures.quarters[-2])
    year_ago = figures.known(headline, figures.quarters[-5])
    percent = "%" if headline.unit == "%" else ""
    told = []
    if before is not None:
        told.append(
            "the same as the quarter before"
            if before == now
            else f"{shown(before)}{percent} the quarter before"
        )
    if year_ago is not None:
        told.append(f"{shown(year_ago)}{percent} a year ago")
    return f" ({', '.join(told)})" if told else ""


WITHHELD = "withheld"
