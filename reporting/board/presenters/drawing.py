"""A pack on paper: every page of it on one sheet, or it is not drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

from weasyprint import HTML
from weasyprint.document import Page

from cse_portal.errors import NotAllowedNow
from cse_portal.ui.pdf import TAGGED, OwnAssetsOnly, Rendered, compose
from reporting.board.models import PackVersion
from reporting.board.presenters.pack import KICKS, Pack, document
from reporting.board.selectors.packs import Edition, audiences

TEMPLATE = "pdf/board_pack.html"


class PageOverflows(NotAllowedNow):
    """The words of a page, or its tables, need more room than a sheet has."""

    def __init__(self, page: str, words: Mapping[str, Any]) -> None:
        texts = {name: len(value) for name, value in words.items() if isinstance(value, str) and value}
        longest = max(texts, key=lambda name: texts[name], default="")
        field = longest.replace("_", " ").capitalize()
        about = (
            f" Its longest text is “{field}”, {texts[longest]} characters."
            if longest
            else " Its tables are too long."
        )
        super().__init__(
            f"The page “{KICKS.get(page, 'Cover')}” does not fit on one sheet.{about} Shorten it."
        )


def draw(edition: Edition, audience: str = "", *, checked: bool = False) -> Rendered:
    """The pack as a tagged PDF. Raises PageOverflows, which names the page and the field, unless that was checked."""
    pack = document(edition, audience)
    page = compose(TEMPLATE, {"pack": pack})
    drawn = HTML(string=page, url_fetcher=OwnAssetsOnly()).render(pdf_variant=TAGGED)
    page_code = "" if checked else _overflowing(pack, drawn.pages)
    if page_code:
        raise PageOverflows(page_code, edition.words.get(page_code, {}))
    return Rendered(drawn.write_pdf(pdf_variant=TAGGED), len(drawn.pages))


def draw_all(version: PackVersion) -> dict[str, Rendered]:
    """A version for every board that is given it. Its pages were checked when it was sent and published."""
    edition = Edition(version.pack, version.words, version.facts, version)
    return {each.code: draw(edition, each.code, checked=True) for each in audiences()}


def _overflowing(pack: Pack, sheets: Sequence[Page]) -> str:
    """The page whose sheet does not have it whole, or whose foot covers what is above it; "" when all is well."""
    codes = ["cover", *(each.code for each in pack.pages)]
    for number, code in enumerate(codes):
        if number >= len(sheets) or f"page-{code}" not in sheets[number].anchors:
            return codes[number - 1]
        if _foot_covers(sheets[number]):
            return code
    return codes[-1] if len(sheets) > len(codes) else ""


def _foot_covers(sheet: Page) -> bool:
    """WeasyPrint says where its boxes are in no public way."""
    boxes = list(sheet._page_box.descendants())
    foot = [each for each in boxes if _is(each, "pk-foot")]
    section = [each for each in boxes if _is(each, "pk-page")]
    if not foot or not section:
        return False
    top: float = foot[0].border_box_y()
    return top < section[0].content_box_y() + section[0].height


def _is(box: Any, name: str) -> bool:
    element = getattr(box, "element", None)
    return element is not None and box.element_tag == element.tag and name in element.get("class", "").split()
