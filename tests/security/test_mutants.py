"""Every file of the gate and the audit is in a group of mutants.py, with tests that are about it."""

from cse_portal.demo import services
from tests.security.mutants import GROUPS

# Names and sentences: there is nothing in them that a test of a function could notice, and others hold each of them.
WORDS = {
    "access/apps.py", "access/models.py", "access/permissions.py", "access/roles.py",
    "audit/actions.py", "audit/apps.py",
}  # fmt: skip


def test_every_file_is_in_a_group_or_holds_words_alone() -> None:
    root = services.ROOT / "cse_portal"
    files = {
        str(path.relative_to(root))
        for floor in ("access", "audit")
        for path in (root / floor).rglob("*.py")
        if path.name != "__init__.py" and "migrations" not in path.parts
    }
    grouped = {file for group in GROUPS.values() for file in group.files}
    assert files - grouped == WORDS
    assert not grouped & WORDS


def test_every_file_and_test_that_a_group_names_is_there() -> None:
    for group in GROUPS.values():
        for file in group.files:
            assert (services.ROOT / "cse_portal" / file).is_file(), file
        for test in group.tests:
            path = test.partition("::")[0]
            assert path.startswith("--") or (services.ROOT / path).exists(), path
