"""Formulas that reach out of a workbook: functions that fetch or run, other workbooks by their place, DDE, and links
to a share, a file or a program.

Where a link leads is read in the texts of its first argument; what a cell or another function would give is read by
nobody here, and somebody has to click on it.
"""

import re

from cse_portal.files.targets import leads_elsewhere

# Excel's own names come with `_xlfn.` before them where they are young; a dot is no part of a word here.
_REACHES = re.compile(
    r"\b(?:WEBSERVICE|IMAGE|STOCKHISTORY|CALL|REGISTER(?:\.ID)?|RTD|DDE|EXEC|SQL\.\w+|PY|TRANSLATE|DETECTLANGUAGE"
    r"|COPILOT|CUBE\w+|IMPORT(?:DATA|XML|HTML|FEED|RANGE))\s*\(",
    re.IGNORECASE,
)
# A text or a sheet's name doubles its own quotes. The name of a column may hold anything: `'` stands there before each
# of `[ ] # '`, and `"` stands as it is, so that neither begins anything. What was read is never given back (`*+`), so
# that none of it is read twice.
_TEXT = r"\"(?P<text>(?:[^\"]|\"\")*+)\""
_SHEET = r"'(?:[^']|'')*+'"
_COLUMN = r"\[(?:'.|[^'\[\]])*+\]?+"
_NO_TEXT = re.compile(f"({_SHEET}|{_COLUMN})|{_TEXT}", re.DOTALL)
_ELSEWHERE = re.compile(r"(?<!\[0)\]\s*[\w.]*!|\\\\|://")
# A whole formula that says no place of another workbook and no `program|topic!item`. The name of a sheet holds none of
# `\ / [` but for `[0]`, the workbook itself; nothing else in a formula has a bar. A quote or a bracket without its like
# Excel writes in none, and others may read it in another way.
_HARMLESS = re.compile(
    rf"(?:[^'\"\[|]++|{_TEXT}|'(?:\[0\])?(?:[^'\\/\[]|'')*+'(?=\s*!)|'(?:[^'\\/\[|]|'')*+'"
    r"|\[[\s@]*+(?=\[)|\[(?:'.|[^'\[\]])*+\])*+",
    re.DOTALL,
)
# What counts where the first argument of a link is looked for: texts, names of sheets, columns, and what parts them.
_PIECE = re.compile(
    rf"{_TEXT}|{_SHEET}|{_COLUMN}|(?P<link>\bHYPERLINK\s*\()|[({{]|[)}}]|[,;]", re.IGNORECASE | re.DOTALL
)
# A text that is no beginning may be a moment's form (`hh:mm`), and names a place where it says one whole.
_PLACE = re.compile(r"^\s*(?:\\|[a-z][a-z0-9+.-]*:[\\/])", re.IGNORECASE)
_LINK, _WITHIN, _ELSE = (
    "link",
    "within",
    "",
)  # the first argument of a link, brackets in it, and anything else


def reaches(formula: str) -> bool:
    """Whether a formula would have something from elsewhere read, or a program run, by itself or by a link."""
    told = _NO_TEXT.sub(r"\1", formula)  # a text in quotes calculates nothing
    if _REACHES.search(told) or _ELSEWHERE.search(told) or not _HARMLESS.fullmatch(formula):
        return True
    return _links_elsewhere(formula)


def _links_elsewhere(formula: str) -> bool:
    """Whether a link of it names a share, a file or a program: in what it begins with, or in any text of its own."""
    return any(
        leads_elsewhere(_of_file("".join(texts)))
        or any(_PLACE.match(text) and leads_elsewhere(text) for text in map(_of_file, texts))
        for texts in _targets(formula)
    )


def _of_file(target: str) -> str:
    """`[c:\\x.xlsx]Sheet1!A1` is a place in another workbook."""
    return target.lstrip(" [")


def _targets(formula: str) -> list[list[str]]:
    """The texts in the first argument of each of its links."""
    inside, texts = [_ELSE], list[list[str]]()
    for piece in _PIECE.finditer(formula):
        said, is_first = piece.group(), inside[-1] != _ELSE
        if piece["link"]:
            inside.append(_LINK)
            texts.append([])
        elif said in "({":
            inside.append(_WITHIN if is_first else _ELSE)
        elif said in ")}" and len(inside) > 1:
            inside.pop()
        elif said in ",;" and inside[-1] == _LINK:
            inside[-1] = _ELSE
        elif piece["text"] is not None and is_first:
            texts[-1].append(piece["text"])
    return texts
