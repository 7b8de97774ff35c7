"""CMOGs in the states tests need, made by the services themselves."""

import datetime as dt

from django.utils import timezone

from cse_portal import acting
from cse_portal.accounts.models import Agency, User
from cse_portal.keys import new_key
from mase.cmog.services import agenda as cmog_agenda
from mase.cmog.services import cmog
from mase.cmog.services import items as cmog_items
from mase.meetings.choices import ItemKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import ending
from mase.meetings.services.invitations import Asked, invite
from mase.minutes import services as cmog_minutes
from mase.minutes.models import Minutes, MinutesAddendum, MinutesObjection
from mase.minutes.presenters.minutes import composed
from mase.minutes.selectors.minutes import latest_version
from mase.plans.choices import PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.services.plan import Agreed
from tests.cast import Cast
from tests.factories.meetings import membership
from tests.factories.minutes import agreed_by_themselves
from tests.factories.requests import in_one_request


@in_one_request
def make_cmog(cast: Cast, *, months: int = 0, people: list[User] | None = None) -> Meeting:
    """Booked by the manager, who chairs it; this month's unless told otherwise."""
    moment = timezone.localtime().replace(day=15, hour=10, minute=0, second=0, microsecond=0)
    for _ in range(abs(months)):
        moment += dt.timedelta(days=30 if months > 0 else -30)
        moment = moment.replace(day=15)
    meeting = cmog.book(
        key=new_key(), days=[moment], place="Room 2, Civic Centre", chair=cast.manager, by=cast.manager
    )[0]
    asked = [Asked.of(membership(person)) for person in people or []]
    invite(meeting=meeting, asked=asked, by=cast.manager)
    return cmog.compile_agenda(meeting=meeting, by=cast.manager)


@in_one_request
def start_cmog(cast: Cast, *, months: int = 0, people: list[User] | None = None) -> Meeting:
    """A CMOG that is going on."""
    return ending.start(meeting=make_cmog(cast, months=months, people=people), by=cast.manager)


@in_one_request
def end_cmog(cast: Cast, meeting: Meeting) -> Meeting:
    """It is over."""
    return ending.end(meeting=meeting, by=cast.manager)


@in_one_request
def send_out(cast: Cast, meeting: Meeting) -> Meeting:
    """Its minutes are out."""
    cmog_minutes.circulate(compose=composed, meeting=meeting, by=cast.manager)
    return meeting


@in_one_request
def objected(
    meeting: Meeting, item: AgendaItem | None = None, *, by: User, text: str = "She was seen on Tuesday."
) -> MinutesObjection:
    """Somebody objects to what they say of an item, or to the whole."""
    return cmog_minutes.object_to(meeting=meeting, item=item, text=text, by=by)


def agreed_minutes(cast: Cast, meeting: Meeting) -> Minutes:
    """Sent out, and agreed by themselves."""
    if latest_version(Minutes.objects.get(meeting=meeting)) is None:
        cmog_minutes.circulate(compose=composed, meeting=meeting, by=cast.manager)
    return agreed_by_themselves(meeting)


@in_one_request
def corrected(
    cast: Cast, meeting: Meeting, item: AgendaItem | None = None, *, text: str = "It was a Tuesday."
) -> MinutesAddendum:
    """An addendum to agreed minutes."""
    return cmog_minutes.add_addendum(meeting=meeting, key=new_key(), text=text, item=item, by=cast.manager)


@in_one_request
def word(item: AgendaItem, text: str, *, by: User, version: int | None = None) -> AgendaItem:
    """How the minutes word an item; `version` is what the writer's page showed, today's unless told otherwise."""
    with acting.for_the_system():
        item = AgendaItem.objects.select_related("meeting").get(pk=item.pk)
    shown = item.version if version is None else version
    return cmog_minutes.save_wording(item=item, text=text, version=shown, by=by)


def item_of(meeting: Meeting, **about: object) -> AgendaItem:
    """The one item about this."""
    with acting.for_the_system():
        return AgendaItem.objects.with_subject().select_related("meeting").get(meeting=meeting, **about)


@in_one_request
def add_to(
    cast: Cast, meeting: Meeting, kind: ItemKind, named: str, *, because: str = "It was asked for."
) -> AgendaItem:
    """Put on the agenda by hand."""
    return cmog_agenda.add_item(
        meeting=meeting, key=new_key(), kind=kind, named=named, because=because, by=cast.manager
    )


@in_one_request
def write(item: AgendaItem, *, notes: str = "", decision: str = "", by: User) -> AgendaItem:
    """What is said of it."""
    return cmog_items.save_said(item=item, notes=notes, decision=decision, version=item.version, by=by)


@in_one_request
def agree(
    cast: Cast,
    item: AgendaItem,
    *,
    text: str = "Find her a place at the evening club.",
    owner: User | None = None,
    agency: Agency | None = None,
    restricted: bool = False,
    due_in: int = 20,
    by: User | None = None,
    measure: str = "",
) -> PlanAction:
    """An action for the practitioner, or for somebody else; for an agency, if nobody there is named yet."""
    who = owner or (None if agency else cast.practitioner)
    agreed = Agreed(
        PlanP.PROTECT, text, agency or membership(who or cast.practitioner).agency,
        timezone.localdate() + dt.timedelta(days=due_in), who, restricted=restricted,
        measure_of_success=measure,
    )  # fmt: skip
    return cmog_items.add_action(item=item, key=new_key(), agreed=agreed, by=by or cast.manager)
