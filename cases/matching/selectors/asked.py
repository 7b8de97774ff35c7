"""What somebody typed into a search: a day of birth, a postcode, a phone number, or words."""

import datetime as dt
import re
from dataclasses import dataclass

WORDS_SEARCHED = 6
DAYS = ("%d/%m/%Y", "%Y/%m/%d", "%d/%B/%Y", "%d/%b/%Y", "%d/%m/%y")
BRITISH = (r"(02\d)(\d{4})(\d+)", r"(011\d|01\d1)(\d{3})(\d+)", r"(\d{5})(\d+)")
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")


@dataclass(frozen=True)
class Asked:
    """The words of a search, and what they are where they are no name."""

    text: str

    @property
    def looks_like_a_day(self) -> bool:
        """Digits in three parts, or with the name of a month."""
        return bool(re.fullmatch(r"\d{1,4}[ /.-]+\w+[ /.-]+\d{2,4}", self.text.strip()))

    @property
    def day(self) -> dt.date | None:
        """A birth date as people write it: 27/3/2012, 27 March 2012, 27.03.12, 2012-03-27; no day in the future."""
        parts = "/".join(re.split(r"[ /.-]+", self.text.strip()))
        for form in DAYS:
            try:
                found = dt.datetime.strptime(parts, form).date()  # noqa: DTZ007
            except ValueError:
                continue
            return found if found.year > 100 else None
        return None

    @property
    def postcode(self) -> str:
        """B70 8LJ, however it was typed; nothing for anything else."""
        compact = re.sub(r"\s", "", self.text).upper()
        return f"{compact[:-3]} {compact[-3:]}" if POSTCODE.fullmatch(compact) else ""

    @property
    def phone(self) -> str:
        """The number in the form in which numbers are kept; nothing for anything else."""
        return phone_number(self.text)


def phone_number(typed: str) -> str:
    """07700 900123, however it was typed; one from abroad from +; nothing for anything else."""
    plain = re.sub(r"[\s()./-]", "", typed)
    plain = re.sub(r"^(\+|00)440?", "0", plain)
    if re.fullmatch(r"0[1-9][0-9]{8,9}", plain):
        parts = next(found for form in BRITISH if (found := re.fullmatch(form, plain)))
        return " ".join(parts.groups())
    return re.sub(r"^00", "+", plain) if re.fullmatch(r"(\+|00)[1-9][0-9]{6,14}", plain) else ""
