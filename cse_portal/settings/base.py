"""Settings every environment shares; everything that differs is read from the environment."""

import json
from pathlib import Path
from typing import Any

import structlog
from csp.constants import NONCE, NONE, SELF
from django.contrib.messages import constants as message_levels

from cse_portal.logs import exception_without_text
from cse_portal.settings import clock, environment, identity_providers

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"

env = environment.Env()

SECRET_KEY: str = env.str("SECRET_KEY", default="")
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEMO_SIGN_IN: bool = env.bool("DEMO_SIGN_IN", default=False)

# The board's own words: another board changes these, not the templates.
PACK: str = env.str("PACK", default=str(ROOT / "cse_portal" / "reference" / "data" / "packs" / "sandwell"))
_ABOUT = json.loads((Path(PACK) / "pack.json").read_text(encoding="utf-8"))
BOARD_NAME: str = _ABOUT["name"]
SERVICE_NAME: str = env.str("SERVICE_NAME", default="CSE Portal")
BOARD_AREA: str = _ABOUT["area"]
MASH_PHONE: str = env.str("MASH_PHONE", default="0121 496 0100")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "django_cotton",
    "csp",
    "cse_portal.reference",
    "cse_portal.accounts",
    "cse_portal.audit",
    "cse_portal.jobs",
    "cse_portal.access",
    "cse_portal.ui",
    "cse_portal.api",
    "cse_portal.sign_in",
    "cse_portal.people",
    "cse_portal.drafts",
    "cases",
    "intelligence",
    "mase",
    "reporting",
]

MIDDLEWARE = [
    # Outside everything that answers by itself: a refusal or a way on to TLS says as much to the browser as a page.
    "cse_portal.ui.middleware.PrivateResponseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cse_portal.api.problems.OnlyOverTlsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cse_portal.audit.middleware.RequestContextMiddleware",
    "cse_portal.ui.middleware.KnownMethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cse_portal.sign_in.middleware.SessionTimesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cse_portal.sign_in.middleware.TokenMiddleware",
    "cse_portal.sign_in.middleware.SecondFactorMiddleware",
    "cse_portal.access.middleware.StandingMiddleware",
    "cse_portal.drafts.middleware.KeepRefusedMiddleware",
]

ROOT_URLCONF = "cse_portal.urls"
WSGI_APPLICATION = "cse_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "cse_portal.access.templatetags.gate",
                "cse_portal.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cse_portal.ui.context.service",
            ],
        },
    }
]
FORM_RENDERER = "cse_portal.ui.forms.PortalRenderer"

# Two database roles: the owner migrates, the application role reads and writes and owns nothing.
_database_url = "DATABASE_OWNER_URL" if env.bool("USE_OWNER_ROLE", default=False) else "DATABASE_URL"
DATABASES = {
    "default": {
        **env.db_url(_database_url, default="postgres://"),
        **({"NAME": env.str("DB_NAME")} if "DB_NAME" in env else {}),
        "ENGINE": "django.db.backends.postgresql",
        # The view is a savepoint within the request's transaction: cse_portal/access/middleware.py
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
# No question may keep PostgreSQL busy for longer; 0 for as long as it takes. The worker's may take more than a page's.
DATABASE_STATEMENT_SECONDS: int = env.int("DATABASE_STATEMENT_SECONDS", default=30)
# PostgreSQL compiles what it takes for expensive: row-level security looks it and is not, so it compiles nothing.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    f"-c statement_timeout={DATABASE_STATEMENT_SECONDS}s -c jit=off"
)
# With it the portal signs who acts, for the database: cse_portal/acting.py
DATABASE_CONTEXT_KEY: str = env.str("DATABASE_CONTEXT_KEY", default="")
# Encrypt secrets that the database holds: the first writes, all of them read. cse_portal/encryption.py
FIELD_ENCRYPTION_KEYS: list[str] = env.list("FIELD_ENCRYPTION_KEYS", default=[])
# The audit's seals are signed with a key that no database knows: the keeper's alone.
AUDIT_SIGNING_KEY: str = env.str("AUDIT_SIGNING_KEY", default="")
AUDIT_PUBLIC_KEYS: list[str] = env.list("AUDIT_PUBLIC_KEYS", default=[])
AUDIT_SEAL_SINK: str = env.str("AUDIT_SEAL_SINK", default=str(VAR / "seals"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # Every page asks it when its session was last seen, and does without an answer (sign_in/sessions.py).
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
ANONYMOUS_USER_NAME = None
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "cse_portal.sign_in.passwords.NotOurWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {
    "login": "cse_portal.sign_in.forms.SignInForm",
    "reset_password": "cse_portal.sign_in.forms.NewPasswordForm",
    "change_password": "cse_portal.sign_in.forms.OtherPasswordForm",
}
ACCOUNT_ADAPTER = "cse_portal.sign_in.adapters.PortalAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by invitation, never by the public
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "5/m/ip,3/15m/key",
    "token_refused": "20/m/ip",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * 60
# How many proxies of ours stand before the portal; what a caller adds to X-Forwarded-For itself is never believed.
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXIES", default=0)

MFA_ADAPTER = "cse_portal.sign_in.adapters.PortalFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "cse_portal.sign_in.forms.CodeForm",
    "reauthenticate": "cse_portal.sign_in.forms.CodeAgainForm",
    "activate_totp": "cse_portal.sign_in.forms.AppForm",
    "authenticate_webauthn": "cse_portal.sign_in.forms.PasskeyAfterPasswordForm",
    "add_webauthn": "cse_portal.sign_in.forms.PasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = False  # a passkey is the second factor; the password stays the first
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TRUST_ENABLED = False
# A code is taken half a minute early or late, for clocks drift; each only once (sign_in/codes.py).
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = SERVICE_NAME

# Agencies whose people sign in with their work account: settings/identity_providers.py
SINGLE_SIGN_ON = identity_providers.read(env.str("SINGLE_SIGN_ON", default=""))
SOCIALACCOUNT_ADAPTER = "cse_portal.sign_in.adapters.PortalWorkAccountAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "provider_class": "cse_portal.sign_in.single_sign_on.WorkAccountProvider",
        "SCOPE": ["openid"],  # who it is; neither their address nor their name
        "OAUTH_PKCE_ENABLED": True,
        "APPS": SINGLE_SIGN_ON,
    }
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
READY_KEPT_SECONDS = 5  # for how long /readyz gives the same answer, no matter who asks

# A session ends after these seconds without a page, or after 10 hours in all. The cookie lasts no longer.
SESSION_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# In the session, not in a cookie: "… now leads this case" is nothing for a browser to keep.
MESSAGE_STORAGE = "cse_portal.sign_in.sessions.MessagesForReaders"
MESSAGE_TAGS = {message_levels.INFO: "information"}  # the word of the alert component
CSRF_FAILURE_VIEW = "cse_portal.ui.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
# Not "no-referrer": a browser then posts every form with "Origin: null", which the check against forgery refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_HANDLERS = [
    "cse_portal.files.receiving.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A form that leads to an agency's sign-in is let go there.
        "form-action": [SELF, *identity_providers.origins(SINGLE_SIGN_ON)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Every page is in English but the community's, which is drawn in each language of cases/locale.
LANGUAGE_CODE = "en"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [ROOT / "cases" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "staticfiles"
STATICFILES_DIRS = [Path(PACK) / "static", ROOT / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    # Opaque names outside the web root; only a view that asked the gate serves them.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# ClamAV, as host:port or the path of its socket; without it files are checked by what is in them alone.
CLAMD_ADDRESS: str = env.str("CLAMD_ADDRESS", default="")
CLAMD_TIMEOUT_SECONDS: int = env.int("CLAMD_TIMEOUT_SECONDS", default=30)
# Copies of people's records: how many a person may take a day alone, the most in one file, how long it is kept.
EXPORT_DAILY_RECORDS: int = env.int("EXPORT_DAILY_RECORDS", default=50)
EXPORT_MOST_RECORDS: int = env.int("EXPORT_MOST_RECORDS", default=500)
# How many different children a day the API shows to a person with a browser's session; a system's token is not stopped.
API_DAILY_CHILDREN: int = env.int("API_DAILY_CHILDREN", default=100)
EXPORT_KEPT_HOURS: int = env.int("EXPORT_KEPT_HOURS", default=24)
CASE_FILES_MOST_BYTES: int = env.int("CASE_FILES_MOST_BYTES", default=500 * 1024 * 1024)

EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
# Where the portal is for anyone who reads a mail of its.
PORTAL_ADDRESS: str = env.str("PORTAL_ADDRESS", default="http://127.0.0.1:8000")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@example.org")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cse_portal.sign_in.authentication.TokenAuthentication",
        "cse_portal.sign_in.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "cse_portal.sign_in.authentication.SecondFactorProved",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cse_portal.api.requests.StrictJSONParser"],
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS would describe every view to anyone who asks, before the gate
    "DEFAULT_PAGINATION_CLASS": "cse_portal.api.pagination.PortalPagination",
    "DEFAULT_THROTTLE_CLASSES": [
        "cse_portal.sign_in.authentication.PerTokenOrPerson",
        "cse_portal.sign_in.children.ChildrenADay",
    ],
    "DEFAULT_THROTTLE_RATES": {"user": "600/hour"},
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "cse_portal.api.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "CSE Portal API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cse_portal.api.schema.declare_problems",
    ],
    "SERVE_PERMISSIONS": [
        "rest_framework.permissions.IsAuthenticated",
        "cse_portal.sign_in.authentication.SecondFactorProved",
    ],
    # One name for each set of words, where floors use the same field names.
    "ENUM_NAME_OVERRIDES": {
        "Known": "cases.concerns.choices.Known",
        "MentionKind": "cases.concerns.choices.MentionKind",
        "MentionPart": "cases.concerns.choices.MentionPart",
        "MeetingKind": "mase.meetings.choices.MeetingKind",
        "CaseStatus": "cases.record.choices.CaseStatus",
        "DocumentKind": "cases.documents.models.DocumentKind",
        "DocumentState": "cases.documents.models.DocumentState",
        "ConcernState": "cases.concerns.choices.ConcernState",
        "MeetingState": "mase.meetings.choices.MeetingState",
        "ActionState": "mase.plans.choices.ActionState",
        "SubmissionState": "intelligence.submissions.models.SubmissionState",
        "ReturnState": "reporting.returns.models.ReturnState",
    },
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 25 * 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # its own lines would hold what an error says
CELERY_TIMEZONE = "Europe/London"
# Where beat notes when it last ran what.
CELERY_BEAT_SCHEDULE_FILENAME = env.str("BEAT_SCHEDULE_FILE", default=str(VAR / "beat"))
CELERY_BEAT_SCHEDULE, CELERY_TASK_ROUTES = clock.SCHEDULE, clock.ROUTES
JOBS_LEASE_SECONDS: int = env.int("JOBS_LEASE_SECONDS", default=60)

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        exception_without_text,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.JSONRenderer(),
    ]
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"quiet": {"()": "cse_portal.logs.QuietFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "quiet"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
