"""An order from Tuesday's request to the warning of its end, in a browser."""

import datetime as dt
from collections.abc import Callable

import time_machine
from django.utils import timezone

from cases.record.models.case import Case
from intelligence.disruption.models import Disruption
from intelligence.subjects.models import Subject
from intelligence.tasks import remind_of_disruption
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case
from tests.integration.mase.cmog.test_cmog import named_by_a_report

SignIn = Callable[..., Person]


def test_asked_on_tuesday_served_on_thursday_breached_the_child_told_and_its_end_warned(
    cast: Cast, sign_in: SignIn
) -> None:
    """Issue 29, journey 3."""
    today = timezone.localdate()
    tuesday = today - dt.timedelta(days=(today.weekday() - 1) % 7 + 7)
    with on(tuesday - dt.timedelta(days=7)):
        case = make_case(cast)
        person = named_by_a_report(cast, case)[0]
    with on(tuesday):
        she_asks_from_the_childs_record(sign_in("manager"), case, person)
    order = Disruption.objects.get()
    ends_on = tuesday + dt.timedelta(days=100)
    with on(tuesday + dt.timedelta(days=2)):
        he_serves_it(sign_in("police"), order, ends_on)
    with on(tuesday + dt.timedelta(days=3)):
        he_records_a_breach(sign_in("police"), order)
        maya = sign_in("manager", width=390)
        maya.goes_to("/notifications/")
        maya.sees("an order against a subject of concern was breached")
        maya.goes_to("/intelligence/disruption/")
        maya.sees("Nobody has said what happens next.")
        maya.follows("Record what happens next")
        maya.types("What happens next?", "Owen arrests him tonight.")
        maya.clicks("Save")
        maya.sees("Owen arrests him tonight.")
        the_lead_tells_the_child(sign_in("practitioner"), order, case)
    warned = ends_on - dt.timedelta(days=28)
    for day, told in ((warned - dt.timedelta(days=1), 0), (warned, 1)):
        with on(day):
            assert remind_of_disruption() == told
    with on(warned):
        owen = sign_in("police")
        owen.goes_to("/notifications/")
        owen.sees(f"ends on {ends_on:%-d %B %Y}")
        owen.goes_to("/intelligence/disruption/?show=ending")
        owen.sees("28 days")
    with on(ends_on):
        owen = sign_in("police")
        owen.goes_to(f"/intelligence/disruption/{order.pk}/")
        owen.sees("Ended")
        edwin = sign_in("outsider")
        edwin.is_refused(f"/intelligence/disruption/{order.pk}/")
        edwin.is_refused(f"/cases/{case.reference}/intelligence/orders/")


def on(day: dt.date) -> time_machine.travel:
    """The middle of a day; the clock goes on from there."""
    return time_machine.travel(timezone.make_aware(dt.datetime.combine(day, dt.time(12))))


def fill_day(person: Person, name: str, day: dt.date) -> None:
    """Into its three boxes."""
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        person.page.locator(f"[name={name}_{part}]").fill(str(value))


def she_asks_from_the_childs_record(maya: Person, case: Case, person: Subject) -> None:
    """The child is chosen already; what is for children alone is not offered."""
    maya.goes_to(f"/cases/{case.reference}/intelligence/orders/")
    maya.follows(person.name)
    maya.does_not_see("Police protection")
    maya.page.get_by_label("Tactic").select_option(label="Child Abduction Warning Notice")
    maya.types("What is to be done, and why", "Serve a notice at his home.")
    maya.page.get_by_label("Agency").select_option(label="West Midlands Police, Sandwell")
    maya.clicks("Ask for it")
    maya.sees("The order is asked for. The agency is told.")
    maya.sees(case.reference)


def he_serves_it(owen: Person, order: Disruption, ends_on: dt.date) -> None:
    """An end before the start is refused at its field; the day of service stays."""
    owen.goes_to("/intelligence/disruption/")
    owen.follows("Child Abduction Warning Notice")
    owen.clicks("Record that it was served", role="button")
    owen.types("Who served it?", "Sergeant Moss")
    owen.types("Conditions, one a line", "Does not meet the child.")
    owen.types("What happened?", "At his home.")
    for day in (timezone.localdate(), ends_on):
        fill_day(owen, "ends_on", day)
        owen.clicks("Save")
    owen.sees("In force")
    owen.sees("Does not meet the child.")


def he_records_a_breach(owen: Person, order: Disruption) -> None:
    """The same day."""
    owen.goes_to(f"/intelligence/disruption/{order.pk}/")
    owen.clicks("Record a breach", role="button")
    fill_day(owen, "happened_at", timezone.localdate())
    owen.page.locator("[name=happened_at_time]").fill("11am")
    owen.types("What happened?", "He met her at the arcade.")
    owen.clicks("Save")
    owen.sees("Breached")


def the_lead_tells_the_child(priya: Person, order: Disruption, case: Case) -> None:
    """She was asked to, is told of the breach, and says when the child knew."""
    priya.goes_to("/notifications/")
    priya.sees("an order that protects a child you lead was breached")
    priya.sees("Tell the child, or record why not.")
    priya.goes_to(f"/cases/{case.reference}/intelligence/orders/")
    priya.follows("Child Abduction Warning Notice")
    priya.follows("Say whether the child was told")
    priya.chooses("Yes, told")
    fill_day(priya, "told_on", timezone.localdate())
    priya.clicks("Save")
    priya.sees("Told on")
