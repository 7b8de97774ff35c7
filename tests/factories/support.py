"""Services for children, referrals to them, and prevention, made by the services."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.record.models.case import Case
from cases.support import services as support
from cases.support.models import Service, SupportReferral
from cse_portal.accounts.models import User
from cse_portal.keys import new_key
from reporting.prevention.models import PreventionActivity
from reporting.prevention.services import record_activity
from tests.cast import Cast
from tests.factories.requests import in_one_request


@in_one_request
def make_service(cast: Cast, **said: Any) -> Service:
    """Somebody to talk to, or another service as said."""
    known = {
        "name": "Lantern", "provider": "The Lantern Project", "offers": "A youth worker each week.",
        "needs": ["TRUSTED_ADULT"], "age_from": 10, "age_to": 18, "capacity": 12, "funded_until": None,
        "contact": "0121 496 0101", **said,
    }  # fmt: skip
    return support.keep_service(service=Service(), said=known, version=0, by=cast.manager, key=new_key())


@in_one_request
def refer(
    cast: Cast, case: Case, service: Service | None = None, *, days: int = 20, met: bool = True, **said: Any
) -> SupportReferral:
    """A service was asked so many days ago; `met=False` where none meets the need."""
    asked = service or (Service.objects.first() or make_service(cast) if met else None)
    asked_on = timezone.localdate() - dt.timedelta(days=days)
    known = {"need": "TRUSTED_ADULT", "service": asked, "asked_on": asked_on, **said}
    return support.refer(case=case, by=cast.practitioner, key=new_key(), **known)


@in_one_request
def progress(cast: Cast, referral: SupportReferral, **said: Any) -> SupportReferral:
    """What became of it, as its form would say."""
    return support.record_progress(
        referral=referral, said=said, version=referral.version, by=cast.practitioner
    )


@in_one_request
def completed(cast: Cast, case: Case, *, waited: int = 14, **said: Any) -> SupportReferral:
    """Asked, begun after so many days and ended yesterday, when the child was safer."""
    referral = refer(cast, case, days=waited + 60)
    known = {
        "answer": "accepted", "answered_on": referral.asked_on,
        "first_on": referral.asked_on + dt.timedelta(days=waited), "engagement": "engaged", "scale": "own",
        "scale_before": 3, "scale_after": 7, "ended_on": timezone.localdate() - dt.timedelta(days=1),
        "outcome": "MET", "child_said": "She did not push me.", "parent_said": "", **said,
    }  # fmt: skip
    return progress(cast, referral, **known)


@in_one_request
def make_activity(by: User, *, days: int = 5, **said: Any) -> PreventionActivity:
    """A visit to a hotel in Abbey so many days ago, or another activity as said."""
    known = {
        "kind": "visit", "setting": "hotel", "place": "Harlow Lodge", "in_ward": "E05001260",
        "on": timezone.localdate() - dt.timedelta(days=days), "staff": 8, **said,
    }  # fmt: skip
    return record_activity(activity=PreventionActivity(), said=known, version=0, by=by, key=new_key())
