"""The letters that a copy carries wherever it goes: they lead to who asked for it, took it, or let it leave."""

import secrets

from cases.models import PeopleExport
from cse_portal import acting

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another


def free_copy() -> str:
    """Ten letters people can read out, such as K7Q4-M2XP-9T, that no copy of records carries yet.

    Copies of minutes and papers have theirs in the audit alone, which is not asked: they rest on ten letters of 32, of
    which no two drawings are ever the same by chance.
    """
    with acting.for_the_system():  # a copy of somebody else's has its letters all the same
        while True:
            drawn = "".join(secrets.choice(LETTERS) for _ in range(10))
            copy = f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"
            if not PeopleExport.objects.filter(copy=copy).exists():
                return copy
