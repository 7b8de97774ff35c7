"""Charts: every word escaped, every number in the table, nothing that breaks on odd figures."""

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Callable
from decimal import Decimal

import pytest

from cse_portal.ui import charts
from cse_portal.ui.charts import Chart, Mark, Scaling, Series, StepPoint

NASTY = '<script>alert("x")</script> & \x00\x1f'
TODAY = dt.date(2026, 11, 25)
QUARTERS = ["2026/27 Q1", "2026/27 Q2", "2026/27 Q3"]

EVERY: dict[str, Callable[[str], Chart]] = {
    "line": lambda words: charts.line(words, words, [Series(words, [1, None, 3])], QUARTERS, words),
    "lines": lambda words: charts.line(
        words, words, [Series(words, [1, 2]), Series(words, [2, 1])], [words, words]
    ),
    "step_line": lambda words: charts.step_line(
        words, words, [StepPoint(dt.date(2026, 1, 2), 3, words)], TODAY
    ),
    "small_multiple": lambda words: charts.small_multiple(words, [1, 2], [words, words]),
    "bar": lambda words: charts.bar(words, words, [words], [3]),
    "heat_table": lambda words: charts.heat_table(words, words, [words], [words], [[4]], words, words),
    "scale_spread": lambda words: charts.scale_spread(words, words, [Mark(words, 3, 6)]),
}


@pytest.mark.parametrize("kind", EVERY)
def test_words_in_a_picture_are_only_words(kind: str) -> None:
    drawing = parsed(EVERY[kind](NASTY))
    names = {element.tag.split("}")[1] for element in drawing.iter()}
    assert names <= {"svg", "title", "desc", "text", "line", "rect", "path", "circle"}
    assert text_of(drawing, "title").startswith("<script>")


@pytest.mark.parametrize("kind", EVERY)
def test_a_picture_says_its_title_and_holds_nothing_a_policy_would_stop(kind: str) -> None:
    chart = EVERY[kind]("Children")
    drawing = parsed(chart)
    assert drawing.get("role") == "img"
    assert text_of(drawing, "title") == "Children"
    assert chart.rows
    attributes = {name for element in drawing.iter() for name in element.attrib}
    assert not {name for name in attributes if name == "style" or name.startswith("on") or "href" in name}


@pytest.mark.parametrize(
    "chart",
    [
        charts.line("t", "", [], []),
        charts.line("t", "", [Series("a", [0])], ["Q1"]),
        charts.line("t", "", [Series("a", [None, None]), Series("b", [])], ["Q1", "Q2"]),
        charts.line("t", "", [Series("a", [Decimal("0.1"), 1_000_000])], ["Q1", "Q2"]),
        charts.line("t", "", [Series("a", [-3, 4])], ["Q1", "Q2"]),
        charts.step_line("t", "", [], TODAY),
        charts.step_line("t", "", [StepPoint(TODAY, 2)], TODAY),
        charts.small_multiple("t", [], []),
        charts.bar("t", "", [], []),
        charts.bar("t", "", ["a"], [0]),
        charts.heat_table("t", "", [], [], []),
        charts.heat_table("t", "", ["a"], ["b"], [[None]]),
        charts.scale_spread("t", "", []),
        charts.scale_spread("t", "", [Mark("Child", None, None)]),
    ],
)
def test_nothing_zero_and_one_point_are_drawn(chart: Chart) -> None:
    drawing = parsed(chart)
    assert "nan" not in str(chart.svg)
    assert text_of(drawing, "title") == "t"


def test_a_gap_breaks_the_line_and_stands_in_the_table() -> None:
    chart = charts.line("Children", "", [Series("Open", [40, None, 44])], QUARTERS)
    paths = [element.get("d", "") for element in parsed(chart).iter() if element.tag.endswith("path")]
    assert paths[0].count("M") == 2
    assert chart.rows == [["2026/27 Q1", "40"], ["2026/27 Q2", "–"], ["2026/27 Q3", "44"]]


def test_a_figure_in_words_is_a_gap_that_the_table_tells() -> None:
    chart = charts.bar("Who told us", "", ["Police", "Health"], [1204, "withheld"])
    assert chart.rows == [["Police", "1,204"], ["Health", "withheld"]]


def test_a_category_holds_until_the_next_decision_and_says_why() -> None:
    points = [StepPoint(dt.date(2026, 6, 1), 3, "MASE"), StepPoint(dt.date(2026, 1, 5), 1, "Case opened")]
    chart = charts.step_line("Category", "", points, TODAY)
    assert chart.rows == [["5 January 2026", "1 Low", "Case opened"], ["1 June 2026", "3 High", "MASE"]]


def parsed(chart: Chart) -> ET.Element:
    """The picture, if it is well-formed."""
    return ET.fromstring(str(chart.svg))  # noqa: S314  (our own picture)


def text_of(drawing: ET.Element, name: str) -> str:
    """The text of the first such element."""
    found = next(element for element in drawing.iter() if element.tag.endswith("}" + name))
    return found.text or ""


def test_safety_then_and_now_says_both_days_and_the_numbers_between_which_people_placed_it() -> None:
    then, now = Scaling(dt.date(2026, 3, 9), 3, [1, 3, 5], 2), Scaling(dt.date(2026, 10, 28), 1, [5])
    chart = charts.then_and_now([then, Scaling(dt.date(2026, 6, 1), 1, [9]), now])
    assert chart.description == (
        "9 March 2026: from 1 to 5, 3 in the middle; the child said 2."
        " 28 October 2026: from 5 to 5, 5 in the middle."
    )
    assert chart.title == "1 person, 28 Oct 2026. ▲ child"
    assert "9" not in text_of(parsed(chart), "text"), "the days between are left out"
