"""The Celery application: workers and beat are started with `celery -A cse_portal`.

What runs when is `CELERY_BEAT_SCHEDULE` in the settings: fixed in code, the same for every board. Which settings is for
whoever starts it to say: this module is imported with the package, and must not choose for every program that is.
"""

from celery import Celery

app = Celery("cse_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
