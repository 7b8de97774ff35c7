"""The demo board and development: local servers, fictional people, sign-in by a button."""

from pathlib import Path

import environ

# Where the local servers are, as whatever started them wrote it down; the real environment wins.
environ.Env.read_env(Path(__file__).resolve().parents[2] / "var" / "services.env")

from cse_portal.settings.base import *  # noqa: F403
from cse_portal.settings.base import (
    AUDIT_SIGNING_KEY,
    CELERY_BEAT_SCHEDULE,
    DATABASE_CONTEXT_KEY,
    FIELD_ENCRYPTION_KEYS,
    INSTALLED_APPS,
    SECRET_KEY,
    VAR,
)

SECRET_KEY = SECRET_KEY or "demo-only-key-never-used-in-production-0123456789-abcdefghij"
DATABASE_CONTEXT_KEY = DATABASE_CONTEXT_KEY or "demo-only-context-key-never-used-in-production"
FIELD_ENCRYPTION_KEYS = FIELD_ENCRYPTION_KEYS or ["demo-only-field-key-never-used-in-production"]
AUDIT_SIGNING_KEY = AUDIT_SIGNING_KEY or "de" * 32
DEMO_SIGN_IN = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
INSTALLED_APPS = [*INSTALLED_APPS, "cse_portal.demo"]
SESSION_COOKIE_SECURE = False
# The cast would be suspended for not signing in.
CELERY_BEAT_SCHEDULE = {name: what for name, what in CELERY_BEAT_SCHEDULE.items() if name != "people.keep"}
# Mail of the demo is kept where it can be read, and reaches nobody.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
