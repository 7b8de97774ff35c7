"""Cleaning of what people type or paste, before anything else looks at it."""

import re

# Marks that change the order of text or hide in it. Joiners stay: names in Urdu and Persian need them.
_HIDDEN_MARKS = re.compile("[\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# Control characters other than tab and line feed; the null byte is refused by the field with a sentence.
_CONTROLS = re.compile("[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]")


def clean_text(value: str) -> str:
    """One kind of line end, no direction overrides, no invisible characters."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", _HIDDEN_MARKS.sub("", value))


def in_sentence(label: str) -> str:
    """A label as it reads inside a sentence: "Date of birth" becomes "date of birth", "NHS number" stays."""
    return label if label[1:2].isupper() or label[1:2] == " " else label[:1].lower() + label[1:]
