"""What the issue says happens by itself, and how often, is in the schedule that beat is given."""

from celery.schedules import crontab

from cse_portal.celery import app
from cse_portal.settings import base, demo
from cse_portal.settings.clock import SCHEDULE

DAILY = {
    "reporting.check_audit",  # is everything as it was sealed
    "reporting.look_over_audit",  # the rules each day, and on the first of a month its sample
    "people.keep",  # leavers, whom nobody confirmed, whom nobody has seen
    "cases.remove_expired_grants",
    "sign_in.forget_old_sessions",
    "reporting.dispose_due",
}


def times_a_day(when: crontab) -> int:
    """How often it comes on a day on which it comes."""
    return len(when.hour) * len(when.minute)


def is_every_day(when: crontab) -> bool:
    """Whether there is no day on which it does not."""
    return (len(when.day_of_week), len(when.day_of_month), len(when.month_of_year)) == (7, 31, 12)


def test_beat_is_given_the_schedule_and_no_other() -> None:
    assert base.CELERY_BEAT_SCHEDULE is SCHEDULE
    assert app.conf.beat_schedule == demo.CELERY_BEAT_SCHEDULE, "the tests' settings are the demo's"


def test_the_sealer_comes_every_sixty_seconds() -> None:
    entry = SCHEDULE["audit.seal"]
    assert (entry["task"], entry["schedule"]) == ("audit.seal", 60.0)
    assert entry["options"]["expires"] < 60, "a late one is dropped: two at once would seal nothing more"


def test_what_the_issue_says_of_every_night_comes_once_on_every_day() -> None:
    for name in DAILY:
        entry = SCHEDULE[name]
        assert entry["task"] == name
        assert isinstance(entry["schedule"], crontab)
        assert is_every_day(entry["schedule"]), name
        assert times_a_day(entry["schedule"]) == 1, name


def test_each_comes_by_the_clock_of_the_board() -> None:
    assert app.conf.timezone == base.CELERY_TIMEZONE == base.TIME_ZONE == "Europe/London"


def test_the_demo_leaves_out_that_people_who_do_not_come_are_suspended_and_nothing_else() -> None:
    assert SCHEDULE.keys() - demo.CELERY_BEAT_SCHEDULE.keys() == {"people.keep"}
