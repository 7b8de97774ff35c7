"""The tests: the demo's settings, with whatever makes a test quick or repeatable."""

import os
from urllib.parse import urlsplit

from django.contrib.auth.hashers import Argon2PasswordHasher

from cse_portal.settings.demo import *  # noqa: F403
from cse_portal.settings.demo import CACHES, DATABASES, REDIS_URL, STORAGES, VAR, env


class QuickHasher(Argon2PasswordHasher):
    """Argon2 as in production, at the least it may cost."""

    time_cost, memory_cost, parallelism = 1, 8, 1


ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Static files come from their sources, so that nothing has to be collected first.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
AUDIT_SEAL_SINK = str(VAR / "test" / "seals")
READY_KEPT_SECONDS = 0  # each question is asked anew, save where that is what is asked
PASSWORD_HASHERS = ["cse_portal.settings.test.QuickHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

TEST_DATABASE = f"test_{env.str('TEST_DB', default='cse')}"
DATABASES["default"]["TEST"] = {"NAME": TEST_DATABASE}

# Test processes share one Redis: each keeps its own keys, in the cache and in the broker.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
_prefix = f"{TEST_DATABASE}_{_worker}:"
CACHES["default"]["KEY_PREFIX"] = _prefix
# Clearing the cache empties a whole database of Redis, so each process has one; the broker's is the first.
_database = 1 + int(_worker.removeprefix("gw") or 0) % 15
CACHES["default"]["LOCATION"] = urlsplit(REDIS_URL)._replace(path=f"/{_database}").geturl()
CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": _prefix}
# A job runs where it is queued, unless a test starts a worker of its own.
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_EAGER", default=True)
CELERY_TASK_EAGER_PROPAGATES = True
