"""Print the functions, triggers and policies that this release's migrations make, for the audit to compare with.

`python -m tests.security.print_shape > cse_portal/audit/shape.json`, after every change of a migration's SQL.
"""

import json
import os
import sys

import django

from tests import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_portal.settings.test")
database.start_services()
django.setup()

from cse_portal.audit import shape  # noqa: E402


def printed() -> str:
    """The file's text."""
    triggers = {name: digest for name, (digest, _) in sorted(shape.triggers().items())}
    there = {
        "functions": shape.functions(), "triggers": triggers, "policies": shape.policies(), "server": shape.server(),
    }  # fmt: skip
    return json.dumps(there, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    database.make(keep=False)
    try:
        sys.stdout.write(printed())
    finally:
        database.drop()
