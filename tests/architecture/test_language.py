"""Language is a safeguarding matter: nothing the portal says blames a child. docs/glossary.md says what to write."""

import re
from pathlib import Path

from cse_portal.demo.services import ROOT

PLACES = ("cse_portal", "cases", "intelligence", "mase", "reporting", "templates", "docs", "README.md")
SUFFIXES = {".py", ".html", ".md", ".json", ".js", ".txt"}
BLAMING = (
    r"plac(?:es|ed|ing) (?:her|him|them)sel(?:f|ves) at risk",
    r"put(?:s|ting)? (?:her|him|them)sel(?:f|ves) at risk",
    r"lifestyle choice",
    r"promiscuous",
    r"child prostitut",
    r"streetwise",
    r"sexually active with",
    r"making poor choices",
    r"attention.seeking",
    r"manipulative child",
    r"offer(?:s|ed|ing)? sex(?:ual)? favours",
    r"(?:boy|girl)friend",
    r"inappropriate relationship",
    r"risky",
    r"\b(?:run|runs|ran|running) away\b",
    r"abscond",
    r"mak(?:es|ing|e) (?:her|him|them)sel(?:f|ves) vulnerable",
    r"frequent(?:s|ed|ing)\b",
    r"refus(?:es|ed|ing) to (?:engage|say)",
    r"beyond (?:parental )?control",
    r"(?:challenging|sexualised|inappropriate) behaviour",
    r"(?:drug|alcohol) misuse",
    r"\b(?:she|he|child) (?:admits|admitted|claims|claimed)\b",
)
TYPE_NAMES = re.compile(
    r"^class (?:\w*(?:Offender|Perpetrator|Suspect|Client|Ticket|Timeline)\w*)\b", re.MULTILINE
)
# The glossary must name the words to be able to warn of them.
EXEMPT = {"docs/glossary.md"}


def test_nothing_blames_a_child() -> None:
    pattern = re.compile("|".join(BLAMING), re.IGNORECASE)
    found = {name: pattern.findall(text) for name, text in texts() if pattern.search(text)}
    assert found == {}


def test_no_type_calls_an_unproven_person_an_offender() -> None:
    # Chronology entries are drawn by a component of the design system that is called a timeline.
    found = {name: TYPE_NAMES.findall(text) for name, text in texts() if name.endswith(".py")}
    assert {
        name: names for name, names in found.items() if names and not name.startswith("cse_portal/ui/")
    } == {}


def texts() -> list[tuple[str, str]]:
    """Everything written by us: source, templates, reference data, docs."""
    found = []
    for place in PLACES:
        path = ROOT / place
        for each in path.rglob("*") if path.is_dir() else [path]:
            if is_text(each) and (name := str(each.relative_to(ROOT))) not in EXEMPT:
                found.append((name, each.read_text()))
    return found


def is_text(path: Path) -> bool:
    """A file of words."""
    return path.is_file() and path.suffix in SUFFIXES
