"""Stories of minutes: sent out in time or late, objected to now and then, agreed; a few of the newest still wait."""

import datetime as dt
from random import Random

from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.demo.board.children import pick
from cse_portal.demo.board.clockwork import Story, at, working_moment
from cse_portal.demo.board.scene import Held
from cse_portal.reference.working_days import add_working_days
from mase.minutes import services as minutes
from mase.minutes.models import MinutesVersion
from mase.minutes.presenters.minutes import composed

NEW = dt.timedelta(days=14)
OBJECTION = "The visit was on the Tuesday, not on the Monday."
ANSWER = "The diary of the agency says Tuesday as well."
TO_ANSWER = (Permission.MINUTES_VIEW, Permission.MEETING_TAKE_PART)
WORDED = "The chair notes that the visit was on the Tuesday."


def minutes_of(held: Held) -> Story:
    """From the draft to what is agreed. A chance of its own: the rest of the board is told as before."""
    random = Random(f"{held.case.reference}.{timezone.localdate()}")
    is_new = held.scene.now - timezone.now() < NEW
    fate = pick(
        random, {"in time": 50, "late": 10, "forgotten": 40} if is_new else {"in time": 85, "late": 15}
    )
    if fate == "forgotten":
        return
    days = random.randrange(1, 5) if fate == "in time" else random.randrange(7, 10)
    yield _on(days)
    version = minutes.circulate(meeting=held.meeting, compose=composed, by=held.chair)
    if is_new:
        yield _on(1)
        read(held, version, random)
    if random.random() < 0.15 and held.case.lead_professional:
        yield _on(random.randrange(1, 3))
        version = yield from objection(held, version, accepted=random.random() < 0.6)
    yield at(version.agrees_on, hour=7)
    minutes.agree(meeting=held.meeting)


def read(held: Held, version: MinutesVersion, random: Random) -> None:
    """Most of those asked by name open them."""
    for invitation in held.meeting.invitations.filter(person__isnull=False).select_related("person"):
        person = invitation.person
        if person is None or person == held.chair or random.random() < 0.25:
            continue
        if all(gate.can(person, each, held.meeting) for each in TO_ANSWER):
            minutes.note(version, person, "opened_at")


def objection(held: Held, version: MinutesVersion, *, accepted: bool) -> Story:
    """The lead professional objects; the chair answers, and perhaps sends the minutes out again."""
    lead = held.case.lead_professional
    if lead is None or not all(gate.can(lead, each, held.meeting) for each in TO_ANSWER):
        return version
    item = held.meeting.agenda.get(code="agencies")
    said = minutes.object_to(meeting=held.meeting, item=item, text=OBJECTION, by=lead)
    yield _on(1)
    reason = ANSWER if accepted else "The diary says Monday."
    minutes.answer(objection=said, accepted=accepted, reason=reason, by=held.chair)
    if not accepted:
        return version
    minutes.save_wording(item=item, text=WORDED, version=item.version, by=held.chair)
    return minutes.circulate(meeting=held.meeting, compose=composed, by=held.chair)


def _on(days: int) -> dt.datetime:
    return working_moment(add_working_days(timezone.localdate(), days), hour=15)
