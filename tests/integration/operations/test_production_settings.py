"""Production says in one sentence why it will not start."""

import os
import re
import subprocess
import sys
from pathlib import Path
from unittest import mock

import environ
import pytest
from django.conf import Settings
from django.core.exceptions import ImproperlyConfigured

from cse_portal.demo.services import ROOT, VAR
from cse_portal.settings import secrets

PACKAGE = "cse_portal.settings."
SAFE = {
    "SECRET_KEY": "a-key-of-a-test-" + "0123456789abcdef" * 4,
    "DATABASE_CONTEXT_KEY": "another-key-of-a-test-" + "0123456789abcdef" * 4,
    "FIELD_ENCRYPTION_KEYS": "a-newer-key-of-a-test-"
    + "0123456789abcdef" * 4
    + ",an-older-key-of-a-test-"
    + "0123456789abcdef" * 4,
    "DATABASE_URL": "postgres://cse_app:word@database/cse",
    "REDIS_URL": "redis://:word@redis:6379/0",
    "EMAIL_URL": "smtp+tls://portal:word@mail.example.org:587",
    "ALLOWED_HOSTS": "portal.example.org",
    "MASH_PHONE": "0121 000 0000",
    "DEFAULT_FROM_EMAIL": "CSE Portal <portal@board.gov.uk>",
}
NO_SECRETS = ("ALLOWED_HOSTS", "MASH_PHONE", "DEFAULT_FROM_EMAIL")
EMBEDDED = f"postgres://cse_app@/cse?host={str(VAR / 'postgres').replace('/', '%2F')}"


def load_settings(environment: dict[str, str], settings: str = "production") -> Settings:
    """Read the settings anew from this environment alone, as a server does when it starts."""
    loaded = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(PACKAGE)}
    try:
        with mock.patch.dict(os.environ, environment, clear=True):
            return Settings(f"{PACKAGE}{settings}")
    finally:
        for name in [each for each in sys.modules if each.startswith(PACKAGE)]:
            del sys.modules[name]
        sys.modules.update(loaded)


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program of production's, in a process of its own."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**inherited, **environment, "DJANGO_SETTINGS_MODULE": f"{PACKAGE}production"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_program_starts_with_its_secrets_and_says_in_its_last_line_why_it_does_not() -> None:
    program = ("-c", "from django.conf import settings; settings.DEBUG; print('started')")
    done, refused = run(*program, **SAFE), run(*program, **{**SAFE, "DEBUG": "true"})
    assert (done.stdout, done.stderr) == ("started\n", "")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: Production does not start with DEBUG on."
    )


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "https://portal.example.org"),
        ({"PORTAL_ADDRESS": "https://Portal.example.org:8443/"}, "https://Portal.example.org:8443/"),
        (
            {"ALLOWED_HOSTS": "inside, Portal.Example.org", "PORTAL_ADDRESS": "https://portal.example.org"},
            "https://portal.example.org",
        ),
    ],
)
def test_links_lead_to_one_of_its_own_hosts(given: dict[str, str], address: str) -> None:
    read = load_settings(SAFE | given)
    assert address == read.PORTAL_ADDRESS


def test_secrets_may_be_files(tmp_path: Path) -> None:
    environment = {name: SAFE[name] for name in NO_SECRETS}
    for name in set(SAFE) - set(NO_SECRETS):
        value = SAFE[name]
        (tmp_path / name).write_text(value + "\n")
        environment[f"{name}_FILE"] = str(tmp_path / name)
    read = load_settings(environment)
    assert (read.SECRET_KEY, read.DATABASES["default"]["HOST"]) == (SAFE["SECRET_KEY"], "database")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"SECRET_KEY": ""},
            "Production needs SECRET_KEY, or SECRET_KEY_FILE naming the file that holds it.",
        ),
        ({"DATABASE_URL": ""}, "Production needs DATABASE_URL, or DATABASE_URL_FILE"),
        ({"REDIS_URL": ""}, "Production needs REDIS_URL, or REDIS_URL_FILE"),
        ({"EMAIL_URL": ""}, "Production needs EMAIL_URL, or EMAIL_URL_FILE"),
        (
            {"SECRET_KEY_FILE": "/nowhere/key"},
            "SECRET_KEY_FILE names a file that is not there: /nowhere/key.",
        ),
        ({"ALLOWED_HOSTS": ""}, "Production needs ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "Production needs each of ALLOWED_HOSTS in full, not a pattern like *."),
        ({"ALLOWED_HOSTS": "portal.example.org,.example.org"}, "not a pattern like .example.org."),
        ({"ALLOWED_HOSTS": "portal.example.org, *"}, "ALLOWED_HOSTS in full"),
        ({"PORTAL_ADDRESS": "http://portal.example.org"}, "Production needs a PORTAL_ADDRESS of https://"),
        (
            {"PORTAL_ADDRESS": "https://portal.example.org@elsewhere.org"},
            "and one of ALLOWED_HOSTS, not https://",
        ),
        ({"PORTAL_ADDRESS": "portal.example.org"}, "Production needs a PORTAL_ADDRESS of https://"),
        ({"DEBUG": "true"}, "Production does not start with DEBUG on."),
        ({"DEMO_SIGN_IN": "1"}, "Production does not start with DEMO_SIGN_IN on."),
        ({"DEMO_SIGN_IN": "ok"}, "Production does not start with DEMO_SIGN_IN on."),
        ({"DEMO_SIGN_IN": "true "}, "Production does not start with DEMO_SIGN_IN on."),
        ({"SECRET_KEY": "short"}, "at least 50 characters long"),
        ({"SECRET_KEY": "demo-only-" + "x" * 60}, "a SECRET_KEY of its own"),
        (
            {"FIELD_ENCRYPTION_KEYS": ""},
            "Production needs FIELD_ENCRYPTION_KEYS, or FIELD_ENCRYPTION_KEYS_FILE",
        ),
        ({"FIELD_ENCRYPTION_KEYS": "x" * 64 + ",short"}, "a FIELD_ENCRYPTION_KEYS of its own"),
        ({"DATABASE_URL": EMBEDDED}, "Production does not run on the demo's own PostgreSQL"),
        ({"DATABASE_URL": "postgres://cse_owner:word@database/cse"}, "does not serve people as cse_owner"),
        ({"DATABASE_URL": "postgres://postgres:word@database/cse"}, "does not serve people as postgres"),
        ({"EMAIL_URL": "smtp://portal:word@mail.example.org:25"}, "Production sends mail with TLS"),
        ({"REDIS_URL": "redis://redis:6379/0"}, "Production needs a REDIS_URL with a password"),
        ({"MASH_PHONE": ""}, "Production needs MASH_PHONE"),
        ({"MASH_PHONE": "0121 496 0100"}, "Production needs MASH_PHONE"),
        ({"DEFAULT_FROM_EMAIL": ""}, "Production needs DEFAULT_FROM_EMAIL"),
        ({"DEFAULT_FROM_EMAIL": "portal@example.org"}, "Production needs DEFAULT_FROM_EMAIL"),
        ({"USE_OWNER_ROLE": "1"}, "does not serve people as the role that owns the tables"),
    ],
)
def test_refuses(change: dict[str, str], sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)):
        load_settings({**SAFE, **change})


@pytest.mark.parametrize(
    "address",
    [
        "smtp://mail.example.org", "smtp://portal:word@localhost.example.org", "smtp://10.0.0.9:25", "consolemail://",
        "filemail:///var/mail", "memorymail://", "dummymail://localhost",
    ],
)  # fmt: skip
def test_mail_that_others_can_read_or_that_nobody_gets_is_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Production sends mail with TLS"):
        secrets.refuse_mail_in_clear(environ.Env.email_url_config(address))


@pytest.mark.parametrize(
    "address",
    [
        "smtp+tls://portal:word@mail.example.org:587", "smtp+ssl://mail.example.org:465", "smtps://mail.example.org",
        "smtp://127.0.0.1:25", "smtp://localhost", "smtp://[::1]:25",
    ],
)  # fmt: skip
def test_mail_goes_out_with_tls_or_by_a_server_of_the_same_machine(address: str) -> None:
    secrets.refuse_mail_in_clear(environ.Env.email_url_config(address))


@pytest.mark.parametrize(
    "address", ["redis://redis/0", "rediss://redis:6379/0", "redis://10.0.0.9", "redis://cse@redis"]
)
def test_a_redis_that_anybody_may_write_into_is_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="a REDIS_URL with a password"):
        secrets.refuse_open_redis(address)


def test_migrations_run_as_the_owner() -> None:
    owner = {"DATABASE_OWNER_URL": "postgres://cse_owner:word@database/cse"}
    assert load_settings({**SAFE, **owner}, "migrate").DATABASES["default"]["USER"] == "cse_owner"


def test_migrations_need_the_owners_address() -> None:
    with pytest.raises(ImproperlyConfigured, match="Production needs DATABASE_OWNER_URL"):
        load_settings(SAFE, "migrate")


def test_keeps_cookies_and_traffic_private() -> None:
    told = {
        "SESSION_COOKIE_NAME": "__Host-session", "CSRF_COOKIE_NAME": "__Host-csrf", "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True, "SECURE_SSL_REDIRECT": True, "DEMO_SIGN_IN": False, "DEBUG": False,
    }  # fmt: skip
    read = load_settings(SAFE)
    assert {name: getattr(read, name) for name in told} == told


def test_passes_djangos_own_check() -> None:
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **SAFE)
    assert done.returncode == 0, done.stderr
