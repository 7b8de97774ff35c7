"""Asking an identity provider something, server to server: by TLS, for a few seconds, and never sent elsewhere."""

import json
import ssl
from http import HTTPStatus
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

SECONDS = 5
LONGEST_ANSWER = 1024 * 1024
PIECE = 64 * 1024


class Answer(requests.Response):
    """What was said, read and understood; its words are in no error, whatever is missing in them."""

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__()
        self.said = said
        self.status_code = HTTPStatus.OK
        self.headers["Content-Type"] = "application/json"  # whatever the provider calls it

    def json(self, **_: Any) -> dict[str, Any]:
        """The object that it is."""
        return self.said


class Session(requests.Session):
    """Django-allauth asks by this alone. Nothing is taken of a provider but an object in JSON, from where it is."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # or a password in a file of this computer's would go along
        # Whom this computer trusts decides: a council may have an authority of its own.
        known = ssl.get_default_verify_paths()
        self.verify = known.cafile or known.capath or True
        self.adapters.clear()
        self.mount("https://", HTTPAdapter())
        self.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> Answer:
        """The answer; `requests.RequestException` where there is none that can be taken."""
        rules: dict[str, Any] = {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        try:
            rules["proxies"] = get_environ_proxies(url, None)
            with super().request(method, url, *args, **{**kwargs, **rules}) as answer:
                return Answer(_object(answer))
        except (ValueError, RecursionError) as error:
            raise requests.RequestException("No answer that can be read.") from error

    def get_redirect_target(self, resp: requests.Response) -> None:
        """A provider answers itself. Whatever else comes with a redirect is not read either."""
        return


def _object(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code != HTTPStatus.OK:
        raise ValueError
    read = b""
    for piece in answer.iter_content(PIECE):
        read += piece
        if len(read) > LONGEST_ANSWER:
            raise ValueError
    said = json.loads(read)
    if not isinstance(said, dict):
        raise ValueError
    return said
