"""As much of Freesound's API v2 as fetching sounds takes; https://freesound.org/docs/api/ (search of November 2025)."""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import requests

from waveloom.config.errors import InputError
from waveloom.ingest.corpora._freesound_answers import BEARER, MINUTE, TOKEN, Broken, Gone, wait_after

log = logging.getLogger(__name__)

TRIES = 5
TIMEOUT = (10, 60)  # seconds to connect, and between bytes
BLOCK = 1 << 16
PAGE_SIZE = 150  # the most the API gives


class _Secret(requests.auth.AuthBase):
    """Sends a credential in the header, to the API's own host and its sub-domains alone; its text is never shown."""

    def __init__(self, kind: str, variable: str, server: str) -> None:
        self._text = os.environ.get(variable, "").strip()
        self._kind, self._server = kind, urlsplit(server)
        if not self._text:
            raise InputError(
                f"{variable} is not set. Ask for a key at https://freesound.org/apiv2/apply and put it into the "
                "environment (not into a file of the project)."
            )

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        to, own = urlsplit(request.url or ""), self._server
        inside = to.hostname == own.hostname or (to.hostname or "").endswith(f".{own.hostname}")
        if to.scheme == own.scheme and inside:
            request.headers["Authorization"] = f"{self._kind} {self._text}"
        return request

    def __repr__(self) -> str:
        return f"<{self._kind} credential>"


class Freesound:
    """Asks no more often than the API allows, waits when told to, and tries again what may get better."""

    def __init__(self, server: str, requests_a_minute: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._server = server.rstrip("/")
        self._pause = MINUTE / requests_a_minute
        self._sleep = sleep
        self._session = requests.Session()
        self._token = _Secret("Token", TOKEN, server)
        self._asked = False

    def search(self, query: Mapping[str, str], limit: int) -> list[dict[str, Any]]:
        """Give the first `limit` sounds found, each once; where the results change under way, they are read again."""
        found: dict[int, dict[str, Any]] = {}
        for _ in range(3):
            counts = set()
            for page in self._pages(query, limit):
                counts.add(page["count"])
                found |= {sound["id"]: sound for sound in page["results"] if sound["id"] not in found}
            if len(counts) < 2 and len(found) >= min(limit, *counts):
                break
            log.warning("The results of %r changed while they were read; reading them again.", query.get("query"))
        return list(found.values())[:limit]

    def fetch(self, url: str, into: BinaryIO) -> None:
        """Write what lies at `url`; Broken if it is shorter or longer than announced, Gone if it is not there."""
        with self._get(url, self._token) as answer:
            _copy(answer, into)

    def fetch_original(self, number: int, into: BinaryIO) -> None:
        """Write the file that was uploaded, which takes an OAuth2 access token."""
        secret = _Secret("Bearer", BEARER, self._server)
        with self._get(f"{self._server}/apiv2/sounds/{number}/download/", secret) as answer:
            _copy(answer, into)

    def _pages(self, query: Mapping[str, str], limit: int) -> Iterator[dict[str, Any]]:
        # By number, not by the `next` link: that may name http, and the token must not go there.
        for page in range(1, -(-limit // PAGE_SIZE) + 1):
            asked = {**query, "page": str(page), "page_size": str(min(PAGE_SIZE, limit))}
            try:
                content = self._page(asked)
            except Gone:
                return  # the results have become fewer
            yield content
            if not content.get("next"):
                return

    def _page(self, asked: Mapping[str, str]) -> dict[str, Any]:
        for _ in range(TRIES):
            try:
                with self._get(f"{self._server}/apiv2/search/", self._token, asked) as answer:
                    return _list_of_sounds(answer.json())
            except Broken as error:
                log.info("Freesound: a page of results came broken (%s); asking again.", error)
        raise InputError("Freesound's pages of results come broken. What was fetched is kept; run again later.")

    @contextmanager
    def _get(self, url: str, secret: _Secret, params: Mapping[str, str] | None = None) -> Iterator[requests.Response]:
        answer = self._patiently(url, secret, params)
        try:
            yield answer
        except requests.RequestException as error:
            raise Broken(type(error).__name__) from None
        finally:
            answer.close()

    def _patiently(self, url: str, secret: _Secret, params: Mapping[str, str] | None) -> requests.Response:
        trouble = ""
        for turn in range(TRIES):
            self._sleep(self._pause if self._asked else 0.0)
            self._asked = True
            try:
                answer = self._session.get(url, params=params, auth=secret, stream=True, timeout=TIMEOUT)
            except requests.RequestException as error:
                trouble, wait = type(error).__name__, 2.0**turn
            else:
                if answer.status_code < 400:
                    return answer
                trouble, wait = f"status {answer.status_code}", wait_after(answer, turn)
                answer.close()
            log.info("Freesound: %s; waiting %.0f s.", trouble, wait)
            self._sleep(wait)
        raise InputError(
            f"Freesound does not answer as it should ({trouble}, {TRIES} times). "
            "What was fetched is kept; run again later."
        )


def _list_of_sounds(content: Any) -> dict[str, Any]:
    if not isinstance(content, dict) or not isinstance(content.get("results"), list) or "count" not in content:
        raise InputError("Freesound's answer is not a list of sounds; its API may have changed.")
    return content


def _copy(answer: requests.Response, into: BinaryIO) -> None:
    done = 0
    for block in answer.iter_content(BLOCK):
        done += into.write(block)
    announced = answer.headers.get("Content-Length", "")
    if announced.isdigit() and "Content-Encoding" not in answer.headers and done != int(announced):
        raise Broken(f"{done} bytes of {announced}")
