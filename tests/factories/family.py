"""People in a child's life, and where the child lived and learned, recorded by the services."""

import datetime as dt

from django.utils import timezone

from cases.family import services as family
from cases.family.models import NetworkMember
from cases.history.models import LifePeriod, PeriodKind
from cases.history.services import Period, record_period
from cases.letters.choices import LetterKind
from cases.letters.models import Letter
from cases.letters.services import write_letter
from cases.record.models.case import Case
from tests.cast import Cast
from tests.factories.requests import in_one_request


@in_one_request
def make_member(cast: Cast, case: Case, **said: object) -> NetworkMember:
    """A mother, or somebody else as said."""
    member = family.Member(**{"name": "Dana Testley", "relation": "MOTHER", "contact_safe": "yes", **said})
    return family.record_member(case=case, member=member, by=cast.practitioner)


@in_one_request
def make_period(cast: Cast, case: Case, kind: PeriodKind = PeriodKind.HOME, **said: object) -> LifePeriod:
    """With foster carers for a year, or another period as said."""
    began = timezone.localdate() - dt.timedelta(days=365)
    period = Period(**{"code": "U6", "name": "Foster carers in Oldbury", "began_on": began, **said})
    return record_period(case=case, kind=kind, said=period, by=cast.practitioner)


@in_one_request
def make_letter(
    cast: Cast, case: Case, kind: LetterKind = LetterKind.INVITATION, to: NetworkMember | None = None
) -> Letter:
    """A draft to the child, or to somebody of the family."""
    language = to.first_language if to else ""
    return write_letter(case=case, kind=kind, recipient=to, language=language, by=cast.practitioner)
