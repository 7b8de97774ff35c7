"""A pack on paper: every page of it on one sheet, or it is not drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

from weasyprint import HTML
from weasyprint.document import Document, Page

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


def lay_out(edition: Edition, audience: str = "") -> Document:
    """Every page on its sheet. Raises PageOverflows, which names the page and the field."""
    pack = document(edition, audience)
    page = compose(TEMPLATE, {"pack": pack})
    laid_out = HTML(string=page, url_fetcher=OwnAssetsOnly()).render(pdf_variant=TAGGED)
    if code := _overflowing(pack, laid_out.pages):
        raise PageOverflows(code, edition.words.get(code, {}))
    return laid_out


def draw(edition: Edition, audience: str = "") -> Rendered:
    """The pack as a tagged PDF."""
    laid_out = lay_out(edition, audience)
    return Rendered(laid_out.write_pdf(pdf_variant=TAGGED), len(laid_out.pages))


def draw_all(version: PackVersion) -> dict[str, Rendered]:
    """A version for every board that is given it."""
    edition = Edition(version.pack, version.words, version.facts, version)
    return {each.code: draw(edition, each.code) for each in audiences()}


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
