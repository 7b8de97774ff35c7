"""The tests' settings with the address that says hello, and connections kept as in production."""

from cse_portal.settings.test import *  # noqa: F403
from cse_portal.settings.test import DATABASES

ROOT_URLCONF = "tests.benchmarks.urls"
DATABASES["default"]["CONN_MAX_AGE"] = 3600
