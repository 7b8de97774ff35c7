"""Whoever acts as the system passes by every row rule: each module that does is named here, and how often it does.

A new place is argued for in its review: what is asked that the person may not see, and that none of it reaches them.
"""

import ast

from cse_portal.demo.services import ROOT

NAMES = ("for_the_system", "SYSTEM")
FLOORS = ("cse_portal", "cases", "intelligence", "mase", "reporting")
PLACES = {
    "cases/selectors/access.py": 1,
    "cases/selectors/concern_reading.py": 2,
    "cases/selectors/emergency.py": 1,
    "cases/selectors/exclusions.py": 2,
    "cases/selectors/exports.py": 1,
    "cases/selectors/why.py": 1,
    "cases/services/concerns/drafts.py": 1,
    "cases/services/concerns/submission.py": 1,
    "cases/services/copies.py": 1,
    "cases/services/emergency.py": 2,
    "cases/services/exclusions.py": 6,
    "cases/services/exports/asking.py": 1,
    "cases/services/exports/taking.py": 1,
    "cases/services/second_cases.py": 1,
    "cases/services/viewing.py": 1,
    "cse_portal/access/gate.py": 2,
    "cse_portal/access/grants.py": 4,
    "cse_portal/audit/context.py": 1,
    "cse_portal/audit/verification.py": 1,
    "cse_portal/demo/management/commands/load_demo.py": 1,
    "cse_portal/jobs/services/notifications.py": 1,
    "cse_portal/keys.py": 2,
    "cse_portal/sign_in/sessions.py": 1,
    "cse_portal/sign_in/sign_in_events.py": 1,
    "intelligence/services/drafts.py": 1,
    "intelligence/services/sending.py": 1,
    "intelligence/services/viewing.py": 1,
    "mase/querysets.py": 1,
    "mase/selectors/actions.py": 2,
    "mase/selectors/chairing.py": 1,
    "mase/selectors/disagreements.py": 1,
    "mase/selectors/handing_over.py": 2,
    "mase/selectors/minutes.py": 1,
    "mase/selectors/minutes_content.py": 1,
    "mase/selectors/step_down.py": 1,
    "mase/selectors/suggestions.py": 1,
    "mase/services/answers.py": 1,
    "mase/services/cmog.py": 3,
    "mase/services/cmog_minutes.py": 1,
    "mase/services/ending.py": 1,
    "mase/services/locking.py": 1,
    "mase/services/minutes/agreeing.py": 2,
    "mase/services/safety_map.py": 1,
    "mase/services/scheduling.py": 1,
    "mase/services/taking_over.py": 1,
    "reporting/selectors/attendance.py": 2,
    "reporting/selectors/oversight.py": 1,
    "reporting/selectors/retention.py": 3,
    "reporting/services/retention.py": 1,
    "reporting/services/stray_files.py": 1,
    "reporting/services/subject_access.py": 1,
}


def uses(tree: ast.AST) -> int:
    """How often a module speaks of it: as `acting.for_the_system` or `acting.SYSTEM`, or by bringing a name in."""
    named = sum(isinstance(each, ast.Attribute) and each.attr in NAMES for each in ast.walk(tree))
    brought = [each for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    return named + sum(alias.name in NAMES for each in brought for alias in each.names)


def test_every_place_that_acts_as_the_system_is_named() -> None:
    found = {}
    for floor in FLOORS:
        for path in ROOT.glob(f"{floor}/**/*.py"):
            if number := uses(ast.parse(path.read_text())):
                found[str(path.relative_to(ROOT))] = number
    assert found == PLACES


def test_it_is_found_however_it_is_spelt() -> None:
    assert uses(ast.parse("from cse_portal import acting\nwith acting.for_the_system():\n    pass")) == 1
    assert uses(ast.parse("from cse_portal.acting import for_the_system as quietly")) == 1
    assert uses(ast.parse("acting.acting(acting.SYSTEM)")) == 1
    assert uses(ast.parse("acting.acting(who.actor)")) == 0
