"""When children go missing: a table of weekdays and two-hour bands, and the sentence above it."""

import calendar
from collections import Counter
from dataclasses import dataclass

from cse_portal.reference import selectors as reference

ENOUGH = 20  # episodes; fewer make no pattern
BANDS, DAYS = 12, 7
WIDE, HIGH = 3, 2  # a block in the sentence: six hours on two days
SHADES = 4
INTERVIEWS = (
    ("offered", "Offered"), ("held", "Held"), ("in_time", "Held within 72 hours"),
    ("independent", "Held by somebody independent"),
)  # fmt: skip


@dataclass(frozen=True)
class HeatCell:
    """How many began then, and how dark that is."""

    number: int
    shade: int


@dataclass(frozen=True)
class Pattern:
    """The table, the sentence above it, and from where they went."""

    sentence: str
    bands: list[str]
    rows: list[tuple[str, list[HeatCell], int]]
    total: int
    places: list[tuple[str, int]]


def pattern(starts: Counter[tuple[int, int]], places: Counter[str]) -> Pattern:
    """By weekday (Monday is 0) and band of two hours, of the starts in twelve months."""
    most = max(starts.values(), default=0)
    rows = []
    for day in range(DAYS):
        numbers = [starts[day, band] for band in range(BANDS)]
        cells = [HeatCell(each, -(-each * SHADES // most) if each else 0) for each in numbers]
        rows.append((calendar.day_name[day], cells, sum(numbers)))
    named = [(reference.label("missing-from", code), number) for code, number in places.most_common()]
    bands = [hour(2 * band) for band in range(BANDS)]
    return Pattern(_sentence(starts), bands, rows, starts.total(), named)


def interview_shares(now: list[set[str]], before: list[set[str]]) -> list[tuple[str, str, str]]:
    """Of the returns of this quarter and of the one before, the share with an interview; none without a return."""
    rows = [(words, _share(now, code), _share(before, code)) for code, words in INTERVIEWS]
    return [(words, share, f"was {earlier}" if earlier else "") for words, share, earlier in rows if share]


def _share(returns: list[set[str]], code: str) -> str:
    return f"{round(100 * sum(code in each for each in returns) / len(returns))}%" if returns else ""


def hour(number: int) -> str:
    """12am, 2am … 10pm."""
    return f"{(number - 1) % 12 + 1}{'am' if number % 24 < 12 else 'pm'}"


def _sentence(starts: Counter[tuple[int, int]]) -> str:
    """Two days and six hours in which most go, and their share."""
    total = starts.total()
    if total < ENOUGH:
        return ""
    blocks = {
        (day, band): _block(starts, day, band) for day in range(DAYS) for band in range(BANDS - WIDE + 1)
    }
    (day, band), number = max(blocks.items(), key=lambda each: each[1])
    days = f"{calendar.day_name[day]} or {calendar.day_name[(day + 1) % DAYS]}"
    until = hour(2 * (band + WIDE)) if band + WIDE < BANDS else "midnight"
    return f"{round(100 * number / total)}% go between {hour(2 * band)} and {until} on a {days}: {number} of {total}."


def _block(starts: Counter[tuple[int, int]], day: int, band: int) -> int:
    return sum(starts[(day + down) % DAYS, band + along] for down in range(HIGH) for along in range(WIDE))
