"""Signed-off returns with figures, and published packs, for the tests of what the board reads."""

import random
from decimal import Decimal

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.jobs.services import run_job
from cse_portal.reference.quarters import Quarter
from reporting.board import services as packs
from reporting.board.models import BoardPack
from reporting.measures.selectors import registry
from reporting.measures.selectors.figures import Figure
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnMeasure, ReturnState
from tests.factories.requests import in_one_request

LAST = Quarter(2026, 2)


@in_one_request
def signed_return(
    quarter: Quarter, *, prepared_by: User, signed_by: User, scale: int = 20, withheld: int | None = None
) -> RegionalReturn:
    """A frozen return whose measures and tables are the real ones and whose numbers are drawn by lot.

    Numbers up to 4 are withheld; `withheld` puts another number in their place, to look for where it must not be.
    They do not add up: nothing here tests the sums.
    """
    now = timezone.now()
    regional_return = RegionalReturn.objects.create(
        quarter=quarter.slug, starts_on=quarter.starts_on, ends_on=quarter.ends_on, prepared_by=prepared_by,
        requested_revision=1, revision=1, code_version=registry.code_version(), computed_at=now,
    )  # fmt: skip
    lots = random.Random(quarter.slug)
    measures, figures = [], []
    for order, about in enumerate(registry.in_force(quarter.ends_on)):
        measure = ReturnMeasure.of(about, regional_return=regional_return, revision=1, order=order)
        measures.append(measure)
        _, found = registry.compute(about.code, quarter)
        figures += [_figure(measure, figure, number, lots, scale) for number, figure in enumerate(found)]
    ReturnMeasure.objects.bulk_create(measures)
    ReturnFigure.objects.bulk_create(figures)
    if withheld is not None:
        ReturnFigure.objects.filter(measure__regional_return=regional_return, is_suppressed=True).update(
            value=withheld
        )
    regional_return.state = ReturnState.CHECKED
    regional_return.checked_by, regional_return.checked_at = prepared_by, now
    regional_return.save()
    regional_return.state = ReturnState.SIGNED
    regional_return.signed_by, regional_return.signed_at = signed_by, now
    regional_return.save()
    return regional_return


def eight_quarters(
    *, prepared_by: User, signed_by: User, withheld: int | None = None
) -> list[RegionalReturn]:
    """Two years of signed-off returns, oldest first."""
    quarters = [LAST]
    while len(quarters) < 8:
        quarters.insert(0, quarters[0].previous())
    return [
        signed_return(each, prepared_by=prepared_by, signed_by=signed_by, withheld=withheld)
        for each in quarters
    ]


ASK = {
    "worry": "Reviews were late.", "because": "No chair was free.", "asked": "Fund a second chair.",
    "detail": "From the pooled budget.", "owner": "Maya Chandler", "due_on": None,
}  # fmt: skip


@in_one_request
def written_pack(regional_return: RegionalReturn, *, by: User, **words: str) -> BoardPack:
    """A draft that asks one thing; `words` are those of its page of children."""
    pack = packs.begin(quarter=regional_return.period, by=by)
    pack = packs.write(pack=pack, page="children", values=words, version=pack.version, by=by)
    return packs.write(pack=pack, page="summary", values={}, asked=[ASK], version=pack.version, by=by)


@in_one_request
def published_pack(regional_return: RegionalReturn, *, by: User, reader: User, **words: str) -> BoardPack:
    """A pack that its second reader has published, and whose job has run."""
    pack = written_pack(regional_return, by=by, **words)
    pack = packs.send(pack=pack, version=pack.version, by=by)
    job = packs.publish(pack=pack, version=pack.version, by=reader)
    run_job(job_id=job.pk)
    return BoardPack.objects.get(pk=pack.pk)


def _figure(
    measure: ReturnMeasure, figure: Figure, order: int, lots: random.Random, scale: int
) -> ReturnFigure:
    is_share = bool(figure.basis)
    top = scale * 3 if figure.row.code == "total" or figure.column.code in ("start", "end") else scale
    value = Decimal(lots.randint(520, 980)) / 10 if is_share else Decimal(lots.randint(0, top))
    return ReturnFigure(
        measure=measure, dimension=figure.dimension, row=figure.row.code, row_label=figure.row.label,
        column=figure.column.code, column_label=figure.column.label, order=order, value=value, unit=figure.unit,
        fact=figure.fact, basis=list(figure.basis), is_suppressed=not is_share and 1 <= value <= 4,
    )  # fmt: skip
