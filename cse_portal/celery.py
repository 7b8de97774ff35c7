"""The Celery application: workers and beat are started with `celery -A cse_portal`.

What runs when is `CELERY_BEAT_SCHEDULE` in the settings: fixed in code, the same for every board.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_portal.settings.production")

app = Celery("cse_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
