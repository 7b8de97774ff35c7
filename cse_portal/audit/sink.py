"""Where seals go besides the database: a folder that stands for a store one can add to and never change."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from cse_portal.audit.chain import Seal, read_seals


def files() -> list[Path]:
    """One for each month, in order."""
    folder = Path(settings.AUDIT_SEAL_SINK)
    folder.mkdir(parents=True, exist_ok=True)
    return sorted(folder.glob("seals-*.jsonl"))


def read() -> tuple[dict[int, Seal], list[str]]:
    """Every seal by number, and the lines that are none."""
    return read_seals(files())


def last() -> Seal | None:
    """The newest seal, of the newest file that has one."""
    for file in reversed(files()):
        if seals := read_seals([file])[0]:
            return seals[max(seals)]
    return None


def add(seals: Iterable[Seal]) -> None:
    """A line each, on the disk before this returns. One that was cut off by a power failure stays, and is named."""
    lines = "".join(f"{json.dumps(asdict(seal))}\n" for seal in seals)
    if not lines:
        return
    # A clock that was put back over the end of a month changes no order.
    month = f"seals-{timezone.now():%Y-%m}.jsonl"
    name = max([month, *(file.name for file in files())])
    with (Path(settings.AUDIT_SEAL_SINK) / name).open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            lines = lines if file.read(1) == b"\n" else f"\n{lines}"
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())
