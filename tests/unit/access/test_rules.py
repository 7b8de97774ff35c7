"""How a permission comes by its rule: one each, over an object or over none, and what makes the object visible."""

import pytest

from cse_portal.access import rules
from cse_portal.access.permissions import Permission as P


@pytest.fixture(autouse=True)
def no_rules_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before any floor has registered its own."""
    monkeypatch.setattr(rules, "_rules", {})


def test_a_rule_over_an_object_keeps_its_test_and_what_makes_the_object_visible() -> None:
    @rules.rule(P.CASE_CLOSE, seen_by=P.CASE_VIEW)
    def closing(standing: object, case: object) -> bool:
        return case == "this one"

    found = rules.find(P.CASE_CLOSE)
    assert found == rules.Rule(closing, needs_object=True, seen_by=P.CASE_VIEW)
    assert closing(None, "this one") is True


def test_a_rule_that_is_itself_what_makes_visible_names_no_other() -> None:
    rules.rule(P.CASE_VIEW)(lambda standing, case: True)
    found = rules.find(P.CASE_VIEW)
    assert found is not None
    assert (found.needs_object, found.seen_by) == (True, None)


def test_a_permission_nobody_gave_a_rule_has_none() -> None:
    assert rules.find(P.CASE_VIEW) is None


def test_a_second_rule_for_a_permission_is_a_mistake_and_changes_nothing() -> None:
    rules.by_role(P.CONCERN_CREATE)
    first = rules.find(P.CONCERN_CREATE)
    with pytest.raises(ValueError, match=r"^CONCERN_CREATE has two rules$"):
        rules.rule(P.CONCERN_CREATE)(lambda standing, obj: False)
    assert rules.find(P.CONCERN_CREATE) is first
