"""What records lack that a return needs: found anew in the live records each time, so that what is mended is gone."""

from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Count, F, Q, When
from django.db.models import Case as Choose

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from reporting.measures.models import Dimension
from reporting.measures.selectors.figures import RATE
from reporting.measures.selectors.periods import Period, counting_everything
from reporting.measures.selectors.quality import COMPLETE_ENOUGH, by_field
from reporting.measures.selectors.tally import Scope
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnState

FIELDS = ("C5", Dimension.FIELD)  # the measure and the table that count them


@dataclass(frozen=True)
class ChildGaps:
    """A child's case, and the fields that nobody has answered."""

    case: Case
    fields: list[tuple[str, str]]  # a field's code and its words


@dataclass(frozen=True)
class OpenGaps:
    """How many gaps are open in all, by field; and the cases' leads, each with how many are theirs."""

    fields: dict[str, int] = field(default_factory=dict)
    leads: dict[Any, int] = field(default_factory=dict)
    is_counted: bool = False

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.fields.values())

    @property
    def without_lead(self) -> int:
        """Those in cases that nobody leads: the CSE team's."""
        return self.leads.get(None, 0)


def fields_to_mend(regional_return: RegionalReturn) -> dict[str, str]:
    """The fields that too few records answer, as the figures say, with their words."""
    code, table = FIELDS
    rates = ReturnFigure.objects.filter(
        measure__regional_return=regional_return, measure__revision=regional_return.revision,
        measure__code=code, dimension=table, column=RATE, value__lt=COMPLETE_ENOUGH,
    )  # fmt: skip
    return dict(rates.values_list("row", "row_label"))


def open_gaps(regional_return: RegionalReturn) -> OpenGaps:
    """What is missing on the records as they are now, for who works by counts."""
    fields = fields_to_mend(regional_return)
    if not fields:
        return OpenGaps()
    with counting_everything():
        lacking = {code: Count("pk", filter=Q(**{_flag(code): False})) for code in fields}
        rows = _children(regional_return, fields, Scope()).order_by().values("lead_professional")
        found = list(rows.annotate(**lacking))
    numbers = {code: sum(each[code] for each in found) for code in fields}
    leads = {each["lead_professional"]: sum(each[code] for code in fields) for each in found}
    return OpenGaps(
        {fields[code]: number for code, number in numbers.items() if number}, leads, is_counted=True
    )


def gaps_asked_of(user: User) -> tuple[RegionalReturn | None, list[ChildGaps]]:
    """The return that waits, and the gaps in the records of the children this person leads; the team also mends those
    of children that nobody leads.
    """
    asked = RegionalReturn.objects.filter(state=ReturnState.DRAFT, gaps_asked_at__isnull=False)
    waiting = asked.select_related("gaps_asked_by").first()
    if waiting is None:
        return None, []
    theirs = Q(lead_professional=user)
    if gate.can(user, Permission.CONCERN_TRIAGE):
        theirs |= Q(lead_professional=None)
    fields = fields_to_mend(waiting)
    rows = _children(waiting, fields, Scope(user)).filter(theirs).select_related("child")
    return waiting, [
        ChildGaps(case, [item for item in fields.items() if not getattr(case, _flag(item[0]))])
        for case in rows.order_by(F("category").desc(), "reference")
    ]


def _children(regional_return: RegionalReturn, fields: dict[str, str], scope: Scope) -> Any:
    """The children who were open at the end of the quarter and still are, and lack one of these fields."""
    found = by_field(Period.of(regional_return.period), scope)
    answered = found.traits[Dimension.FIELD].conditions
    flags = {
        _flag(code): Choose(When(answered[code], then=True), default=False, output_field=BooleanField())
        for code in fields
    }
    lacks: Q = reduce(or_, (Q(**{flag: False}) for flag in flags), Q(pk__in=[]))
    cases: Any = found.things
    return cases.open().annotate(**flags).filter(lacks)


def _flag(code: str) -> str:
    return f"has_{code}"
