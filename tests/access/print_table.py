"""Prints docs/access.md from the table the tests run: `python -m tests.access.print_table > docs/access.md`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_portal.settings.test")
django.setup()

from cse_portal.access import rules  # noqa: E402
from cse_portal.access.permissions import Permission  # noqa: E402
from cse_portal.access.roles import ROLES  # noqa: E402
from tests.access import table  # noqa: E402

INTRODUCTION = """\
# Who can see this child's record, and where is that decided?

In one file: **`cse_portal/access/rows.py`**. Its `visible_rows` is the row rule; `Case.objects.visible_to(user)` is
that rule for cases, and `gate.can(user, Permission.CASE_VIEW, case)` asks the same of one case (`granted_parts`, in the
same file); a property test holds the two, and PostgreSQL's own rule, to the same answer (docs/adr/0016).
Lists, pages, searches, choice fields, exports, PDFs and the API all start there.

For one child, the case's **Access** tab says who, through what, why, since when, until when and granted by whom.

The answer is given in this order: signed in, active, membership current → not excluded → the role opens the
function → a grant that has not expired, to the person or (unless the case is restricted) to their agency → the
rule of the permission, in which the state may only narrow.
A case's confidential addresses, health detail, the restricted part of its meetings and its intelligence have a grant
of their own each (`Case.objects.showing(section, user)`), which sight of the case does not carry.
Minutes go to a list of recipients; who is not on it does not open them (`Minutes.objects.visible_to(user)`).
Whoever sees a case in an emergency alone reads its meetings and plan, and writes nothing there for their agency.
Whoever may not know that a case exists gets "page not found",
the same page as for an address that does not exist. Whoever may see it but not do something to it is refused (403).

This page is printed from `tests/access/table.py`, which the tests check against the gate:
`python -m tests.access.print_table > docs/access.md`.
"""


def main() -> str:
    """The page, as Markdown."""
    parts = [INTRODUCTION, _roles(), _opens(), _functions(), *map(_state, table.SEES), _about_no_child()]
    return "\n".join(parts)


def _roles() -> str:
    lines = ["## Roles\n"]
    lines += [f"**{role.label}.** {definition.paragraph}\n" for role, definition in ROLES.items()]
    return "\n".join(lines)


def _opens() -> str:
    """Every permission by every role: what a role opens at all, before any record is asked for."""
    head = f"| | {' | '.join(role.label for role in ROLES)} |\n|---|{'---|' * len(ROLES)}\n"
    lines = []
    for each in Permission:
        rule = rules.find(each)
        assert rule is not None, each
        mark = "of what they see" if rule.needs_object else "**yes**"
        cells = (mark if each in definition.permissions else "no" for definition in ROLES.values())
        lines.append(f"| {each.value} | {' | '.join(cells)} |\n")
    words = "\nOf what they see: only of a record they may see, and only as that record stands (the tables below).\n"
    return "## What each role opens\n\n" + head + "".join(lines) + words


def _functions() -> str:
    rows = {
        each: {name: "yes" if name in who else "no" for name in table.CAST}
        for each, who in table.FUNCTIONS.items()
    }
    return "## Functions, opened by role alone, as the cast of the tests\n\n" + _grid(rows)


def _state(state: str) -> str:
    asked = (Permission.CASE_VIEW, *table.WORK, *table.PARTS)
    rows = {each: {name: table.answer(each, state, name) for name in table.CAST} for each in asked}
    return f"## A case: {state[0].lower() + state[1:]}\n\n" + _grid(rows)


def _about_no_child() -> str:
    head = f"| | {' | '.join(table.CAST)} |\n|---|{'---|' * len(table.CAST)}\n"
    lines = [
        f"| {state} | {' | '.join('**yes**' if name in who else '·' for name in table.CAST)} |\n"
        for state, who in table.ABOUT_NO_CHILD.items()
    ]
    return "## An action that a CMOG agreed about no child: who reads it\n\n" + head + "".join(lines)


def _grid(rows: dict[Permission, dict[str, str]]) -> str:
    head = f"| | {' | '.join(table.CAST)} |\n|---|{'---|' * len(table.CAST)}\n"
    marks = {"yes": "**yes**", "no": "no", "not found": "·"}
    body = [
        f"| {each.value} | {' | '.join(marks[row[name]] for name in table.CAST)} |\n"
        for each, row in rows.items()
    ]
    return head + "".join(body) + "\n· means: page not found.\n"


if __name__ == "__main__":
    print(main(), end="")  # noqa: T201
