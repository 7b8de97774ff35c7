"""Working a return out, a step for each measure, so that a killed worker loses nothing and doubles nothing."""

from django.utils import timezone

from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import Run, notify
from reporting.measures.selectors import registry
from reporting.returns.models import (
    RegionalReturn,
    ReturnFigure,
    ReturnMeasure,
    ReturnState,
    ValidationResult,
)
from reporting.returns.selectors.published import Cell, may_be_told, withheld_facts
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
    """Mark what is not told outside; returns how many small counts nothing could protect."""
    figures = list(_figures(regional_return))
    cells = [_cell(figure) for figure in figures]
    counts = {cell.fact: cell.value for cell in cells}
    before = {
        fact: all(hidden for _, hidden in told)
        for fact, told in open_facts(regional_return).items()
        if fact in counts and any(value == counts[fact] for value, _ in told)
    }
    suppression = withheld_facts(cells, before=before)
    for figure, cell in zip(figures, cells, strict=True):
        figure.is_suppressed = not may_be_told(cell, suppression.hidden)
    ReturnFigure.objects.bulk_update(figures, ["is_suppressed"], batch_size=500)
    return len(suppression.exposed)


def hold_against_rules(regional_return: RegionalReturn, expected: list[str]) -> None:
    """Mark what is withheld, and write down every rule's result."""
    revision = regional_return.requested_revision
    exposed = withhold_small_numbers(regional_return)
    held = Held(
        [_cell(figure) for figure in _figures(regional_return)],
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


def _figures(regional_return: RegionalReturn) -> list[ReturnFigure]:
    revision = regional_return.requested_revision
    return list(
        ReturnFigure.objects.filter(
            measure__regional_return=regional_return, measure__revision=revision
        ).select_related("measure")
    )


def _cell(figure: ReturnFigure) -> Cell:
    return Cell(
        figure.measure.code, figure.dimension, figure.row, figure.column, figure.fact, figure.value,
        tuple(figure.basis), figure.unit, figure.row_label,
    )  # fmt: skip
