"""What somebody typed into a search: a day of birth, a postcode, a phone number, or words."""

import datetime as dt
import re
from dataclasses import dataclass

WORDS_SEARCHED = 6
DAYS = ("%d/%m/%Y", "%Y/%m/%d", "%d/%B/%Y", "%d/%b/%Y", "%d/%m/%y")
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
PHONE = re.compile(r"(\+44|0)[\d ()-]{8,16}")


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
        """The digits of a number, from 0; nothing for anything else."""
        if not PHONE.fullmatch(self.text.strip()) or self.day:
            return ""
        digits = re.sub(r"\D", "", self.text)
        return f"0{digits[2:]}" if self.text.strip().startswith("+44") else digits
