"""Numbers that identify a child, postcodes and phone numbers: written any way people write them, kept one way."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from stdnum import exceptions as number_errors
from stdnum.gb import nhs, upn

from cases.matching.selectors.asked import phone_number
from cse_portal.ui.forms import TextField

POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}")
WRONG_NHS = "Check the NHS number: it has 10 digits, and the last one does not fit the others"
WRONG_UPN = "Check the unique pupil number: it is a letter and 12 digits, or a letter, 11 digits and a letter"
WRONG_POSTCODE = "Enter a full postcode, like B70 9LD"
WRONG_PHONE = "Enter a phone number, like 07700 900123 or +48 600 123 456"


def clean_nhs_number(typed: str) -> str:
    """The ten digits without spaces, if the check digit is right."""
    return _checked(nhs, typed, WRONG_NHS)


def clean_upn(typed: str) -> str:
    """The pupil number in capitals, if its check letter is right."""
    return _checked(upn, typed, WRONG_UPN)


def clean_postcode(typed: str) -> str:
    """The postcode as it is written on an envelope."""
    plain = re.sub(r"\s", "", typed).upper()
    postcode = f"{plain[:-3]} {plain[-3:]}"
    if plain and not POSTCODE.fullmatch(postcode):
        raise ValidationError(WRONG_POSTCODE)
    return postcode if plain else ""


def clean_phone(typed: str) -> str:
    """The phone number in the form in which a search finds it."""
    number = phone_number(typed)
    if typed and not number:
        raise ValidationError(WRONG_PHONE)
    return number


class NhsNumberField(TextField):
    """An NHS number, checked by its last digit."""

    def clean(self, value: Any) -> str:
        """As it is stored."""
        return clean_nhs_number(super().clean(value))


class PupilNumberField(TextField):
    """A unique pupil number, checked by its letter."""

    def clean(self, value: Any) -> str:
        """As it is stored."""
        return clean_upn(super().clean(value))


class PostcodeField(TextField):
    """A full postcode."""

    def clean(self, value: Any) -> str:
        """As it is stored."""
        return clean_postcode(super().clean(value))


class PhoneField(TextField):
    """A phone number."""

    def clean(self, value: Any) -> str:
        """As it is stored."""
        return clean_phone(super().clean(value))


def _checked(kind: Any, typed: str, words: str) -> str:
    if not typed:
        return ""
    try:
        number = str(kind.validate(typed))
    except number_errors.ValidationError:
        raise ValidationError(words) from None
    if not number.isascii():
        raise ValidationError(words)
    return number
