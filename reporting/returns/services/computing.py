"""Working a return out, a step for each measure, so that a killed worker loses nothing and doubles nothing."""

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import Run, notify
from cse_portal.reference.quarters import Quarter
from cse_portal.ui.presenters import display_date
from reporting.measures.models import Dimension, MeasureKind
from reporting.measures.selectors import registry
from reporting.measures.selectors.periods import IN_A_YEAR, Period
from reporting.measures.selectors.tally import Scope
from reporting.returns.models import (
    RegionalReturn,
    ReturnFigure,
    ReturnMeasure,
    ReturnState,
    ValidationResult,
)
from reporting.returns.selectors.published import Cell, may_be_told, small_facts, with_years
from reporting.returns.selectors.returns import FiguresChanged, ReturnIsSigned, open_facts
from reporting.returns.services.validation import Held, findings

CHECKS, FINISH = "checks", "the whole"


def compute(run: Run) -> None:
    """Work out the set of figures that was asked for: each measure, the checks, the end."""
    regional_return = RegionalReturn.objects.get(pk=run.payload["return"])
    revision = int(run.payload["revision"])
    codes = [about.code for about in registry.in_force(regional_return.ends_on)]

    def work(step: str) -> None:
        _do(step, _locked(regional_return, revision), codes)

    run.each([*codes, CHECKS, FINISH], work, "Working out {name}.")
    run.say("The figures are ready.")


def work_out(code: str, regional_return: RegionalReturn, order: int) -> ReturnMeasure:
    """One measure: its definition as it reads today, and its figures, in place of any earlier attempt."""
    revision = regional_return.requested_revision
    ReturnMeasure.objects.filter(regional_return=regional_return, revision=revision, code=code).delete()
    about, figures = registry.compute(code, regional_return.period)
    measure = ReturnMeasure.of(about, regional_return=regional_return, revision=revision, order=order)
    measure.save()
    ReturnFigure.objects.bulk_create(
        ReturnFigure.of(measure, figure, number) for number, figure in enumerate(figures)
    )
    return measure


def withhold_small_numbers(regional_return: RegionalReturn) -> int:
    """Mark what is not told outside; returns how many small counts nothing could protect.

    Beside a table of few the return tells the twelve months to the quarter's end, protected alike: against their
    differences with the quarters and the years that were told before. So each quarter has a return.
    """
    _figures(regional_return).exclude(period="").delete()
    figures = list(_figures(regional_return))
    tables = tables_of_few(figures) if _told_of_the_year(regional_return) else []
    years = {
        _cell(table[0]).table: table for each in tables if (table := _over_a_year(regional_return, *each))
    }
    suppression, kept = with_years(
        [_cell(each) for each in figures],
        [[_cell(each) for each in table] for table in years.values()],
        earlier=_earlier(regional_return),
    )
    added = [figure for table in kept for figure in years[table[0].table]]
    figures += ReturnFigure.of_any_period.bulk_create(added)
    withheld = [each.pk for each in figures if not may_be_told(_cell(each), suppression.hidden)]
    _figures(regional_return).update(is_suppressed=Q(pk__in=withheld))
    return len(suppression.exposed)


def tables_of_few(figures: Sequence[ReturnFigure]) -> list[tuple[ReturnMeasure, str]]:
    """The tables of what happened in the quarter of which a third is small, nought left aside.

    With each small number another is withheld, so most of such a table is not told.
    """
    small = small_facts(map(_cell, figures))
    tables: dict[tuple[ReturnMeasure, str], list[bool]] = {}
    for figure in figures:
        if figure.value and not figure.basis and figure.measure.kind == MeasureKind.FLOW:
            tables.setdefault((figure.measure, figure.dimension), []).append(figure.fact in small)
    return [table for table, few in tables.items() if sum(few) * 3 >= len(few)]


def _told_of_the_year(regional_return: RegionalReturn) -> bool:
    before = [each.slug for each in regional_return.period.with_before(IN_A_YEAR)[:-1]]
    signed = RegionalReturn.objects.signed().filter(quarter__in=before)
    return signed.values("quarter").distinct().count() == len(before)


def _over_a_year(
    regional_return: RegionalReturn, measure: ReturnMeasure, dimension: str
) -> list[ReturnFigure]:
    """A table again, over the twelve months."""
    quarter = regional_return.period
    year = Period.between(quarter.with_before(IN_A_YEAR)[0].starts_on, quarter.ends_on)
    about = registry.find(measure.code, year.ends_on)
    found = about.table(Dimension(dimension)) if about else None
    if found is None:
        return []
    count, table = found
    words = f"12 months to {display_date(year.ends_on)}"
    figures = replace(count, tables=[table]).figures(year, Scope())
    return [ReturnFigure.of(measure, figure, number, words) for number, figure in enumerate(figures)]


def _earlier(regional_return: RegionalReturn) -> list[Cell]:
    """What other signed-off returns have told and withheld within a year of this one, the oldest first."""
    period = regional_return.period
    first, last = period.with_before(IN_A_YEAR + 1)[0], Quarter(period.year + 1, period.number)
    signed = RegionalReturn.objects.signed()
    figures = ReturnFigure.of_any_period.filter(
        measure__regional_return__in=signed.exclude(pk=regional_return.pk),
        measure__revision=F("measure__regional_return__revision"), basis=[],
        measure__regional_return__starts_on__range=(first.starts_on, last.starts_on),
    )  # fmt: skip
    restated = set(signed.filter(restated_by__in=signed).values_list("pk", flat=True))
    return [
        replace(
            _cell(each),
            source=str(each.measure.regional_return_id),
            hidden=each.is_suppressed,
            corrected=each.measure.regional_return.quarter == regional_return.quarter
            or each.measure.regional_return_id in restated,
        )
        for each in figures.select_related("measure__regional_return").order_by(
            "measure__regional_return__starts_on", "measure__regional_return__signed_at", "pk"
        )
    ]


def hold_against_rules(regional_return: RegionalReturn, expected: list[str]) -> None:
    """Mark what is withheld, and write down every rule's result."""
    revision = regional_return.requested_revision
    exposed = withhold_small_numbers(regional_return)
    held = Held(
        [_cell(figure) for figure in _figures(regional_return).filter(period="")],
        expected,
        exposed,
        open_facts(regional_return),
    )
    ValidationResult.objects.filter(regional_return=regional_return, revision=revision).delete()
    ValidationResult.objects.bulk_create(
        ValidationResult(
            regional_return=regional_return, revision=revision, rule=each.rule.code, title=each.rule.title,
            severity=each.rule.severity, passed=each.passed, message=each.message[:500], order=number,
        )
        for number, each in enumerate(findings(held))
    )  # fmt: skip


def finish(regional_return: RegionalReturn) -> None:
    """Make the complete set the one everybody reads, and drop the sets before it."""
    regional_return.revision = regional_return.requested_revision
    regional_return.computed_at = timezone.now()
    regional_return.code_version = registry.code_version()
    regional_return.version += 1
    regional_return.save(update_fields=["revision", "computed_at", "code_version", "version"])
    for parts in (ReturnMeasure.objects, ValidationResult.objects):
        parts.filter(regional_return=regional_return, revision__lt=regional_return.revision).delete()
    record(
        Action.RETURN_COMPUTED, by=regional_return.prepared_by, obj=regional_return,
        detail={"quarter": regional_return.quarter, "revision": regional_return.revision},
    )  # fmt: skip
    asked = regional_return.prepared_by
    for person in [asked] if asked else people_who_may(Permission.RETURN_PREPARE):
        text = f"The figures of the return for {regional_return.label} are ready to be checked."
        notify(user=person, text=text, url=regional_return.get_absolute_url())


def _do(step: str, regional_return: RegionalReturn, codes: list[str]) -> None:
    match step:
        case "checks":
            hold_against_rules(regional_return, codes)
        case "the whole":
            finish(regional_return)
        case _:
            work_out(step, regional_return, codes.index(step))


def _locked(regional_return: RegionalReturn, revision: int) -> RegionalReturn:
    locked = RegionalReturn.objects.select_for_update().get(pk=regional_return.pk)
    if locked.state != ReturnState.DRAFT:
        raise ReturnIsSigned
    if locked.requested_revision != revision:
        raise FiguresChanged
    return locked


def _figures(regional_return: RegionalReturn) -> QuerySet[ReturnFigure]:
    return ReturnFigure.of_any_period.filter(
        measure__regional_return=regional_return, measure__revision=regional_return.requested_revision
    ).select_related("measure")


def _cell(figure: ReturnFigure) -> Cell:
    return Cell(
        figure.measure.code, figure.dimension, figure.row, figure.column, figure.fact, figure.value,
        tuple(figure.basis), figure.unit, figure.row_label, period=figure.period,
    )  # fmt: skip
