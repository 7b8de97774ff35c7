"""Where seals go besides the database: a folder that stands for a store one can add to and never change."""

import os
from pathlib import Path

from django.conf import settings

from cse_portal.audit import standalone
from cse_portal.audit.standalone import Seal


def folder() -> Path:
    """The sink; made where it is not there yet."""
    path = Path(settings.AUDIT_SEAL_SINK)
    path.mkdir(parents=True, exist_ok=True)
    return path


def append(seal: Seal, month: str) -> None:
    """One line, on the disk before this returns."""
    with (folder() / f"seals-{month}.jsonl").open("a") as file:
        file.write(seal.line() + "\n")
        file.flush()
        os.fsync(file.fileno())


def every_seal() -> list[Seal]:
    """All of them, in order."""
    return standalone.read_sink(folder())


def last_seal() -> Seal | None:
    """The newest line of the newest file that has one: what an emptied one had is missed by the sealer."""
    for file in sorted(folder().glob("seals-*.jsonl"), reverse=True):
        if seals := standalone.read_seals([file]):
            return seals[-1]
    return None
