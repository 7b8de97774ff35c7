"""A measure for any days: those of a quarter, a year, one day; in the past."""

from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from reporting.measures.selectors import registry
from reporting.measures.selectors.periods import Period, counting_everything
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnMeasure


def days_of(user: User, slug: str) -> Period:
    """The days that an address names; NotVisible for what is none, and for days to come."""
    gate.require(user, Permission.RETURN_VIEW)
    try:
        period = Period.parse(slug)
    except ValueError:
        raise NotVisible from None
    if period.ends_on > timezone.localdate():
        raise NotVisible
    return period


def return_of(user: User, period: Period) -> RegionalReturn | None:
    """The return of the quarter that it is, if this person may read one: its figures are kept as they were."""
    seen = RegionalReturn.objects.visible_to(user).current()
    return seen.filter(quarter=period.slug, revision__gt=0).first()


def worked_out(period: Period, code: str) -> tuple[ReturnMeasure, list[ReturnFigure]]:
    """One measure from the events that are still held, and nothing stored; NotVisible where there is none."""
    about = registry.find(code, period.ends_on)
    if about is None:
        raise NotVisible
    with counting_everything():
        figures = about.figures(period)
    measure = ReturnMeasure.of(about)
    return measure, [ReturnFigure.of(measure, figure, number) for number, figure in enumerate(figures)]
