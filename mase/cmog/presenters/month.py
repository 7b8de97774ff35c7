"""A subject's last month as a line. Places across it are in per cent, so that one drawing fits a desk and a phone."""

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Callable

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.presenters import counted, short_date
from mase.cmog.selectors.month import MONTH, Month

GROUND = 66
ROOM = 9  # days that words take


def month_words(month: Month) -> list[tuple[str, str]]:
    """The legend: a mark, and how many; intelligence only where the reader has some."""
    of_whom = " of children linked with it" if month.linked else ""
    rows = [
        ("concern", f"{counted(len(month.concerns), 'concern')}{of_whom}"),
        ("missing", f"{len(month.missing)} missing"),
        ("report", f"{len(month.reports)} intelligence"),
        ("done", "What we did"),
    ]
    empty = {"report": not month.reports, "done": not month.done}
    return [(mark, words) for mark, words in rows if not empty.get(mark)]


def month_line(month: Month) -> SafeString:
    """Thirty days from left to right, what happened on each above the line."""
    first = month.until - dt.timedelta(days=MONTH)

    def across(day: dt.date) -> str:
        return f"{2 + 96 * min(max((day - first).days, 0), MONTH) / MONTH:.1f}%"

    parts = []
    for number in range(MONTH + 1):
        day = first + dt.timedelta(days=number)
        if day.weekday() == calendar.FRIDAY:
            parts.append(
                svg.element("rect", x=across(day), y=18, width="6.4%", height=GROUND - 18, fill="#edf2f5")
            )
        if day.weekday() == calendar.MONDAY:
            words = short_date(day).rsplit(" ", 1)[0]
            look = {"y": 84, "font_size": 14, "text_anchor": "middle", "fill": svg.MUTED}
            parts.append(svg.element("text", words, x=across(day), **look))
            parts.append(
                svg.element("line", x1=across(day), x2=across(day), y1=GROUND, y2=GROUND + 5, stroke=svg.AXIS)
            )
    parts.append(svg.element("line", x1="0", x2="100%", y1=GROUND, y2=GROUND, stroke=svg.INK, stroke_width=2))
    parts += _done(month, first, across)
    stacked: Counter[dt.date] = Counter()
    for days, drawn in ((month.concerns, _dot), (month.missing, _triangle), (month.reports, _square)):
        for day in days:
            parts.append(drawn(across(day), GROUND - 12 - 15 * min(stacked[day], 2)))
            stacked[day] += 1
    content = SafeString(
        "".join([svg.element("title", "The last 30 days"), svg.element("desc", _said(month)), *parts])
    )
    look = {"class_": "app-cmog__line", "role": "img", "width": "100%", "height": 92, "font_family": svg.FONT}
    return svg.element("svg", content, **look)


def _done(month: Month, first: dt.date, across: Callable[[dt.date], str]) -> list[SafeString]:
    """A line for each; its words where there is room for them beside the one before."""
    parts, free_from = [], first
    for day, words in month.done:
        late = (day - first).days > MONTH * 0.7
        line = {"x1": across(day), "x2": across(day), "y1": 16, "y2": GROUND, "stroke": svg.INK}
        parts.append(svg.element("line", **line, stroke_width=2))
        if day >= free_from:
            look = {"y": 12, "font_size": 14, "text_anchor": "end" if late else "start"}
            parts.append(svg.element("text", svg.fitted(words, 170, 14), x=across(day), **look))
            free_from = day + dt.timedelta(days=2 * ROOM if late else ROOM)
    return parts


def _said(month: Month) -> str:
    rows = [("Concern", day) for day in month.concerns] + [("Missing", day) for day in month.missing]
    rows += [("Intelligence", day) for day in month.reports] + [(words, day) for day, words in month.done]
    said = (f"{short_date(day)} {words}" for words, day in sorted(rows, key=lambda row: row[1]))
    return "; ".join(said) or "Nothing happened."


def _dot(x: str, y: int) -> SafeString:
    return svg.element("circle", cx=x, cy=y, r=6, fill=svg.PALETTE[0])


def _triangle(x: str, y: int) -> SafeString:
    return svg.element("text", "▲", x=x, y=y + 7, font_size=18, text_anchor="middle", fill="#b52c1e")


def _square(x: str, y: int) -> SafeString:
    return svg.element("rect", x=x, y=y - 6, width=12, height=12, transform="translate(-6 0)", fill=svg.INK)
