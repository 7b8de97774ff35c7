"""Children and cases in the states tests need, made by the services themselves."""

import datetime as dt
from typing import Any

from cases.assessments import services as assessments
from cases.assessments.models import DecisionSource
from cases.casework.services import open_case
from cases.concerns.choices import IndicatorTiming
from cases.record.choices import HarmStatus, RiskCategory, Section
from cases.record.models.case import Case
from cases.record.models.child import Child
from cases.sharing.services import access
from cse_portal.access import gate
from cse_portal.access.grants import Holder
from cse_portal.accounts.models import Agency, User
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.factories.requests import in_one_request

LAWFUL_BASIS = "6_1_E"


def make_child(**fields: Any) -> Child:
    """A fictional child; every call makes another."""
    number = Child.objects.count() + 1
    given = {
        "given_name": f"Robin{number}",
        "family_name": "Testley",
        "date_of_birth": _birthday(number - 1),
        "sex": "2",
    }
    return Child.objects.create(**{**given, **fields})


def _birthday(others: int) -> dt.date:
    """A day of each one's own, and none that another is mistaken for: children born on one day who have a name in
    common are taken for one child.
    """
    cycle, month = divmod(others, 12)
    year = 2012 + (month + 2) // 12 - cycle // 8 % 4  # 384 of them
    return dt.date(year, (month + 2) % 12 + 1, 14 + 2 * (cycle % 8))


@in_one_request
def make_case(
    cast: Cast,
    *,
    child: Child | None = None,
    lead_agency: Agency | None = None,
    lead_professional: User | None = None,
    category: RiskCategory = RiskCategory.NONE,
    harm_status: HarmStatus = HarmStatus.H1,
) -> Case:
    """A case that the manager opened, led by the practitioner's agency unless told otherwise."""
    case = open_case(
        child=child or make_child(),
        lead_agency=lead_agency or cast.agency("csc"),
        lead_professional=lead_professional or cast.practitioner,
        reason="Opened for a test",
        lawful_basis=LAWFUL_BASIS,
        by=cast.manager,
    )
    if category:
        assessments.confirm(
            case=case, category=category, harm_status=harm_status, rationale="Set for a test",
            source=DecisionSource.TRIAGE, by=cast.manager,
        )  # fmt: skip
        case.refresh_from_db()
    return case


@in_one_request
def assessed_as_a_network(cast: Cast, case: Case) -> None:
    """The newest assessment says that several adults are involved: no less than category 3."""
    judgement = assessments.Judgement(RiskCategory.HIGH, HarmStatus.H2, "Two adults who know one another.")
    assessments.record_assessment(
        case=case, answers=assessments.Answers(circumstances=("network",)), judgement=judgement,
        by=cast.practitioner, key=new_key(),
    )  # fmt: skip


# What the newest assessment says, and no screen that others see: its floors and its significant indicators.
FOUND = (
    "Two or more adults, known to or associated with one another", "The child has disclosed",
    "Collected or dropped off in vehicles", "Controlled by an adult",
)  # fmt: skip


@in_one_request
def assessed_as_quiet(cast: Cast, case: Case) -> None:
    """The newest assessment is of today, and holds no category up."""
    judgement = assessments.Judgement(
        RiskCategory(case.category), HarmStatus.H1, "Nothing new was seen.", "The last months count more."
    )
    assessments.record_assessment(
        case=case, answers=assessments.Answers(), judgement=judgement, by=cast.practitioner, key=new_key()
    )


@in_one_request
def assessed_as_exploited(cast: Cast, case: Case) -> None:
    """The newest assessment found all of `FOUND`."""
    judgement = assessments.Judgement(RiskCategory.HIGH, HarmStatus.H2, "She has told what happened.", "Told")
    seen = {
        "SIG03": assessments.Answer(IndicatorTiming.CURRENT, "The car of a man nobody knows."),
        "SIG02": assessments.Answer(IndicatorTiming.EARLIER, "An older boyfriend."),
    }
    answers = assessments.Answers(seen, circumstances=("network", "disclosure"))
    assessments.record_assessment(
        case=case, answers=answers, judgement=judgement, by=cast.practitioner, key=new_key()
    )


def share_with(case: Case, to: Holder, *, by: User) -> None:
    """Joint work: they may see the case."""
    access.share(case=case, to=to, reason="Joint work", lawful_basis=LAWFUL_BASIS, by=by)


def show_intelligence(cast: Cast, case: Case, to: Holder) -> None:
    """To somebody who sees the case, and reads no intelligence by that."""
    access.show(
        case=case, section=Section.INTELLIGENCE, to=to, reason="Plans with the police", lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )  # fmt: skip


def parts_held(case: Case, person: User) -> list[str]:
    """What this person may see of the case now, through themselves or their agency."""
    return [part.value for part in Section if gate.can(person, part.opened_by, case)]
