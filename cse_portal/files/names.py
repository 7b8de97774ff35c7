"""A file's name as it may be shown and sent: one name, no path, nothing invisible, the ending it really has."""

import re
import unicodedata

MOST = 120
_UNFIT = re.compile(r'[<>:"|?*\\/]')


def extension_of(name: str) -> str:
    """What stands after the last dot, in small letters."""
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def safe_name(name: str, extension: str) -> str:
    """The name without path, control or direction marks, ending in what the file was found to be."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    stem = last.rpartition(".")[0] if extension_of(last) else last
    spaced = re.sub(r"\s+", " ", _UNFIT.sub(" ", stem))
    seen = "".join(letter for letter in spaced if unicodedata.category(letter)[0] != "C").strip(" .")
    return f"{seen[:MOST].strip(' .') or 'document'}.{extension}"
