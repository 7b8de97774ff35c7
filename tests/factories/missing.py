"""Missing episodes in the states tests need, made by the services themselves."""

import datetime as dt

from django.test import Client
from django.utils import timezone

from cases.documents.models import Document
from cases.missing.models import MissingEpisode
from cases.missing.services import episodes as missing
from cases.record.models.case import Case
from cases.trigger_plans import services as trigger_plans
from cases.trigger_plans.selectors import review_by
from cse_portal.accounts.models import User
from cse_portal.people.services import appointing
from tests.cast import Cast
from tests.factories.requests import in_one_request

KNOWN = missing.Known(
    police_reference="1466", last_seen_where="At the bus station", last_seen_by="Staff",
    last_seen_wearing="Green parka", with_whom="A friend, not asked yet", notes="The telephone is switched off.",
)  # fmt: skip


@in_one_request
def went_missing(
    cast: Cast, case: Case, *, days: int = 0, hours: int | None = 5, by: User | None = None
) -> MissingEpisode:
    """Since an hour ago, or that hour some days ago; back after so many hours, or missing still."""
    since = timezone.now() - dt.timedelta(days=days, hours=1)
    if hours is not None and days == 0:
        since -= dt.timedelta(hours=hours)
    gone = missing.MissingReport("M", since, "HOME", cast.agency("police"), KNOWN, "MEDIUM")
    episode = missing.report(case=case, gone=gone, by=by or cast.practitioner)
    if hours is None:
        return episode
    back = missing.Back(since + dt.timedelta(hours=hours), "At a friend's", "Tired and hungry.")
    return missing.returned(episode=episode, back=back, by=by or cast.practitioner)


@in_one_request
def planned(cast: Cast, case: Case, photo: Document | None = None) -> None:
    """A trigger plan: one place police alone know why, one number of somebody whom it may not be safe to call."""
    plan = trigger_plans.Plan(
        expected_grade="HIGH", do_first="Ring them", kept_by="Carers", review_on=review_by(case), photo=photo,
        looks="5 ft 4, slim, brown eyes, long black hair. Small scar on the left eyebrow", speaks="English, Punjabi",
        calls="Denise Whitlock, carer; 07700 900142\nHer father; 07700 900999\nEmergency duty team; 07700 900911",
        people="Of concern; “K”, about 25\nSafe; Kiran Sohal, aunt\nNo contact; Mark Testley, father",
        places="Bus station; Found there in October; Patrol\nCastle Street car park; police; Two officers\n"
        "14 Alder Row; Their aunt; Ring first\nThe park; With friends; Patrol\nHigh Street; Food; Shops know them",
        medical="Allergic to penicillin\nBlue inhaler, often left at home\nDyslexia: read papers to them",
        calms="Sit beside them\nSay: you are not in trouble\nTalk about driving lessons and the dog",
        makes_worse="Many adults at once\nTaking the phone", when_found="Their carer collects them\nFood and sleep",
    )  # fmt: skip
    trigger_plans.save(case=case, plan=plan, seen=0, by=cast.practitioner)


def system_of(cast: Cast, agency: str) -> Client:
    """A system of this agency, which its lead has let in with a token."""
    membership = cast.lead.memberships.get()
    membership.agency = cast.agency(agency)
    membership.save()
    system = appointing.add_system(name=f"Records of {agency}", by=cast.lead)
    _, words = appointing.issue_token(membership=system, days=30, networks=[], by=cast.lead)
    return Client(headers={"Authorization": f"Bearer {words}"})
