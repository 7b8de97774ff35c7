"""Text that a spreadsheet must not take for a formula. Pure.

A program reads a cell as a formula when its first visible character is = + - or @, whatever spaces, tabs, invisible
or full-width characters stand before it or in its stead. A quote before it hides nothing: where a line is cut
elsewhere, it is taken for the beginning of a text in quotes. Such a text gets an apostrophe in front. A telephone
number that begins with + can be nothing else and stays as it is.
"""

import re
import unicodedata

_STARTS_FORMULA = "=+-@|%"
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me"}
_QUOTE = '"'
# One way to read each: a text of many digits is not tried in every way it could be put together.
_PHONE = re.compile(r"\+[0-9]{1,3}(?: ?\(0\))?(?: ?[0-9])+")
_LONGEST_PHONE = 25  # fifteen digits (ITU-T E.164) with the blanks between them, and (0)


def neutral(text: str) -> str:
    """The text as it may stand in a cell."""
    if len(text) <= _LONGEST_PHONE and _PHONE.fullmatch(text):
        return text
    return f"'{text}" if _may_calculate(text) else text


def _may_calculate(text: str) -> bool:
    if text[:1] in ("\t", "\r", "\n"):
        return True
    for character in text:
        if character == _QUOTE or unicodedata.category(character) in _INVISIBLE:
            continue
        return unicodedata.normalize("NFKC", character)[:1] in _STARTS_FORMULA
    return False
