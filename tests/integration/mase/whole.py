"""A meeting's page in a browser without scripts: what its one form sends when a button is pressed."""

from html.parser import HTMLParser

Typed = dict[str, list[str]]


class Sent(HTMLParser):
    """Reads the boxes that belong to the form called "words", and what stands in them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.boxes: Typed = {}
        self.buttons: list[dict[str, str]] = []
        self.inside = False
        self.text: str | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A box, if it is one of that form's."""
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = has.get("id") == "words"
        name, ours = has.get("name", ""), self.inside or has.get("form") == "words"
        if tag == "button" and has.get("form") == "words":
            self.buttons.append(has)
        elif tag == "option" and self.select:
            values = self.boxes.setdefault(self.select, [])
            if not values or "selected" in has:  # the first, until another is chosen
                values[:] = [has.get("value", "")]
        elif not ours or not name:
            return
        elif tag == "select":
            self.select = name
        elif tag == "textarea":
            self.text, self.name = "", name
        elif tag == "input" and (has.get("type") not in ("radio", "checkbox") or "checked" in has):
            without = "on" if has.get("type") == "checkbox" else ""
            self.boxes.setdefault(name, []).append(has.get("value", without))

    def handle_endtag(self, tag: str) -> None:
        """What stood in it."""
        if tag == "form":
            self.inside = False
        if tag == "select":
            self.select = ""
        if tag == "textarea" and self.text is not None:
            text = self.text.removeprefix("\r\n").removeprefix("\n")
            self.boxes.setdefault(self.name, []).append(text.replace("\r\n", "\n").replace("\n", "\r\n"))
            self.text = None

    def handle_data(self, data: str) -> None:
        """Words in a box of several lines."""
        if self.text is not None:
            self.text += data


def whole(page: str) -> Typed:
    """Everything this page would send."""
    return read(page).boxes


def read(page: str) -> Sent:
    """The same with its buttons."""
    sent = Sent()
    sent.feed(page)
    return sent
