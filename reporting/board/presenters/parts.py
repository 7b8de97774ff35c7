"""What a page of the pack is made of: pictures, tables, short facts. Paper and screen draw the same."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from cse_portal.ui.charts.levels import bars
from reporting.board.presenters.known import Known, Told, drawable, listed, told
from reporting.measures.selectors.targets import Rating

NO_FIGURE = "There is no figure of this quarter that may be told."
_SHADES = 4


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its words, how dark it is from 0 to 4, a rating, whether it is a number."""

    text: str
    shade: str = ""
    rating: Rating | None = None
    numeric: bool = True


@dataclass(frozen=True)
class Row:
    """A row of a table under its name; the last of some is their sum."""

    label: str
    cells: Sequence[Cell]
    is_sum: bool = False
    starts: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its name; `kind` says how wide its columns are."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Row]
    kind: str = ""


@dataclass(frozen=True)
class Group:
    """Small boxes under a heading: the wards of a town."""

    title: str
    total: str
    boxes: Sequence[tuple[str, Cell]]


@dataclass(frozen=True)
class Part:
    """One finding on a page: its heading, and a picture, a table, short facts or paragraphs beneath."""

    title: str
    sub: str = ""
    svg: SafeString = field(default_factory=SafeString)
    pictures: Sequence[tuple[str, SafeString]] = ()
    table: Table | None = None
    facts: Sequence[tuple[str, str]] = ()
    texts: Sequence[str] = ()
    groups: Sequence[Group] = ()
    note: str = ""
    span: str = "half"


@dataclass(frozen=True)
class Page:
    """One page: its finding as headline, a line of support, its parts, and what is being done."""

    code: str
    kick: str
    number: int
    finding: str
    support: str
    parts: Sequence[Part]
    doing: Sequence[tuple[str, str]]


def bar_chart(
    title: str,
    sub: str,
    said: str,
    rows: Sequence[tuple[str, Told]],
    highest: float | None = None,
    *,
    unit: str = "",
    target: float | None = None,
    none: str = NO_FIGURE,
) -> Part:
    """A bar for each row, beside the most of them unless another number is the highest; words where there is none."""
    if not rows:
        return Part(title, sub, texts=[none])
    most = highest or max(drawable(value) for _, value in rows)
    drawn = [(label, drawable(value), told(value, unit)) for label, value in rows]
    return Part(title, sub, bars(f"{said}: {listed(rows)}.", drawn, most, target))


def grid(
    known: Known, name: str, table: str, columns: Mapping[str, str], *, only: Container[str] | None = None
) -> Table:
    """A breakdown as it is in the return: of all its rows with their sum, or of some. The column "" names the rows."""
    codes = [each for each in columns if each]
    rows = [each for each in known.rows(table).items() if only is None or each[0] in only]
    summed = [("total", "All")] if only is None else []
    drawn = [
        Row(label, numbers(*(known.cell(table, row, each) for each in codes)), is_sum=row == "total")
        for row, label in [*rows, *summed]
    ]
    return Table(name, list(columns.values()), drawn)


def numbers(*values: Told) -> list[Cell]:
    """Cells of plain numbers."""
    return [Cell(told(each)) for each in values]


def words(*texts: str) -> list[Cell]:
    """Cells of words."""
    return [Cell(each, numeric=False) for each in texts]


def shaded(value: Told, highest: float) -> Cell:
    """A cell that is darker where there is more; hatched where it is withheld."""
    if isinstance(value, str):
        return Cell(value, "wh")
    share = (value or 0) / (highest or 1)
    return Cell(told(value), f"k{0 if share <= 0 else min(int(share * _SHADES) + 1, _SHADES)}")


def below(value: float | None, target: float) -> Cell:
    """A share that is darker the further it is below its target."""
    if value is None:
        return Cell("")
    off = target - value
    steps = (0, 10, 20, 35)
    return Cell(told(value), f"k{sum(off > each for each in steps)}")
