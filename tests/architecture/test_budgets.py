"""The house keeps its rooms small and its directions one way (architecture budgets)."""

import ast
import itertools
import statistics
from collections.abc import Iterator
from pathlib import Path

from cse_portal.demo.services import ROOT

PACKAGES = ("cse_portal", "cases", "intelligence", "mase", "reporting")
DOMAIN_APPS = ("cases", "intelligence", "mase", "reporting")
ADAPTERS = ("views", "api", "tasks")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_source_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert {path: length for path, length in lengths.items() if length > 400} == {}
    assert percentile_95(list(lengths.values())) <= 300


def test_functions_are_short() -> None:
    lengths = {f"{path}:{each.name}": length(each) for path, each in functions()}
    assert {name: lines for name, lines in lengths.items() if lines > 50} == {}
    assert percentile_95(list(lengths.values())) <= 30


def test_views_only_parse_and_answer() -> None:
    views = {f"{path}:{each.name}": length(each) for path, each in functions() if in_room(path, "views")}
    assert {name: lines for name, lines in views.items() if lines > 35} == {}


def test_templates_are_short() -> None:
    lengths = {str(path): len(path.read_text().splitlines()) for path in (ROOT / "templates").rglob("*.html")}
    assert {path: lines for path, lines in lengths.items() if lines > 200} == {}


def test_every_function_says_what_it_returns() -> None:
    assert [f"{path}:{each.name}" for path, each in functions() if each.returns is None] == []


def test_nothing_is_imported_inside_a_function() -> None:
    inside = [
        f"{path}:{node.lineno}"
        for path, each in functions()
        for node in ast.walk(each)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_adapters_leave_rows_to_selectors_and_services() -> None:
    touching = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        if any(in_room(path, room) for room in ADAPTERS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert touching == []


def test_domain_apps_hear_no_signals() -> None:
    receivers = [
        str(path)
        for path, tree in trees()
        if path.parts[0] in DOMAIN_APPS
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("django.dispatch")
    ]
    assert receivers == []


def test_no_two_packages_import_each_other() -> None:
    imports: dict[str, set[str]] = {}
    for path, tree in trees():
        here = package_of(path.parts[:2] if path.parts[0] == "cse_portal" else path.parts[:1])
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                imports.setdefault(here, set()).add(package_of(node.module.split(".")))
    mutual = [
        (one, other)
        for one, other in itertools.combinations(imports, 2)
        if other in imports[one] and one in imports[other]
    ]
    assert mutual == []


def sources() -> Iterator[Path]:
    """Every source file that is not a migration."""
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Every source file with its syntax tree, by its path in the house."""
    for path in sources():
        yield path.relative_to(ROOT), ast.parse(path.read_text())


def functions() -> Iterator[tuple[Path, Function]]:
    """Every function and method of the source."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield path, node


def in_room(path: Path, room: str) -> bool:
    """Whether a file is this room, or is in it."""
    return path.stem == room or room in path.parts


def length(function: Function) -> int:
    """Lines of a function without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def package_of(parts: tuple[str, ...] | list[str]) -> str:
    """The floor a module is on: an app, or one of the platform's packages."""
    return ".".join(parts[:2]) if parts[0] == "cse_portal" else parts[0]


def percentile_95(values: list[int]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]
