"""A lead says who answers for disagreements; anyone who is called is told whom to ring, and nothing of the child."""

from collections.abc import Callable

import pytest

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from mase.disagreements import services as disagreements
from mase.disagreements.models import Disagreement
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.disagreements import raised
from tests.factories.meetings import make_meeting

pytestmark = pytest.mark.long


@pytest.fixture
def case(transactional_db: None, cast: Cast) -> Case:
    """Given Amara, to whose meeting the nurse is asked."""
    child = make_child(given_name="Amara", family_name="Testley")
    case = make_case(cast, child=child, category=RiskCategory.MEDIUM)
    make_meeting(cast, case, agencies=[], people=[cast.health])
    return case


def taken_further(cast: Cast, row: Disagreement) -> None:
    disagreements.escalate(disagreement=row, stage=row.stage, reason="Nobody rang back.", by=cast.health)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_lead_is_called_and_reads_whom_to_ring(
    sign_in: Callable[..., Person], cast: Cast, case: Case, scripts: bool
) -> None:
    lead = sign_in("lead", scripts=scripts)

    # when she says who answers at which stage
    lead.goes_to("/people/")
    lead.follows("Who answers for disagreements")
    lead.sees("the child’s case is not opened to them")
    lead.page.get_by_label("Stage 4: heads of service").select_option(
        label="Lydia Kerr, Business manager, social care"
    )
    lead.clicks("Save who answers")
    lead.sees("From now on these people are told.")

    # and the nurse takes a disagreement to line managers, for whom nobody is named
    taken_further(cast, raised(cast, case))

    # then she is told with whom, until when and whom to ring, and nothing of the child
    lead.goes_to("/notifications/")
    lead.sees("Stage: line managers")
    lead.sees(f"Ring {cast.health.full_name}")
    lead.does_not_see("Testley")
    lead.does_not_see(case.reference)
