"""A board's pack: checked, compared, applied; and a second board that boots from its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from cases.letters.choices import LetterKind, Reader
from cases.letters.selectors import wording
from cse_portal.demo.services import ROOT
from cse_portal.reference import packs, selectors, services
from cse_portal.reference.models import Code, PackApplied
from tests import database

pytestmark = pytest.mark.django_db
NORTHMOOR = ROOT / "tests" / "packs" / "northmoor"
BOOTS = """
import django
django.setup()
from django.test import Client
from cse_portal.reference.selectors import choices, clock_rule
print(Client().get("/accounts/login/", HTTP_HOST="testserver", secure=True).content.decode())
print([label for _, label in choices("ward")], clock_rule("TRIAGE_DECISION").amount)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Northmoor's pack, to be spoilt."""
    return Path(shutil.copytree(NORTHMOOR, tmp_path / "northmoor"))


def test_the_pack_of_this_board_is_in_order_and_applied() -> None:
    pack = packs.current()
    assert pack.about["area"] == settings.BOARD_AREA == "Sandwell"
    assert list(services.differences(pack)) == []
    assert PackApplied.objects.get().sha256 == pack.sha256


def test_a_pack_says_its_rows_instead_of_those_that_ship() -> None:
    pack = packs.read(NORTHMOOR)
    clocks = {row["code"]: row["amount"] for row in pack.over("clocks.json") if row["category"] is None}
    assert clocks["TRIAGE_DECISION"] == 2
    assert clocks["TRIAGE_CORRECTION"] == 5
    wards = next(entry for entry in pack.code_lists() if entry["code"] == "ward")
    assert [row["label"] for row in wards["codes"]][:2] == ["Fellside", "Quayside"]
    assert {entry["code"] for entry in packs.shipped_lists()} < {entry["code"] for entry in pack.code_lists()}


def test_the_difference_is_said_before_it_is_applied() -> None:
    told = StringIO()
    call_command("pack", "diff", NORTHMOOR, stdout=told)
    assert "amount: 1 → 2" in told.getvalue()
    assert "Code Fellside: new" in told.getvalue()
    assert "TRIAGE_CORRECTION" not in told.getvalue()
    call_command("pack", "check", NORTHMOOR, stdout=told)
    assert "Northmoor Safeguarding Children Partnership, version 1: in order." in told.getvalue()
    with pytest.raises(CommandError, match="Set PACK to this folder first"):
        call_command("pack", "apply", NORTHMOOR)


def change(name: str, **said: Any) -> Callable[[Path], None]:
    """Say something else in the first row of a file."""

    def spoil(folder: Path) -> None:
        rows = json.loads((folder / name).read_text())
        first = rows[0] if isinstance(rows, list) else rows
        first.update(said)
        (folder / name).write_text(json.dumps(rows))

    return spoil


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (change("clocks.json", code="TRIAGE_DECISON"), r"no TRIAGE_DECISON. Did you mean TRIAGE_DECISION\?"),
        (change("clocks.json", unit="fortnights"), r"clocks.json, row 1, unit: .*fortnights"),
        (change("clocks.json", amount="soon"), r"clocks.json, row 1, amount: "),
        (change("clocks.json", ammount=3), r"there is no field ammount. Did you mean amount\?"),
        (change("codes/northmoor.json", code="wards"), r"no list wards. Did you mean ward\?"),
        (change("codes/northmoor.json", codes=[]), r"must have the code NOT_KNOWN"),
        (change("letters.json", reader="aunt"), r"letters.json, row 1: there is no reader aunt"),
        (lambda folder: (folder / "clocks.json").write_text("{"), r"clocks.json: this is no JSON"),
        (lambda folder: (folder / "pack.json").write_text("{}"), r"pack.json: name is missing"),
        (lambda folder: (folder / "rules.json").write_text("[]"), r"rules.json: a pack has no such file"),
        (
            lambda folder: (folder / "static" / "board.css").write_text(
                ":root{--govuk-brand-colour: #ffdd00}"
            ),
            r"contrast of 1.3. Choose a darker colour",
        ),
        (lambda folder: (folder / "static" / "board.css").unlink(), r"say the brand's colour"),
    ],
)
def test_what_is_wrong_is_said_with_its_file_its_row_and_its_field(
    folder: Path, spoil: Callable[[Path], None], fault: str
) -> None:
    spoil(folder)
    with pytest.raises(packs.PackFaults, match=fault):
        packs.read(folder)
    with pytest.raises(CommandError, match=fault):
        call_command("pack", "apply", folder)


def test_letters_are_worded_as_the_pack_says(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = wording(LetterKind.INVITATION, Reader.CHILD, "")
    monkeypatch.setattr(packs, "current", lambda: packs.read(NORTHMOOR))
    assert wording(LetterKind.INVITATION, Reader.CHILD, "").heading == "Come and tell us what you think"
    assert wording(LetterKind.INVITATION, Reader.PARENT, "").heading != ours.heading


@pytest.mark.django_db(transaction=True)
def test_a_second_board_boots_from_its_own_pack() -> None:
    """Issue 30, journey 6: from an empty database, with no line of code changed."""
    with database.another("northmoor") as name:
        with database.superuser(name) as cursor:
            cursor.execute("TRUNCATE reference_code, reference_clockrule, reference_packapplied")
        environment = {**os.environ, **database.process_environment(), "PACK": str(NORTHMOOR)}
        owner = {**environment, "DATABASE_URL": os.environ["DATABASE_OWNER_URL"]}
        run = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(run, env=owner, cwd=ROOT, check=True, timeout=120)
        said = subprocess.run(
            [sys.executable, "-c", BOOTS], env=environment, cwd=ROOT, check=True, timeout=120,
            capture_output=True, text=True,
        ).stdout  # fmt: skip
        same = subprocess.run(
            [sys.executable, "manage.py", "pack", "diff"], env=environment, cwd=ROOT, check=True, timeout=120,
            capture_output=True, text=True,
        ).stdout  # fmt: skip
    assert "Northmoor Safeguarding Children Partnership" in said
    assert "Sandwell" not in said
    assert "['Fellside', 'Quayside', 'Millbank', 'Harrow Green', 'Outside Northmoor', 'Not known'] 2" in said
    assert "The tables say what the pack says." in same


def test_this_boards_wards_are_its_own() -> None:
    assert "Abbey" in [label for _, label in selectors.choices("ward")]
    assert not Code.objects.filter(list_id="ward", code="E05999901").exists()
