"""Installs what the machine itself must have, or names the one command that does.

Runs before anything is installed, so it uses nothing but Python's own library:
`python3 cse_portal/demo/system.py [--tests]`.
"""

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """Something of the machine's, the Debian packages that bring it, and how to see whether it is there."""

    what: str
    packages: tuple[str, ...]
    is_met: Callable[[], bool]


def program(name: str) -> Callable[[], bool]:
    """Whether a program of this name can be started; daemons stand where not everybody looks for them."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
    return lambda: shutil.which(name, path=path) is not None


def library(*names: str) -> Callable[[], bool]:
    """Whether the shared libraries can be loaded."""
    return lambda: all(ctypes.util.find_library(name) for name in names)


def module(name: str) -> Callable[[], bool]:
    """Whether this Python carries a part that Debian packages apart."""
    return lambda: importlib.util.find_spec(name) is not None


TO_RUN = (
    Need("Python's own environments", ("python3-venv",), module("ensurepip")),
    Need(
        "Pango, which sets the type in PDFs",
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-liberation"),
        library("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"),
    ),
    Need("libmagic, which tells what a file really is", ("libmagic1",), library("magic")),
    Need("Node, which builds the stylesheet", ("nodejs", "npm"), program("npm")),
)
TO_TEST = (
    Need("Chromium, which the journeys drive", ("chromium",), program("chromium")),
    Need("ClamAV, which the portal asks about files", ("clamav-daemon",), program("clamd")),
    Need("Poppler, which reads back the PDFs", ("poppler-utils",), program("pdftotext")),
)


def main() -> int:
    """Install the packages of every unmet need."""
    needs = TO_RUN + TO_TEST if "--tests" in sys.argv[1:] else TO_RUN
    missing = [need for need in needs if not need.is_met()]
    if not missing:
        return 0
    packages = [package for need in missing for package in need.packages]
    for need in missing:
        print(f"Missing: {need.what}.", flush=True)
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    prefix = _administrator()
    if prefix is None:
        print(f"Run this once, then try again:\n  sudo {' '.join(install)}")
        return 1
    subprocess.run([*prefix, "apt-get", "update", "--quiet"], check=True)
    subprocess.run([*prefix, *install], check=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    return 0


def _administrator() -> list[str] | None:
    """What to put before a command to run it as root, or None where that may not be done unasked."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    asks_nothing = (
        subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True)
        if shutil.which("sudo")
        else None
    )
    return ["sudo"] if asks_nothing and asks_nothing.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main())
