"""Where production's secrets come from, and what production will not start with."""

import re
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

SECRETS = (
    "SECRET_KEY",
    "DATABASE_CONTEXT_KEY",
    "FIELD_ENCRYPTION_KEYS",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
)
# Only the keeper, which seals the audit and does nothing else, has this.
KEEPER_SECRETS = ("AUDIT_SIGNING_KEY",)
# Only where an agency signs in its own people: the settings of its provider, with the client's secret.
OPTIONAL_SECRETS = ("SINGLE_SIGN_ON",)
DEMO_AUDIT_KEY = "de" * 32
PRIVILEGED_ROLES = ("cse_owner", "postgres")
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
SMTP = "django.core.mail.backends.smtp.EmailBackend"
# Numbers that Ofcom keeps for drama, however they are written, and domains that are kept for examples (RFC 2606):
# nobody answers there.
FICTIONAL_PHONES = re.compile(
    r"(0|44)(1(1[3-8]|[2-6]1)4960|1914980|2079460|2896496|2920180|1632960|7700900|8081570|9098790|3069990)"
)
FICTIONAL_DOMAINS = re.compile(r"(^|\.)(example\.(com|net|org)|example|invalid|localhost|test)$")


def read_secrets(environment: Mapping[str, str], names: tuple[str, ...] = SECRETS) -> dict[str, str]:
    """Every secret, from its variable or from the file that the variable ending in _FILE names."""
    return {name: _read_secret(environment, name) for name in names}


def given(environment: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the secrets that this program has been given."""
    return tuple(name for name in names if environment.get(name) or environment.get(f"{name}_FILE"))


def refuse_bad_audit_key(name: str, key: str) -> None:
    """Thirty-two bytes in hex, and not the one that everybody who has the source knows."""
    if len(key) != 64 or set(key) - set("0123456789abcdef") or key == DEMO_AUDIT_KEY:
        raise ImproperlyConfigured(f"Production needs an {name} of its own: manage.py audit_keys makes one.")


def _read_secret(environment: Mapping[str, str], name: str) -> str:
    file = environment.get(f"{name}_FILE", "")
    if file and not Path(file).is_file():
        raise ImproperlyConfigured(f"{name}_FILE names a file that is not there: {file}.")
    value = Path(file).read_text().strip() if file else environment.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Production needs {name}, or {name}_FILE naming the file that holds it.")
    return value


def refuse_unsafe_environment(environment: Mapping[str, str]) -> None:
    """Development's conveniences end here."""
    for name in ("DEBUG", "DEMO_SIGN_IN"):
        refuse_if_on(name, on=_is_on(environment, name))
    if _is_on(environment, "USE_OWNER_ROLE"):
        raise ImproperlyConfigured("Production does not serve people as the role that owns the tables.")
    if not environment.get("ALLOWED_HOSTS", ""):
        raise ImproperlyConfigured("Production needs ALLOWED_HOSTS, the names people reach it by.")


def refuse_loose_hosts(hosts: list[str]) -> None:
    """Each name in full: the portal would answer to any other that a caller makes up, and take it for its own."""
    for host in hosts:
        if "*" in host or host.strip().startswith("."):
            raise ImproperlyConfigured(
                f"Production needs each of ALLOWED_HOSTS in full, not a pattern like {host}."
            )


def refuse_address_of_another(address: str, hosts: list[str]) -> None:
    """Every link in a mail begins with it, those of invitations and new passwords too."""
    parts = urlsplit(address)
    if parts.scheme != "https" or parts.hostname not in {host.strip().lower() for host in hosts}:
        raise ImproperlyConfigured(
            f"Production needs a PORTAL_ADDRESS of https:// and one of ALLOWED_HOSTS, not {address}."
        )


def refuse_if_on(name: str, *, on: bool) -> None:
    """A door or light that only development has."""
    if on:
        raise ImproperlyConfigured(f"Production does not start with {name} on.")


def _is_on(environment: Mapping[str, str], name: str) -> bool:
    """As the settings themselves read it: one list of words that mean yes, any number but zero, spaces around them."""
    return bool(environ.Env.parse_value(environment.get(name, ""), bool))


def refuse_weak_key(name: str, key: str) -> None:
    """A key somebody could guess, or that everybody who has the source knows."""
    if len(key) < 50 or key.startswith("demo-only"):
        raise ImproperlyConfigured(
            f"Production needs a {name} of its own, random and at least 50 characters long."
        )


def refuse_fictional_phone(phone: str) -> None:
    """Every page tells people in an emergency to ring it: the demo's, or one of a film, would reach nobody."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) < 3 or FICTIONAL_PHONES.search(digits):
        raise ImproperlyConfigured(
            "Production needs MASH_PHONE, the number people ring when a child is in danger, and no fictional one."
        )


def refuse_fictional_sender(sender: str) -> None:
    """Mail from a domain that is nobody's is thrown away on its way, and with it who is told of a child."""
    _, at, domain = parseaddr(sender)[1].rpartition("@")
    if not at or FICTIONAL_DOMAINS.search(domain.lower().rstrip(".")):
        raise ImproperlyConfigured(
            "Production needs DEFAULT_FROM_EMAIL, the address its mail comes from, of a domain that is the board's."
        )


def refuse_mail_in_clear(mail: Mapping[str, object]) -> None:
    """A link to a new password is in it: not for anyone who listens on the way, nor for a log, nor for nobody."""
    safe = mail.get("EMAIL_USE_TLS") or mail.get("EMAIL_USE_SSL") or mail["EMAIL_HOST"] in THIS_MACHINE
    if mail["EMAIL_BACKEND"] != SMTP or not safe:
        raise ImproperlyConfigured(
            "Production sends mail with TLS: EMAIL_URL begins with smtp+tls:// or smtp+ssl://."
        )


def refuse_open_redis(address: str) -> None:
    """Anyone who reaches it could queue jobs and clear the limits of sign-in."""
    parts = urlsplit(address)
    if parts.scheme in ("redis", "rediss") and not parts.password and parts.hostname not in THIS_MACHINE:
        raise ImproperlyConfigured(
            "Production needs a REDIS_URL with a password: redis://:PASSWORD@HOST:6379/0."
        )


def refuse_unsafe_database(database: Mapping[str, object], local_folder: Path) -> None:
    """The demo's own server has no passwords, and privileged roles could rewrite the audit."""
    options = database.get("OPTIONS")
    host = str(options.get("host", "") if isinstance(options, dict) else "") or str(database["HOST"])
    if Path(host).is_relative_to(local_folder):
        raise ImproperlyConfigured("Production does not run on the demo's own PostgreSQL; set DATABASE_URL.")
    if database["USER"] in PRIVILEGED_ROLES:
        raise ImproperlyConfigured(
            f"Production does not serve people as {database['USER']}; DATABASE_URL needs cse_app."
        )
