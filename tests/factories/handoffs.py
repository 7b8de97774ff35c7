"""Hand-offs in the states tests need, made by the services themselves."""

import datetime as dt

from django.utils import timezone

from cases.concerns.choices import ConcernOutcome
from cases.handoffs import services as handoffs
from cases.handoffs.models import HandOff
from cases.record.models.case import Case
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from tests.cast import Cast
from tests.factories.concerns import decide, make_concern
from tests.factories.requests import in_one_request

ASKED = "Meet her every week, and tell us how she is."
PLAN = "We meet her every week at school."


def handed_over(cast: Cast, *, to: str = "health", by: User | None = None) -> HandOff:
    """A concern that triage handed to an agency, which has still to answer."""
    concern = make_concern(by or cast.outsider)
    outcome = ConcernOutcome.SINGLE_AGENCY
    decide(concern, cast.manager, outcome=outcome, responsible_agency=cast.agency(to), asked=ASKED)
    return HandOff.objects.get(concern=concern)


@in_one_request
def accepted(hand_off: HandOff, by: User, *, days: int = 14) -> HandOff:
    """The agency took it on, with a review in so many days."""
    review_on = timezone.localdate() + dt.timedelta(days=days)
    return handoffs.accept(hand_off=hand_off, plan=PLAN, review_on=review_on, by=by)


@in_one_request
def declined(hand_off: HandOff, by: User) -> HandOff:
    """The agency said no."""
    return handoffs.decline(hand_off=hand_off, reason="We have no worker.", by=by)


@in_one_request
def stepped_down(cast: Cast, case: Case, *, to: str = "education") -> HandOff:
    """From a case, by its lead professional."""
    return handoffs.step_down(case=case, agency=cast.agency(to), asked=ASKED, by=cast.practitioner)


def cog_worker(cast: Cast) -> User:
    """Somebody of the area's early help and COG."""
    return add_person(
        agency=cast.agency("early-help"), email="cog@example.org", full_name="Abi Foster",
        role=Role.PRACTITIONER, job_title="Early help worker", password=None,
    )  # fmt: skip
