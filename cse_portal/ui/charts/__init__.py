"""Charts: inline SVG with a title and a description, and the same numbers as a table; the same on a page and in a PDF.

Draw one with `<c-figure :chart="chart" />`; in a PDF with `{{ chart.svg }}` and `<c-chart-table :chart="chart" />`.
"""

from cse_portal.ui.charts.bars import columns, segments
from cse_portal.ui.charts.shapes import Chart, Mark, Scaling, Series, StepPoint, Value
from cse_portal.ui.charts.spread import scale_spread, then_and_now
from cse_portal.ui.charts.years import Years, case_years

__all__ = [
    # what a chart is made from
    "Chart",
    "Mark",
    "Scaling",
    "Series",
    "StepPoint",
    "Value",
    "Years",
    # over time
    "case_years",
    # how much of each
    "columns",
    "segments",
    # from 0 to 10
    "scale_spread",
    "then_and_now",
]
