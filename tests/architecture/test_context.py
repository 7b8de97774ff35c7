"""No view takes a name from which the frame of every page is drawn: who is signed in would be somebody else."""

import ast
from collections.abc import Iterator

from django.test import RequestFactory

from cse_portal.demo.services import ROOT
from cse_portal.ui.context import service

FLOORS = ("cases", "intelligence", "mase", "reporting", "cse_portal")
VIEWS = ("**/views.py", "**/views/**/*.py")
FRAME = ROOT / "cse_portal" / "ui" / "views.py"  # it draws the frame


def contexts(tree: ast.AST) -> Iterator[ast.Dict]:
    """What is handed to a template: the third of `render`, and whatever is called its context."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render":
            yield from (each for each in node.args[2:3] if isinstance(each, ast.Dict))
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(getattr(each, "id", "") == "context" for each in targets):
                yield node.value


def test_no_view_draws_over_the_frame_of_its_page() -> None:
    frame, taken = set(service(RequestFactory().get("/"))), set()
    files = [
        path for floor in FLOORS for name in VIEWS for path in (ROOT / floor).glob(name) if path != FRAME
    ]
    assert len(files) > 30
    for path in files:
        for each in contexts(ast.parse(path.read_text())):
            keys = {key.value for key in each.keys if isinstance(key, ast.Constant)}
            taken |= {f"{path.relative_to(ROOT)}: {key}" for key in keys & frame}
    assert taken == set()
