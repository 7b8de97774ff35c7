"""The Celery application: workers and beat are started with `celery -A cse_portal`.

What runs when is `CELERY_BEAT_SCHEDULE` in the settings: fixed in code, the same for every board. Which settings is for
whoever starts it to say: this module is imported with the package, and must not choose for every program that is.
"""

from typing import Any

from celery import Celery
from celery.signals import celeryd_after_setup

from cse_portal.access import row_security

app = Celery("cse_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_after_setup.connect
def refuse_unfit_database(**_: Any) -> None:
    """A worker that PostgreSQL would not hold to the gate does not start."""
    try:
        row_security.refuse_unfit_database()
    except row_security.UnfitDatabase as problem:
        raise SystemExit(str(problem)) from problem
