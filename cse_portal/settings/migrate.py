"""Production's migrations, and nothing else: the one program that runs as the owner of the tables."""

import os

from cse_portal.settings import secrets
from cse_portal.settings.production import *  # noqa: F403
from cse_portal.settings.production import DATABASES, env

os.environ.update(secrets.read_secrets(os.environ, ("DATABASE_OWNER_URL",)))
DATABASES["default"].update(env.db_url("DATABASE_OWNER_URL"))
# A migration that cannot have its lock at once gives up instead of holding up everybody.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c lock_timeout=5s"
