"""The Celery application: workers and beat are started with `celery -A cse_portal`.

What runs when is `CELERY_BEAT_SCHEDULE` in the settings: fixed in code, the same for every board. Which settings is for
anyone who starts it to say: this module is imported with the package, and must not choose for every program that is.
"""

from typing import Any

from celery import Celery
from celery.signals import celeryd_after_setup
from django.conf import settings

from cse_portal.settings.clock import AUDIT_QUEUE

app = Celery("cse_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_after_setup.connect
def isolate_audit_worker(instance: Any, **_: Any) -> None:
    """Anyone who takes from the audit's queue alone can do nothing else; anyone who does anything else does not have
    its key.

    Anyone who writes into Redis could otherwise have the keeper draw what a stranger wrote, beside the key. The demo
    has one worker for both, with a key that everybody knows.
    """
    if set(instance.app.amqp.queues.consume_from) == {AUDIT_QUEUE}:
        for name in set(instance.app.tasks) - set(settings.CELERY_TASK_ROUTES):
            instance.app.tasks.unregister(name)
    elif not settings.DEMO_SIGN_IN and settings.AUDIT_SIGNING_KEY:
        raise SystemExit(
            "A worker that does other work has no AUDIT_SIGNING_KEY:"
            f" give it to the keeper alone, a worker started with --queues {AUDIT_QUEUE}."
        )
