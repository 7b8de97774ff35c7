"""Finding the figures of a report: by measure, table, row and column, over eight quarters."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cse_portal.reference.quarters import Quarter
from cse_portal.ui.charts import Value
from reporting.returns.selectors.returns import PublishedFigure

WITHHELD = "withheld"


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
# Beside others of these on an analyst's Today.
INTERVIEWS = Headline("Return interviews held in 72 hours", "E3", "line", "in_time", "rate", "%")
VOICE = Headline("The child’s view was heard at MASE", "D3", "people", "child_view", "rate", "%")
MINUTES = Headline("Minutes sent out in five working days", "D5", "all", "total", "rate", "%")


class Figures:
    """The published figures of some quarters, each found by where it stands."""

    def __init__(self, quarters: Sequence[Quarter], by_quarter: dict[str, list[PublishedFigure]]) -> None:
        self.quarters = quarters
        self._found = {
            quarter: {(each.measure, each.dimension, each.row, each.column): each for each in figures}
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
