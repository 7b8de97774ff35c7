"""Formulas that reach out of a workbook: functions that fetch or run, other workbooks by their place, DDE."""

import re

# Excel's own names come with `_xlfn.` before them where they are young; a dot is no part of a word here.
_REACHES = re.compile(
    r"\b(?:WEBSERVICE|IMAGE|STOCKHISTORY|CALL|REGISTER(?:\.ID)?|RTD|DDE|EXEC|SQL\.\w+|PY|TRANSLATE|DETECTLANGUAGE"
    r"|COPILOT|CUBE\w+|IMPORT(?:DATA|XML|HTML|FEED|RANGE))\s*\(",
    re.IGNORECASE,
)
# A text in quotes calculates nothing; a quote within the name of a sheet begins no text.
_SHEET_OR_TEXT = re.compile(r"('[^']*')|\"[^\"]*\"")
_SHEET = re.compile(r"'([^']*)'\s*!")
_IN_A_PLACE = (
    "\\",
    "/",
    "[",
)  # the name of a sheet holds none of these: what does is the place of a workbook
_ITSELF = "[0]"  # the workbook itself
_ELSEWHERE = re.compile(r"(?<!\[0)\]\s*[\w.]*!|\\\\|://")
_IN_BRACKETS = re.compile(r"\[[^\[\]]*\]")  # a column of a table, whose name may hold anything


def reaches(formula: str) -> bool:
    """Whether a formula would have something from elsewhere read, or a program run."""
    told = _SHEET_OR_TEXT.sub(r"\1", formula)
    if _REACHES.search(told) or _ELSEWHERE.search(told):
        return True
    sheets = (name.removeprefix(_ITSELF) for name in _SHEET.findall(told))
    if any(each in name for name in sheets for each in _IN_A_PLACE):
        return True
    # `program|topic!item`: nothing else in a formula has a bar.
    return "|" in _IN_BRACKETS.sub("", _SHEET.sub("", told))
