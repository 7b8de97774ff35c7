"""The letters that a copy of records carries, and that lead back to whoever took it."""

import secrets

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another


def free_copy() -> str:
    """Ten letters people can read out, such as K7Q4-M2XP-9T: of 32, so no two drawings are ever the same by chance."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(10))
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"
