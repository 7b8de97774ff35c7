"""What docs/settings.md says may be set can be set where docker-compose.yml runs the portal."""

import re
from typing import Any

import pytest
import yaml

from cse_portal.demo.services import ROOT
from tests.integration.operations.test_production_settings import NO_SECRETS, SAFE, load_settings

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
WORK_ACCOUNTS = yaml.safe_load((ROOT / "docker-compose.work-accounts.yml").read_text())
PORTAL = ("web", "worker", "keeper", "beat", "migrate")
# Folders of the container: what lies in them is said by the volume.
FOLDERS = {"FILES_FOLDER": "/files", "AUDIT_SEAL_SINK": "/seals"}
REQUIRED = {"ALLOWED_HOSTS", "MASH_PHONE", "DEFAULT_FROM_EMAIL"}
# Of the demo, of the container itself, or of a program that starts it.
NOT_FOR_OPERATORS = {
    "BEAT_SCHEDULE_FILE",
    "CSRF_TRUSTED_ORIGINS",
    "DB_NAME",
    "DEMO_SIGN_IN",
    "EMAIL_BACKEND",
    "USE_OWNER_ROLE",
}
READS = re.compile(r"""(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)\"""")


def documented() -> list[str]:
    """The variables of the table of settings."""
    text = (ROOT / "docs" / "settings.md").read_text()
    table = text.split("\n## Settings\n")[1].split("\n## ")[0]
    firsts = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [name for cell in firsts for name in re.findall(r"`([A-Z_]+)`", cell)]


def said(services: dict[str, Any]) -> dict[str, set[str]]:
    """For each variable, everything that a container of the portal is told it is."""
    found: dict[str, set[str]] = {}
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            found.setdefault(name, set()).add(str(value))
    return found


TOLD = said({name: COMPOSE[name] for name in PORTAL})
WITH_WORK_ACCOUNTS = {**TOLD, **said(WORK_ACCOUNTS["services"])}


@pytest.mark.parametrize("name", documented())
def test_every_documented_setting_reaches_a_container(name: str) -> None:
    if files := WITH_WORK_ACCOUNTS.get(f"{name}_FILE"):
        assert files == {f"/run/secrets/{name.lower()}"}
    elif name in FOLDERS:
        assert TOLD[name] == {FOLDERS[name]}
    else:
        of_the_operator = {value for value in TOLD[name] if value.startswith("${")}
        assert len(of_the_operator) == 1
        assert re.fullmatch(rf"\$\{{{name}:[?-].*\}}", of_the_operator.pop())


def test_what_a_board_must_say_itself_is_asked_for() -> None:
    assert {name for name, values in TOLD.items() if any(":?" in value for value in values)} == REQUIRED


def test_every_variable_that_is_read_is_documented() -> None:
    files = [*(ROOT / "cse_portal" / "settings").glob("*.py"), ROOT / "cse_portal" / "gunicorn.py"]
    read = {name for file in files if file.name != "test.py" for name in READS.findall(file.read_text())}
    assert read - NOT_FOR_OPERATORS - {"BIND"} == set(documented()) & read


def test_work_accounts_are_added_with_their_secret() -> None:
    web = WORK_ACCOUNTS["services"]["web"]
    assert set(WORK_ACCOUNTS["services"]) == {"web"}
    assert web["secrets"] == list(WORK_ACCOUNTS["secrets"]) == ["single_sign_on"]


def test_an_empty_variable_is_as_one_that_is_not_set() -> None:
    empty = {name: "" for name in [*documented(), *(f"{name}_FILE" for name in SAFE)] if name not in SAFE}
    unset, unsaid = load_settings(SAFE), load_settings({**empty, **SAFE})
    names = [name for name in dir(unset) if name.isupper()]
    assert "SECRET_KEY" in names
    assert [repr(getattr(unsaid, name)) for name in names] == [repr(getattr(unset, name)) for name in names]


def test_a_variable_that_is_said_is_heeded() -> None:
    read = load_settings({**SAFE, "API_DAILY_CHILDREN": "7", "SERVICE_NAME": "Elsewhere"})
    assert (read.API_DAILY_CHILDREN, read.SERVICE_NAME) == (7, "Elsewhere")


def test_the_image_is_built_with_settings_that_load() -> None:
    """The line that collects static files: each of its words is one that production takes."""
    lines = (ROOT / "Dockerfile").read_text().split("\nRUN SECRET_KEY=")[1].split("python manage.py")[0]
    given = dict(re.findall(r"\b([A-Z_]+)=([^\s\"]+)", lines))
    assert set(given) | {"SECRET_KEY", "DATABASE_CONTEXT_KEY", "FIELD_ENCRYPTION_KEYS"} == set(SAFE)
    assert set(NO_SECRETS) <= set(given)
    assert load_settings({**SAFE, **given}).ALLOWED_HOSTS
