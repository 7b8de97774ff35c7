"""Charts: every word escaped, every number in the table, nothing that breaks on odd figures."""

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from cse_portal.ui import charts
from cse_portal.ui.charts import Chart, Mark, Scaling, Series, StepPoint
from cse_portal.ui.charts.trends import sparkline

NASTY = '<script>alert("x")</script> & \x00\x1f'
TODAY = dt.date(2026, 11, 25)

EVERY: dict[str, Callable[[str], Chart]] = {
    "columns": lambda words: charts.columns(words, words, [words, words], [Series(words, [1, 2])]),
    "scale_spread": lambda words: charts.scale_spread(words, words, [Mark(words, 3, 6)]),
}


@pytest.mark.parametrize("kind", EVERY)
def test_words_in_a_picture_are_only_words(kind: str) -> None:
    drawing = parsed(EVERY[kind](NASTY))
    names = {element.tag.split("}")[1] for element in drawing.iter()}
    assert names <= {"svg", "title", "desc", "text", "line", "rect", "path", "circle", "defs", "pattern"}
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
        charts.columns("t", "", [], []),
        charts.columns("t", "", ["a"], [Series("b", [None])]),
        charts.scale_spread("t", "", []),
        charts.scale_spread("t", "", [Mark("Child", None, None)]),
    ],
)
def test_nothing_zero_and_one_point_are_drawn(chart: Chart) -> None:
    drawing = parsed(chart)
    assert "nan" not in str(chart.svg)
    assert text_of(drawing, "title") == "t"


def test_a_gap_breaks_the_line_and_one_number_draws_none() -> None:
    assert str(sparkline([40, 41, None, 44, 45])).count("<line") == 2
    assert str(sparkline([40, 41, 42, 44, 45])).count("<line") == 4
    assert not sparkline([None, 40])


def test_a_figure_in_words_is_a_gap_that_the_table_tells() -> None:
    chart = charts.columns("Who told us", "", ["Police", "Health"], [Series("Told", [1204, "withheld"])])
    assert chart.rows == [["Police", "1,204"], ["Health", "withheld"]]


def test_a_category_holds_until_the_next_decision() -> None:
    steps = [StepPoint(dt.date(2023, 1, 5), 1), StepPoint(dt.date(2026, 6, 1), 3)]
    chart = charts.case_years("Category", charts.Years(TODAY, steps, category_alone=True))
    assert chart.rows == [["1 Jun 2026", "Category 3 High"], ["5 Jan 2023", "Category 1 Low"]]
    assert chart.description == "5 Jan 2023: category 1 Low; 1 Jun 2026: category 3 High"
    assert "Meetings" not in chart.svg
    alone = [StepPoint(TODAY, 2)]
    assert charts.case_years("Category", charts.Years(TODAY, alone, category_alone=True)).rows


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
