"""`python -m cse_portal.healthcheck` inside the web container: does the server beside us answer?"""

import os
import urllib.request


def main() -> None:
    """Ask by a name the portal answers to; any answer but 200 raises."""
    host = os.environ["ALLOWED_HOSTS"].split(",")[0]
    port = os.environ.get("BIND", "0.0.0.0:8000").rsplit(":", 1)[1]
    request = urllib.request.Request(f"http://127.0.0.1:{port}/livez", headers={"Host": host})
    urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 - the address is written above


if __name__ == "__main__":
    main()
