"""How the web server runs, in production and in the demo: `gunicorn --config python:cse_portal.gunicorn`."""

import gc
import os
from typing import Any

from gunicorn.glogging import Logger

from cse_portal.logs import without_keys

wsgi_app = "cse_portal.wsgi"
bind = os.environ.get("BIND", "0.0.0.0:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)  # an empty word is none, as in the settings
threads = 8
timeout = 60
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - a heartbeat, not a file
control_socket_disable = True
accesslog = "-"
# The path without its query: what somebody searched for is not for a log.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(L)ss"


class AccessLog(Logger):
    """Of a link in a mail, which opens an account to anyone who has it, the log has no key."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        """What a line is made of."""
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return {**found, "U": without_keys(found["U"])}


logger_class = AccessLog


def post_worker_init(worker: Any) -> None:
    """What is loaded stays loaded: searched through for rubbish again and again, it is a tenth of a page's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
