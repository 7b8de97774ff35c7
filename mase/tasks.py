"""Background work of the meeting floor."""

from celery import shared_task

from cse_portal.audit import context
from mase.clocks import services as clock_telling
from mase.disagreements import services as disagreements
from mase.meetings.services import reminders, reports, sight
from mase.minutes import services as minutes


@shared_task(name="mase.remind_of_actions")
def remind_of_actions() -> int:
    """Every morning: who is reminded of a plan action, and whom it is taken to when it stays late.

    Before that, anyone who owes one goes on seeing the case, and who owes none any more stops.
    """
    with context.job():
        sight.settle()
        return reminders.remind()


@shared_task(name="mase.notify_about_clocks")
def notify_about_clocks() -> int:
    """Every morning: meetings to book and to hold and minutes to send out: which are due soon, late or still paused.

    And months for which no CMOG is booked, and steps towards adult services of young people who turn 18.
    """
    with context.job():
        return clock_telling.notify_about_clocks()


@shared_task(name="mase.agree_minutes")
def agree_minutes() -> int:
    """Every morning: minutes to which nobody can object any more are agreed."""
    with context.job():
        return minutes.agree_by_themselves()


@shared_task(name="mase.chase_reports")
def chase_reports() -> int:
    """Every morning: remind agencies of the reports that are still to come."""
    with context.job():
        return reports.chase()


@shared_task(name="mase.remind_of_disagreements")
def remind_of_disagreements() -> int:
    """Every morning: both sides are told of disagreements whose stage has run out."""
    with context.job():
        return disagreements.remind()
