"""Every layout and component is drawn whole, and no page holds what our policy would stop."""

import re

import pytest

from tests.unit.ui import gallery


@pytest.mark.parametrize("name", gallery.names())
def test_a_page_is_drawn_whole(name: str) -> None:
    page = gallery.draw(name)
    assert page.count("<h1") == 1
    assert "<c-" not in page
    assert "{{" not in page
    assert "{%" not in page


@pytest.mark.parametrize("name", gallery.names())
def test_no_page_has_inline_style_or_script(name: str) -> None:
    page = gallery.draw(name)
    assert not re.search(r'\sstyle="', page)
    assert not re.search(r"\son[a-z]+=", page)
    assert all('nonce="n"' in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize("name", gallery.names())
def test_every_id_is_there_once(name: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', gallery.draw(name))
    assert len(ids) == len(set(ids))


def test_errors_stand_in_the_title_the_summary_and_at_each_field() -> None:
    page = gallery.draw("form_errors")
    assert "<title>Error: " in page
    assert "There is a problem" in page
    assert page.count("govuk-error-message") > 5
