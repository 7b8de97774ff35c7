"""Dated look-ups, read once per process: the data change only with a release, which restarts them all."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import TypeVar

from django.utils import timezone

from cse_portal.reference.models import (
    AgendaTemplate,
    AgendaTemplateItem,
    ClockRule,
    Code,
    Dated,
    Indicator,
    IndicatorSet,
    RetentionRule,
    ScoringProfile,
)

WARD_OUTLINES = "ward-outline"  # the one list that a board loads itself, and that no release writes


class UnknownReference(LookupError):
    """No such list, rule or set held on that day: a mistake in code or in the data, never the user's."""


Row = TypeVar("Row", bound=Dated)
Data = TypeVar("Data")


def codes(list_code: str, on: dt.date | None = None) -> tuple[Code, ...]:
    """The entries of a list that hold on a day (today unless told), in their order."""
    day = on or timezone.localdate()
    return tuple(entry for entry in _versions(list_code) if entry.held_on(day))


def choices(list_code: str, on: dt.date | None = None) -> list[tuple[str, str]]:
    """The list as a form field takes it."""
    return [(entry.code, entry.label) for entry in codes(list_code, on)]


def find_code(list_code: str, code: str, on: dt.date | None = None) -> Code | None:
    """One entry as it read on a day; one no longer in use is still found: old records keep their words."""
    versions = [entry for entry in _versions(list_code) if entry.code == code]
    day = on or timezone.localdate()
    return next((entry for entry in versions if entry.held_on(day)), versions[-1] if versions else None)


def label(list_code: str, code: str, on: dt.date | None = None) -> str:
    """The words for a code; the code itself when the list never had it."""
    entry = find_code(list_code, code, on)
    return entry.label if entry else code


def ward_outlines() -> dict[str, Code]:
    """The boundaries that the board loaded, by ward; none where one of the wards of today has none."""
    found = {entry.code: entry for entry in _codes_by_list().get(WARD_OUTLINES, ())}
    return found if all(entry.code in found for entry in mapped_wards()) else {}


def mapped_wards() -> list[Code]:
    """The wards that are on the map."""
    return [entry for entry in codes("ward") if "tile" in entry.extra]


def indicator_set(on: dt.date | None = None, code: str = "regional-screening") -> IndicatorSet:
    """The screening tool in force on a day."""
    return _in_force((row for row in _indicator_sets() if row.code == code), on, code)


def indicators(on: dt.date | None = None) -> tuple[Indicator, ...]:
    """The tool's indicators in the order of the form."""
    return tuple(indicator_set(on).indicators.all())


def scoring_profile(code: str = "seraf-mapped") -> ScoringProfile:
    """The scoring profile in force today; its `rules` are what `scoring.indicative` takes."""
    return _in_force((row for row in _scoring_profiles() if row.code == code), None, code)


def clock_rule(code: str, category: int | None = None, on: dt.date | None = None) -> ClockRule:
    """The clock in force on a day: the category's own where there is one, else the general one."""
    rules = [row for row in _clock_rules() if row.code == code]
    own = [row for row in rules if row.category == category]
    day = on or timezone.localdate()
    chosen = own if any(row.held_on(day) for row in own) else [row for row in rules if row.category is None]
    return _in_force(chosen, day, code)


def agenda_template(meeting_type: str, on: dt.date | None = None) -> AgendaTemplate:
    """The standing agenda of a kind of meeting on a day."""
    return _in_force(
        (row for row in _agenda_templates() if row.meeting_type == meeting_type), on, meeting_type
    )


def agenda_items(meeting_type: str, on: dt.date | None = None) -> tuple[AgendaTemplateItem, ...]:
    """The items of that agenda in order."""
    return tuple(agenda_template(meeting_type, on).items.all())


def retention_rules() -> tuple[RetentionRule, ...]:
    """The schedule in force today, in its order."""
    day = timezone.localdate()
    return tuple(row for row in _retention_rules() if row.held_on(day))


def retention_days(code: str) -> int:
    """For how many days the clock leaves rows of this class alone."""
    return next(row.days or 0 for row in retention_rules() if row.code == code)


def forget() -> None:
    """Read everything again next time; called after loading."""
    for read in _READS:
        read.cache_clear()


def _in_force(rows: Iterable[Row], on: dt.date | None, code: str) -> Row:
    day = on or timezone.localdate()
    for row in rows:
        if row.held_on(day):
            return row
    raise UnknownReference(f"No reference data {code!r} in force on {day}.")


def _versions(list_code: str) -> tuple[Code, ...]:
    try:
        return _codes_by_list()[list_code]
    except KeyError:
        raise UnknownReference(f"No code list {list_code!r}.") from None


@cache
def _codes_by_list() -> dict[str, tuple[Code, ...]]:
    lists: dict[str, list[Code]] = defaultdict(list)
    for entry in Code.objects.order_by("list_id", "order", "valid_from"):
        lists[entry.list_id].append(entry)
    return _found({name: tuple(entries) for name, entries in lists.items()})


@cache
def _indicator_sets() -> tuple[IndicatorSet, ...]:
    return _found(tuple(IndicatorSet.objects.prefetch_related("indicators")))


@cache
def _scoring_profiles() -> tuple[ScoringProfile, ...]:
    return _found(tuple(ScoringProfile.objects.all()))


@cache
def _clock_rules() -> tuple[ClockRule, ...]:
    return _found(tuple(ClockRule.objects.all()))


@cache
def _retention_rules() -> tuple[RetentionRule, ...]:
    return _found(tuple(RetentionRule.objects.all()))


@cache
def _agenda_templates() -> tuple[AgendaTemplate, ...]:
    return _found(tuple(AgendaTemplate.objects.prefetch_related("items")))


def _found(data: Data) -> Data:
    """Refuse to remember emptiness: a table that is not loaded yet must be read again."""
    if not data:
        raise UnknownReference("The reference data have not been loaded.")
    return data


_READS = (
    _codes_by_list,
    _indicator_sets,
    _scoring_profiles,
    _clock_rules,
    _retention_rules,
    _agenda_templates,
)
