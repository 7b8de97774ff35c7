"""Passwords that are long and still easily guessed: the board's own words with a year behind them."""

import re

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError

FEWEST_OWN_LETTERS = 8
# What people reach for when fourteen characters are asked of them, beside the words of this service.
EASY = (
    "password", "passw0rd", "welcome", "letmein", "changeme", "qwerty", "safeguarding", "children", "childrens",
    "child", "services", "service", "council", "social", "police", "health", "school", "nurse", "portal", "secret",
    "monday", "tuesday", "wednesday", "thursday", "friday", "spring", "summer", "autumn", "winter", "january",
    "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
    "abcdef", "board",
)  # fmt: skip


class NotOurWords:
    """Refuses a password in which little is left once such words are taken out."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Eight letters of one's own, at least; neither one's own name nor address is that."""
        left = re.sub(r"[\W\d_]", "", password.lower())
        known = f"{getattr(user, 'full_name', '')} {getattr(user, 'email', '')}".lower()
        for word in sorted(_words() | set(re.findall(r"[^\W\d_]{3,}", known)), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < FEWEST_OWN_LETTERS or len(set(left)) < FEWEST_OWN_LETTERS // 2:
            raise ValidationError(
                "This password is made of words that are tried first. Use three words of your own.",
                "our_words",
            )

    def get_help_text(self) -> str:
        """For anyone who draws the rules beside the field."""
        return "Not made of your name, the portal's own words, months, weekdays or numbers."


def _words() -> set[str]:
    ours = f"{settings.BOARD_NAME} {settings.SERVICE_NAME} {settings.BOARD_AREA}".lower()
    return {*re.findall(r"[a-z]{3,}", ours), *EASY}
