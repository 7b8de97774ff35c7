"""The real ClamAV, with one signature of our own: the portal speaks its language, not only our imitation's."""

import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from cse_portal.files import scanner
from cse_portal.files.errors import ScannerSilent
from tests.factories.documents import EICAR, WORDS, pdf

SETTINGS = """\
Foreground yes
LocalSocket {folder}/socket
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
OfficialDatabaseOnly no
StreamMaxLength 1M
"""


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running clamd's address. It knows the test file every scanner knows, by its first bytes, and nothing else."""
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "signatures").mkdir()
    (folder / "signatures" / "own.ndb").write_text(f"Portal.Test:0:*:{EICAR[:40].hex()}\n")
    (folder / "clamd.conf").write_text(SETTINGS.format(folder=folder))
    program = shutil.which("clamd") or "/usr/sbin/clamd"
    with subprocess.Popen(
        [program, "--config-file", str(folder / "clamd.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            for _ in range(200):
                if (folder / "socket").exists():
                    break
                assert process.poll() is None, "clamd has stopped by itself"
                time.sleep(0.05)
            yield str(folder / "socket")
        finally:
            process.terminate()


def test_it_finds_what_it_knows_and_clears_what_it_does_not(clamd: str, settings: Settings) -> None:
    settings.CLAMD_ADDRESS = clamd
    assert scanner.answers()
    assert scanner.scan(EICAR) == scanner.Verdict("Portal.Test.UNOFFICIAL")
    for harmless in (WORDS, pdf(), b"", b"x" * 900_000):
        assert scanner.scan(harmless).clean


def test_what_hides_in_the_middle_of_a_large_file_is_found(clamd: str, settings: Settings) -> None:
    settings.CLAMD_ADDRESS = clamd
    assert scanner.scan(b"x" * 200_000 + EICAR + b"x" * 200_000).found == "Portal.Test.UNOFFICIAL"


def test_more_than_it_takes_is_no_clear_answer(clamd: str, settings: Settings) -> None:
    settings.CLAMD_ADDRESS = clamd
    with pytest.raises(ScannerSilent):
        scanner.scan(b"x" * 2_000_000)
