"""Concerns as practitioners send them."""

import datetime as dt
from typing import Any

from cases.concerns import services as concerns
from cases.concerns.choices import ConcernOutcome, ConcernStep, Known
from cases.concerns.models import Concern, ConcernDecision
from cases.concerns.selectors import StepAnswers
from cases.record.choices import HarmStatus, RiskCategory
from cases.triage import services as triage
from cse_portal.accounts.models import User
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.factories.requests import in_one_request

LAWFUL_BASIS = "6_1_E"


def answers(**fields: Any) -> dict[ConcernStep, StepAnswers]:
    """What a practitioner answers, page by page; `fields` replaces any of it."""
    given = {
        "immediate_danger": False, "given_name": "Robyn", "family_name": "Testley",
        "date_of_birth": dt.date(2012, 3, 14), "worry": "Robyn talks about an older friend with a silver car.",
        "disclosure": Known.NO, "grooming_concern": Known.NOT_KNOWN, "network_concern": Known.NOT_KNOWN,
        "harm_status": HarmStatus.H0, "child_told": "TOLD", "parent_told": "NOT_TOLD_YET", "agreement": "AGREED",
        "lawful_basis": LAWFUL_BASIS,
    } | fields  # fmt: skip
    pages = {
        ConcernStep.WORRY: (
            "immediate_danger", "immediate_danger_action", "worry", "child_view", "harm_status", "harm_evidence",
        ),
        ConcernStep.SIGNS: ("disclosure", "grooming_concern", "network_concern"),
        ConcernStep.OTHERS: ("child_told", "parent_told", "agreement", "lawful_basis"),
    }  # fmt: skip
    elsewhere = {name for names in pages.values() for name in names}
    said = {
        step: StepAnswers({name: given[name] for name in names if name in given})
        for step, names in pages.items()
    }
    said[ConcernStep.CHILD] = StepAnswers(
        {name: value for name, value in given.items() if name not in elsewhere}
    )
    return said


@in_one_request
def make_concern(by: User, **fields: Any) -> Concern:
    """A concern that was sent; every call makes another."""
    return concerns.log(answers=answers(**fields), by=by, key=new_key())


@in_one_request
def make_draft(by: User) -> Concern:
    """A concern that was only begun."""
    return concerns.start(by=by, key=new_key())


def verdict(outcome: ConcernOutcome = ConcernOutcome.ADVICE, **parts: Any) -> triage.Verdict:
    """A decision with its reason and feedback."""
    said = {"rationale": "Because of what was seen.", "feedback": "Thank you. Keep talking with her."}
    return triage.Verdict(outcome=outcome, **{**said, **parts})


def opening(cast: Cast, **parts: Any) -> triage.Opening:
    """What a new case begins with: led by social care."""
    given = {
        "lead_agency": cast.agency("csc"), "lead_professional": cast.practitioner, "category": RiskCategory.MEDIUM,
        "harm_status": HarmStatus.H1, "lawful_basis": LAWFUL_BASIS,
    }  # fmt: skip
    return triage.Opening(**{**given, **parts})


@in_one_request
def decide(concern: Concern, by: User, **parts: Any) -> ConcernDecision:
    """A decision that was recorded."""
    return triage.decide(concern=concern, verdict=verdict(**parts), by=by)
