"""What beat starts, when, and which queue it waits in: every time is the board's own."""

from typing import Any

from celery.schedules import crontab

# What works with the keys of the audit waits in a queue of its own, and anyone who takes from it does nothing else:
# cse_portal/celery.py, docs/adr/0025-a-keeper-of-the-audit.md
AUDIT_QUEUE = "audit"
ROUTES: dict[str, dict[str, str]] = {
    "audit.seal": {"queue": AUDIT_QUEUE},
    "reporting.check_audit": {"queue": AUDIT_QUEUE},
}
SCHEDULE: dict[str, dict[str, Any]] = {
    # Finds lost jobs and unsent messages; a late tick is dropped, the next one does the same.
    "jobs.sweep": {"task": "jobs.sweep", "schedule": 60.0, "options": {"expires": 50}},
    # Chains and signs what the audit has written since; a minute's worth waits if the worker is away.
    "audit.seal": {"task": "audit.seal", "schedule": 60.0, "options": {"expires": 50}},
    # What the audit's rules make of yesterday; on the first of a month, its sample too.
    "reporting.look_over_audit": {"task": "reporting.look_over_audit", "schedule": crontab(hour=4, minute=5)},
    # Whether the audit is as it was sealed: the last two days, and some of what is older.
    "reporting.check_audit": {"task": "reporting.check_audit", "schedule": crontab(hour=4, minute=35)},
    "cases.remove_expired_grants": {
        "task": "cases.remove_expired_grants",
        "schedule": crontab(hour=2, minute=20),
    },
    # Orders near or past the day of their next step, and orders about to end: each is told once.
    "intelligence.remind_of_disruption": {
        "task": "intelligence.remind_of_disruption",
        "schedule": crontab(hour=7, minute=15),
    },
    "cases.remind_of_reviews": {"task": "cases.remind_of_reviews", "schedule": crontab(hour=8, minute=15)},
    # Hand-offs not accepted in time, and reviews not held: each is told once.
    "cases.remind_of_handoffs": {"task": "cases.remind_of_handoffs", "schedule": crontab(hour=7, minute=35)},
    # Plan actions near or past their day: a second time, it does nothing; after a day without it, it catches up.
    "mase.remind_of_actions": {"task": "mase.remind_of_actions", "schedule": crontab(hour=7, minute=20)},
    # Minutes whose last day for objections was yesterday or before.
    "mase.agree_minutes": {"task": "mase.agree_minutes", "schedule": crontab(hour=7, minute=5)},
    # Agencies whose report for a meeting is still to come; on which days, the reference clocks say.
    "mase.chase_reports": {"task": "mase.chase_reports", "schedule": crontab(hour=8, minute=30)},
    # Meetings to book and to hold, minutes to send out, and turning 18: each is told once in each state.
    "mase.notify_about_clocks": {"task": "mase.notify_about_clocks", "schedule": crontab(hour=7, minute=25)},
    # Disagreements whose stage ran out of time yesterday or before.
    "mase.remind_of_disagreements": {
        "task": "mase.remind_of_disagreements",
        "schedule": crontab(hour=7, minute=10),
    },
    # What the virus scanner has not answered for yet; a late tick is dropped, the next one does the same.
    "cases.check_documents": {
        "task": "cases.check_documents",
        "schedule": 300.0,
        "options": {"expires": 280},
    },
    # What the community told since: one line a person, however much it is.
    "cases.tell_of_community_reports": {
        "task": "cases.tell_of_community_reports",
        "schedule": 120.0,
        "options": {"expires": 100},
    },
    # Children who are missing for a day or a night by now: each reason to review the category is told once.
    "cases.prompt_reviews": {"task": "cases.prompt_reviews", "schedule": crontab(minute=10)},
    "cases.delete_exports": {"task": "cases.delete_exports", "schedule": crontab(minute=40)},
    # Who left, whom nobody confirmed, who has not signed in for long: let go or suspended, once a day.
    "people.keep": {"task": "people.keep", "schedule": crontab(hour=1, minute=40)},
    # What is new for each person, in numbers; a second run the same day sends nothing.
    "jobs.send_daily_mails": {"task": "jobs.send_daily_mails", "schedule": crontab(hour=7, minute=30)},
    # What the retention schedule leaves to the clock.
    "jobs.tidy": {"task": "jobs.tidy", "schedule": crontab(hour=1, minute=10)},
    "drafts.forget_old": {"task": "drafts.forget_old", "schedule": crontab(hour=1, minute=15)},
    "sign_in.forget_old_sessions": {
        "task": "sign_in.forget_old_sessions",
        "schedule": crontab(hour=1, minute=20),
    },
    # Records that two people approved for disposal a month ago.
    "reporting.dispose_due": {"task": "reporting.dispose_due", "schedule": crontab(hour=3, minute=40)},
    # Files that a rolled back transaction, or a crash before they were deleted, left behind.
    "reporting.sweep_strays": {"task": "reporting.sweep_strays", "schedule": crontab(hour=3, minute=55)},
    "reporting.announce_retention": {
        "task": "reporting.announce_retention",
        "schedule": crontab(month_of_year=4, day_of_month=1, hour=7, minute=30),
    },
    # The day after a quarter ends; on every other day, and a second time, it does nothing.
    "reporting.start_due_return": {
        "task": "reporting.start_due_return",
        "schedule": crontab(hour=3, minute=10),
    },
}
