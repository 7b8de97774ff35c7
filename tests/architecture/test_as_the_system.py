"""What acts as the system passes by every row rule: there are few such places, and a new one replaces an old one."""

import ast

from cse_portal.demo.services import ROOT

NAMES = ("for_the_system", "SYSTEM")
FLOORS = ("cse_portal", "cases", "intelligence", "mase", "reporting")
MOST = 40


def uses(tree: ast.AST) -> int:
    """How often a module speaks of it: as `acting.for_the_system` or `acting.SYSTEM`, or by bringing a name in."""
    named = sum(isinstance(each, ast.Attribute) and each.attr in NAMES for each in ast.walk(tree))
    brought = [each for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    return named + sum(alias.name in NAMES for each in brought for alias in each.names)


def test_few_places_act_as_the_system() -> None:
    files = [path for floor in FLOORS for path in ROOT.glob(f"{floor}/**/*.py")]
    found = {
        str(path.relative_to(ROOT)): number for path in files if (number := uses(ast.parse(path.read_text())))
    }
    assert sum(found.values()) <= MOST, found


def test_it_is_found_however_it_is_spelt() -> None:
    assert uses(ast.parse("from cse_portal import acting\nwith acting.for_the_system():\n    pass")) == 1
    assert uses(ast.parse("from cse_portal.acting import for_the_system as quietly")) == 1
    assert uses(ast.parse("acting.acting(acting.SYSTEM)")) == 1
    assert uses(ast.parse("acting.acting(who.actor)")) == 0
