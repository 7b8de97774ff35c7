"""Where seals go besides the database: a folder that stands for a store one can add to and never change."""

import os
from pathlib import Path

from django.conf import settings

from cse_portal.audit import standalone
from cse_portal.audit.standalone import Problem, Seal


def folder() -> Path:
    """The sink; made where it is not there yet."""
    path = Path(settings.AUDIT_SEAL_SINK)
    path.mkdir(parents=True, exist_ok=True)
    return path


def append(seal: Seal, month: str) -> None:
    """One line, on the disk before this returns.

    In the month's file, or in a later one where there is one: a clock that was put back changes no order. A line
    that was cut off, as the power failed or the disk was full, stays what it is, and this one begins behind it.
    """
    name = max(f"seals-{month}.jsonl", *(each.name for each in files()), "")
    with (folder() / name).open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(f"{seal.line()}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def files() -> list[Path]:
    """Month by month."""
    return sorted(folder().glob("seals-*.jsonl"))


def every_seal() -> tuple[list[Seal], list[Problem]]:
    """All of them, in order, and the lines that are none."""
    return standalone.read_seals(files())


def last_seal() -> Seal | None:
    """The newest seal of the newest file that has one: what an emptied one had is missed by the sealer."""
    for file in reversed(files()):
        seals, _ = standalone.read_seals([file])
        if seals:
            return seals[-1]
    return None
