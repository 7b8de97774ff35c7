"""Production: refuses to start unless it is safe, with one sentence that says what is missing."""

import os

from cse_portal.settings import secrets

secrets.refuse_unsafe_environment(os.environ)
os.environ.update(secrets.read_secrets(os.environ))
os.environ.update(secrets.read_secrets(os.environ, secrets.given(os.environ, secrets.KEEPER_SECRETS)))
os.environ.update(secrets.read_secrets(os.environ, secrets.given(os.environ, secrets.OPTIONAL_SECRETS)))

from cse_portal.settings.base import *  # noqa: F403
from cse_portal.settings.base import (
    ALLOWED_HOSTS,
    DATABASE_CONTEXT_KEY,
    DATABASES,
    DEFAULT_FROM_EMAIL,
    DEMO_SIGN_IN,
    FIELD_ENCRYPTION_KEYS,
    MASH_PHONE,
    REDIS_URL,
    ROOT,
    SECRET_KEY,
    STORAGES,
    VAR,
    env,
)

secrets.refuse_if_on("DEMO_SIGN_IN", on=DEMO_SIGN_IN)  # whatever turned it on
secrets.refuse_loose_hosts(ALLOWED_HOSTS)
secrets.refuse_weak_key("SECRET_KEY", SECRET_KEY)
secrets.refuse_weak_key("DATABASE_CONTEXT_KEY", DATABASE_CONTEXT_KEY)
for _key in FIELD_ENCRYPTION_KEYS:
    secrets.refuse_weak_key("FIELD_ENCRYPTION_KEYS", _key)
for name in secrets.given(os.environ, secrets.KEEPER_SECRETS):
    secrets.refuse_bad_audit_key(name, os.environ[name])
secrets.refuse_unsafe_database(DATABASES["default"], VAR)
secrets.refuse_open_redis(REDIS_URL)
secrets.refuse_fictional_phone(MASH_PHONE)
secrets.refuse_fictional_sender(DEFAULT_FROM_EMAIL)

STORAGES["default"]["OPTIONS"]["location"] = env.path("FILES_FOLDER", default=str(ROOT / "files"))

# TLS ends at the reverse proxy, which must set this header itself and drop a caller's own.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

PORTAL_ADDRESS = env.str("PORTAL_ADDRESS", default=f"https://{ALLOWED_HOSTS[0]}")
secrets.refuse_address_of_another(PORTAL_ADDRESS, ALLOWED_HOSTS)

SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True

EMAIL_CONFIG = env.email_url("EMAIL_URL")
secrets.refuse_mail_in_clear(EMAIL_CONFIG)
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG["EMAIL_HOST"]
EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL_CONFIG["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
