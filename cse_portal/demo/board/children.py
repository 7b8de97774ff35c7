"""The demo's children: who they are, in the proportions regional figures give. All fictional."""

import datetime as dt
from dataclasses import dataclass
from random import Random
from typing import Any

from stdnum.gb import upn
from stdnum.util import clean

from cse_portal.demo.board import words

# Weights in per cent. Ethnicity follows the borough's census; a third of known children are looked after.
ETHNICITY = {
    "WBRI": 49, "AIND": 12, "APKN": 9, "ABAN": 4, "BCRB": 6, "BAFR": 4, "MWBC": 6, "WOTH": 4, "WROM": 2, "NOBT": 4,
}  # fmt: skip
AGE = {10: 1, 11: 3, 12: 8, 13: 15, 14: 22, 15: 25, 16: 18, 17: 8}
LEGAL_STATUS = {"": 18, "NONE": 12, "EARLY_HELP": 8, "CIN_PLAN": 16, "CP_PLAN": 12, "LAC": 34}
DISABILITY = {"": 80, "LD": 8, "AUT": 6, "BEH": 3, "CON": 3}


@dataclass(frozen=True)
class Child:
    """What somebody who logs a concern may know of a child."""

    fields: dict[str, Any]
    is_boy: bool


def make_child(random: Random, number: int, on: dt.date, today: dt.date) -> Child:
    """The `number`-th child of the board, of a likely age on a day, and not yet 18 today."""
    is_boy = random.random() < 0.21
    oldest = 17 - (today - on).days / 365.25
    years = pick(random, {age: weight for age, weight in AGE.items() if age <= oldest})
    born = on - dt.timedelta(days=int(years * 365.25) + random.randrange(365))
    family = words.says.families[number % len(words.says.families)]
    given = random.choice(words.says.boys if is_boy else words.says.girls)
    disability = pick(random, DISABILITY)
    support = pick(random, LEGAL_STATUS)
    fields = {
        "given_name": given,
        "family_name": family,
        "known_as": f"{given[:3]}" if random.random() < 0.1 else "",
        "date_of_birth": born,
        "sex": "1" if is_boy else "2",
        "ethnicity": pick(random, ETHNICITY),
        "disabilities": [disability] if disability else [],
        "nhs_number": nhs_number(number),
        "upn": pupil_number(number) if random.random() < 0.7 else "",
        "address": f"{random.randrange(1, 90)} {random.choice(words.says.streets)}",
        "school": random.choice(words.says.schools),
        "lives_with": "Foster carers"
        if support == "LAC"
        else random.choice(("Mother", "Both parents", "Grandmother", "Father")),
        "legal_status": support,
    }
    return Child({**fields, **_gaps(random, fields)}, is_boy)


def nhs_number(number: int) -> str:
    """A number from the range that is never issued, with its check digit; `number` counts those that have one."""
    return NHS_NUMBERS[number]


def pupil_number(number: int) -> str:
    """A well-formed UPN of an authority code, with its check letter."""
    body = f"333{2026 % 100:02d}00{number:05d}"
    return clean(f"{upn.calc_check_digit(body)}{body}")


def pick(random: Random, weights: dict[Any, int]) -> Any:
    """One of the keys, as often as its weight says."""
    return random.choices(list(weights), list(weights.values()))[0]


def _gaps(random: Random, fields: dict[str, Any]) -> dict[str, Any]:
    """Real concerns leave things out."""
    left = {}
    for name, chance in (("ethnicity", 0.06), ("nhs_number", 0.45), ("school", 0.1), ("address", 0.15)):
        if random.random() < chance:
            left[name] = type(fields[name])()
    return left


def _nhs_numbers() -> list[str]:
    numbers = []
    for middle in range(1000):
        nine = f"999000{middle:03d}"
        check = (11 - sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11) % 11
        if check < 10:
            numbers.append(f"{nine}{check}")
    return numbers


NHS_NUMBERS = _nhs_numbers()
