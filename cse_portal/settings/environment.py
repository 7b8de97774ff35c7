"""How every setting is read from the environment."""

from typing import Any

import environ


class Env(environ.Env):
    """A variable that is empty is one that is not set: Compose hands on as empty whatever its operator says nothing of.

    As it is, an empty word would be read: no number at all, and nothing where a default was meant.
    """

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        """What the variable says, else the default."""
        if self.ENVIRON.get(var) != "" or default is self.NOTSET:
            return super().get_value(var, cast=cast, default=default, parse_default=parse_default)
        return self.parse_value(default, cast) if parse_default and default is not None else default
