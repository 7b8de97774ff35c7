"""Orders in the stages tests need, made by the services themselves."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.keys import new_key
from intelligence.disruption import services
from intelligence.disruption.choices import Stage
from intelligence.disruption.models import Breach, Disruption
from intelligence.subjects.models import Subject
from tests.cast import Cast
from tests.factories.requests import in_one_request


def tactic(cast: Cast, code: str = "D01", agency: str = "police", **given: Any) -> services.Tactic:
    """A tactic of the police, unless told otherwise."""
    known = {"text": "Serve the notice at his home.", **given}
    return services.Tactic(code, agency=cast.agency(agency), **known)


@in_one_request
def asked(
    cast: Cast,
    subject: Subject,
    code: str = "D01",
    *,
    agency: str = "police",
    by: User | None = None,
    **given: Any,
) -> Disruption:
    """Asked for by the police, unless told otherwise."""
    wanted = tactic(cast, code, agency, **given)
    return services.ask_for(target=subject, tactic=wanted, by=by or cast.police, key=new_key())


@in_one_request
def step(cast: Cast, order: Disruption, stage: Stage, *, by: User | None = None, **given: Any) -> Disruption:
    """The next stage, reported by the police today."""
    taken = services.Step(stage, **{"text": "What came of it.", "on": timezone.localdate(), **given})
    return services.take_step(disruption=order, step=taken, by=by or cast.police, key=new_key())


def served(
    cast: Cast, subject: Subject, *, days: int | None = 200, children: Iterable[Case] = (), **given: Any
) -> Disruption:
    """A warning notice that was served today and ends in so many days."""
    ends_on = None if days is None else timezone.localdate() + dt.timedelta(days=days)
    order = asked(cast, subject, children=children)
    return step(cast, order, Stage.SERVED, served_by="Sergeant Moss", ends_on=ends_on, **given)


@in_one_request
def breached(cast: Cast, order: Disruption, *, next_text: str = "", by: User | None = None) -> Breach:
    """A breach just now."""
    return services.record_breach(
        disruption=order, happened_at=timezone.now(), text="He met her at the arcade.", next_text=next_text,
        by=by or cast.police, key=new_key(),
    )  # fmt: skip
