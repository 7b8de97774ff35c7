"""Would the tests notice a changed gate or audit? `python -m tests.security.mutants [GROUP …] [--sample 100]`.

Each group is a few files and the quick tests that are about them: a change that lives costs all the tests of its group,
so they are few, and those that noticed a function's last change are asked first. The group is copied below
var/mutants/ and mutmut works there; what has been run is kept, and the same command goes on with the rest.
A run takes hours.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from cse_portal.demo import services

SEED = 20261125
KILLED, LIVED, NO_TESTS = (1, 3), 0, 33
CONFIGURATION = """\
[mutmut]
source_paths =
    cse_portal
only_mutate =
    {files}
do_not_mutate =
    */migrations/*
also_copy =
    {copied}
pytest_add_cli_args =
    -p
    no:cacheprovider
    -p
    no:xdist
    -p
    tests.security.killers_first
    --reuse-db
pytest_add_cli_args_test_selection =
    {tests}
timeout_constant = 120.0
timeout_multiplier = 1.0
track_dependencies = false
use_git_change_detection = false
"""
COPIED = ("cases", "intelligence", "mase", "reporting", "templates", "static", "docs", "manage.py")


@dataclass(frozen=True)
class Group:
    """Files that are changed, and the tests that ought to notice."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


GROUPS = {
    "words": Group(
        (
            "audit/chain.py", "audit/sink.py", "audit/management/commands/audit_keys.py",
            "access/rules.py",
            "acting.py", "access/management/commands/set_context_key.py",
        ),
        ("tests/unit/audit", "tests/unit/access"),
    ),
    "grants": Group(
        ("access/grants.py",),
        ("tests/integration/access/test_grants.py", "tests/integration/cases/sharing/test_parts_end.py"),
    ),
    "around": Group(
        (
            "access/middleware.py",
            "audit/middleware.py", "audit/context.py", "audit/models.py",
            "access/refusals.py", "sign_in/sign_in_events.py", "access/request_origin.py",
            "access/templatetags/gate.py",
        ),
        (
            "tests/integration/access/test_middleware.py",
            "tests/integration/access/test_asked_together.py", "tests/integration/api/test_problems.py",
            "tests/integration/access/test_refusals.py", "tests/integration/access/test_request_origin.py",
            "tests/integration/access/test_told_by_others.py",
        ),
    ),
    "gate": Group(
        (
            "access/gate.py", "access/records.py", "access/rows.py", "access/user_context.py",
        ),
        (
            "tests/unit/access", "tests/access/test_matrix.py",
            "tests/integration/access/test_answers_within_a_request.py",
            "tests/integration/access/test_asked_together.py", "tests/access/test_exclusion.py",
            "tests/integration/reporting/subject_access/test_subject_access.py",
            "tests/integration/reporting/retention/test_disposing.py",
        ),
    ),
    "recorder": Group(
        (
            "audit/recorder.py", "audit/constraints.py", "audit/tasks.py",
            "audit/management/commands/audit_verify.py",
        ),
        (
            "tests/unit/audit", "tests/integration/audit/test_append_only.py",
            "tests/integration/audit/test_changes.py", "tests/integration/audit/test_sealing.py",
            "tests/integration/access/test_audit.py",
            "tests/integration/access/test_told_by_others.py",
        ),
    ),
    "sealing": Group(
        ("audit/sealing.py", "audit/verification.py"),
        (
            "tests/unit/audit", "tests/integration/audit/test_sealing.py", "tests/integration/audit/test_tampering.py",
        ),
    ),
}  # fmt: skip


def folder(name: str) -> Path:
    """Where a group's copy is."""
    return services.VAR / "mutants" / name


def prepare(name: str) -> None:
    """The tree as it is committed or changed, with mutmut told about this group alone."""
    group, there = GROUPS[name], folder(name)
    listed = subprocess.run(
        ["git", "ls-files"], cwd=services.ROOT, capture_output=True, text=True, check=True
    )
    for path in filter(lambda each: (services.ROOT / each).is_file(), listed.stdout.splitlines()):
        (there / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(services.ROOT / path, there / path)
    shutil.copytree(services.ROOT / "static", there / "static", dirs_exist_ok=True)
    told = {"files": [f"cse_portal/{file}" for file in group.files], "copied": COPIED, "tests": group.tests}
    filled = {key: "\n    ".join(lines) for key, lines in told.items()}
    (there / "setup.cfg").write_text(CONFIGURATION.format(**filled))


def results(name: str) -> dict[str, int | None]:
    """Every mutant of the group with what its tests answered; None while they have not been asked."""
    found: dict[str, int | None] = {}
    for path in sorted((folder(name) / "mutants").rglob("*.meta")):
        found.update(json.loads(path.read_text())["exit_code_by_key"])
    return found


def run(name: str, sample: int | None, *, again: bool) -> None:
    """What is left of all, or of so many drawn by lot, the same each time; who lived is asked again if that is said."""
    prepare(name)
    _mutmut(name, "only.make.them")
    found = results(name)
    mutants = sorted(found)
    random.Random(SEED).shuffle(mutants)
    asked = (None, LIVED, NO_TESTS) if again else (None,)
    if left := [each for each in mutants[:sample] if found[each] in asked]:
        _mutmut(name, *left)


def _mutmut(name: str, *chosen: str) -> None:
    command = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", "1", *chosen]
    subprocess.run(command, cwd=folder(name), env={**os.environ, "TEST_DB": f"mutants_{name}"}, check=False)


def tell(name: str) -> None:
    """How it stands, file by file, and who lives."""
    found, files = results(name), Counter[tuple[str, str]]()
    for mutant, answer in found.items():
        file = mutant.removeprefix("cse_portal.").split(".x")[0]
        kind = (
            "killed"
            if answer in KILLED
            else {LIVED: "lived", None: "left", NO_TESTS: "untested"}.get(answer, "odd")
        )
        files[file, kind] += 1
    for file in sorted({file for file, _ in files}):
        told = {kind: number for (each, kind), number in sorted(files.items()) if each == file}
        sys.stdout.write(f"{file}: {told}\n")
    sys.stdout.write(
        "".join(f"  {mutant}\n" for mutant, answer in found.items() if answer in (LIVED, NO_TESTS))
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", default=list(GROUPS))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--again", action="store_true", help="those that lived, too: there are new tests")
    parser.add_argument("--only-tell", action="store_true")
    arguments = parser.parse_args()
    for each in arguments.groups:
        if not arguments.only_tell:
            run(each, arguments.sample, again=arguments.again)
        tell(each)
