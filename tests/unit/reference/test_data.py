"""The data that ship: complete, consistent, worded with care."""

import json
from typing import Any

import pytest

from cse_portal.reference.models import AgendaTemplate, ClockRule, Code, CodeList, Indicator, IndicatorSet
from cse_portal.reference.services import DATA

LISTS: list[dict[str, Any]] = [
    entry for path in sorted((DATA / "codes").glob("*.json")) for entry in json.loads(path.read_text())
]
BY_CODE = {entry["code"]: entry for entry in LISTS}


def codes_of(name: str) -> list[str]:
    return [entry["code"] for entry in BY_CODE[name]["codes"]]


def test_no_list_is_given_twice_and_no_code_twice_in_a_list() -> None:
    assert len(BY_CODE) == len(LISTS)
    for entry in LISTS:
        codes = [code["code"] for code in entry["codes"]]
        assert len(codes) == len(set(codes)), entry["code"]
        assert len({code["label"] for code in entry["codes"]}) == len(codes), entry["code"]


@pytest.mark.parametrize("entry", LISTS, ids=lambda entry: entry["code"])
def test_a_list_names_its_source_and_fits_its_columns(entry: dict[str, Any]) -> None:
    assert entry["name"]
    assert entry["source"]
    CodeList(**{name: entry[name] for name in ("code", "name", "description", "source")}).clean_fields()
    for code in entry["codes"]:
        Code(list_id=entry["code"], valid_from=entry["valid_from"], **code).clean_fields(
            exclude=["list", "maps_to", "extra"]
        )


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("closure-reason", [f"C{n}" for n in range(1, 8)]),
        ("harm-status", ["H0", "H1", "H2", "H3"]),
        ("exploitation-model", ["M1", "M2", "M3", "M4", "M5", "M6", "M9"]),
        ("risk-category", ["0", "1", "2", "3"]),
        ("attendance", ["Y", "A", "D", "N", "R"]),
        ("plan-p", ["PREVENT", "PROTECT", "PURSUE", "PROSECUTE"]),
        ("source-evaluation", ["1", "2", "3"]),
        ("intelligence-assessment", ["A", "B", "C", "D", "E"]),
        ("handling", ["P", "C"]),
    ],
)
def test_the_lists_that_procedures_number(name: str, codes: list[str]) -> None:
    assert codes_of(name) == codes


def test_every_answered_ethnicity_maps_to_police_and_nhs_codes() -> None:
    for code in BY_CODE["ethnicity"]["codes"]:
        assert set(code["maps_to"]) == {"police", "nhs"}


def test_age_bands_cover_every_age_once() -> None:
    bands = BY_CODE["age-band"]["codes"]
    groups = codes_of("age-group")
    for age in range(20):
        holding = [band for band in bands if band["extra"]["from"] <= age <= band["extra"]["to"]]
        assert len(holding) == 1
        assert holding[0]["extra"]["rollup"] in groups


def test_the_screening_tool_is_whole() -> None:
    tool = json.loads((DATA / "indicators.json").read_text())[0]
    IndicatorSet(**{name: value for name, value in tool.items() if name != "indicators"}).clean_fields()
    expected = [("A", "SIG", 8), ("B", "RSK", 20), ("C", "VUL", 22)]
    wanted = [(tier, f"{name}{n:02d}") for tier, name, count in expected for n in range(1, count + 1)]
    assert [(row["tier"], row["code"]) for row in tool["indicators"]] == wanted
    for order, row in enumerate(tool["indicators"], start=1):
        Indicator(order=order, **row).clean_fields(exclude=["set"])


def test_clocks_are_well_formed_and_unique() -> None:
    rules = json.loads((DATA / "clocks.json").read_text())
    keys = [(rule["code"], rule["category"]) for rule in rules]
    assert len(keys) == len(set(keys))
    for rule in rules:
        ClockRule(**rule).clean_fields()


# What is said of other children is theirs; the rest of the restricted part is about those who harm.
RESTRICTED_ITEMS = ["siblings", "people-places", "intelligence", "disruption"]


def test_agendas_are_well_formed_and_the_restricted_part_is_marked() -> None:
    for template in json.loads((DATA / "agendas.json").read_text()):
        AgendaTemplate(**{name: value for name, value in template.items() if name != "items"}).clean_fields()
        restricted = [item["code"] for item in template["items"] if item.get("restricted")]
        of_a_child = template["meeting_type"].startswith("MASE_")  # no family comes to a CMOG
        assert restricted == (RESTRICTED_ITEMS if of_a_child else [])
