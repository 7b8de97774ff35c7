"""Where a link of an office file leads: to a page or a mail, which a person may click on, or elsewhere."""

import re

_SOMEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:|//|\\)", re.IGNORECASE)
_WEB = re.compile(r"^(?:https?:|mailto:|tel:|#)", re.IGNORECASE)


def is_outside(target: str) -> bool:
    """Whether it leaves the file it stands in."""
    return bool(_SOMEWHERE.match(target))


def is_web(target: str) -> bool:
    """Whether it is a page, a mail or a number to ring."""
    return bool(_WEB.match(target))


def leads_elsewhere(target: str) -> bool:
    """Whether it leads to a share, a file or a program."""
    return is_outside(target) and not is_web(target.strip())
