"""Client for search and download in Freesound's API v2: https://freesound.org/docs/api/ (as of November 2025)."""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import requests

from waveloom.config.errors import InputError
from waveloom.ingest.corpora._freesound_responses import (
    BEARER,
    MINUTE,
    TOKEN,
    IncompleteDownload,
    NotFound,
    retry_delay,
)

log = logging.getLogger(__name__)

TRIES = 5
TIMEOUT = (10, 60)  # seconds to connect, and between bytes
BLOCK = 1 << 16
PAGE_SIZE = 150  # the maximum of the API


class _Credential(requests.auth.AuthBase):
    """Sends a credential in the header, only to the API's host and its sub-domains; its text is never printed."""

    def __init__(self, kind: str, variable: str, server: str) -> None:
        self._text = os.environ.get(variable, "").strip()
        self._kind, self._server = kind, urlsplit(server)
        if not self._text:
            raise InputError(
                f"{variable} is not set. Ask for a key at https://freesound.org/apiv2/apply and put it into the "
                "environment (not into a file of the project)."
            )

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        target, server = urlsplit(request.url or ""), self._server
        is_same_host = target.hostname == server.hostname or (target.hostname or "").endswith(f".{server.hostname}")
        if target.scheme == server.scheme and is_same_host:
            request.headers["Authorization"] = f"{self._kind} {self._text}"
        return request

    def __repr__(self) -> str:
        return f"<{self._kind} credential>"


class Freesound:
    """A client that observes the API's rate limit and Retry-After, and repeats requests after temporary failures."""

    def __init__(self, server: str, requests_a_minute: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._server = server.rstrip("/")
        self._pause = MINUTE / requests_a_minute
        self._sleep = sleep
        self._session = requests.Session()
        self._token = _Credential("Token", TOKEN, server)
        self._has_sent = False

    def search(self, query: Mapping[str, str], limit: int) -> list[dict[str, Any]]:
        """Return the first `limit` results, each sound once; if results change between pages, they are read again."""
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
        """Download `url`; IncompleteDownload if the length is not the announced one, NotFound if it is missing."""
        with self._get(url, self._token) as response:
            _copy(response, into)

    def fetch_original(self, number: int, into: BinaryIO) -> None:
        """Download the original file, which needs an OAuth2 access token."""
        credential = _Credential("Bearer", BEARER, self._server)
        with self._get(f"{self._server}/apiv2/sounds/{number}/download/", credential) as response:
            _copy(response, into)

    def _pages(self, query: Mapping[str, str], limit: int) -> Iterator[dict[str, Any]]:
        # By page number, since the `next` link may be http, and the token must not be sent there.
        for page in range(1, -(-limit // PAGE_SIZE) + 1):
            page_query = {**query, "page": str(page), "page_size": str(min(PAGE_SIZE, limit))}
            try:
                content = self._page(page_query)
            except NotFound:
                return  # there are fewer results than before
            yield content
            if not content.get("next"):
                return

    def _page(self, query: Mapping[str, str]) -> dict[str, Any]:
        for _ in range(TRIES):
            try:
                with self._get(f"{self._server}/apiv2/search/", self._token, query) as response:
                    return _list_of_sounds(response.json())
            except IncompleteDownload as error:
                log.info("Freesound: a page of results is incomplete (%s); requesting it again.", error)
        raise InputError("Freesound's pages of results are incomplete. Downloaded sounds are kept; run again later.")

    @contextmanager
    def _get(
        self, url: str, credential: _Credential, params: Mapping[str, str] | None = None
    ) -> Iterator[requests.Response]:
        response = self._get_with_retries(url, credential, params)
        try:
            yield response
        except requests.RequestException as error:
            raise IncompleteDownload(type(error).__name__) from None
        finally:
            response.close()

    def _get_with_retries(
        self, url: str, credential: _Credential, params: Mapping[str, str] | None
    ) -> requests.Response:
        problem = ""
        for attempt in range(TRIES):
            self._sleep(self._pause if self._has_sent else 0.0)
            self._has_sent = True
            try:
                response = self._session.get(url, params=params, auth=credential, stream=True, timeout=TIMEOUT)
            except requests.RequestException as error:
                problem, wait = type(error).__name__, 2.0**attempt
            else:
                if response.status_code < 400:
                    return response
                problem, wait = f"status {response.status_code}", retry_delay(response, attempt)
                response.close()
            log.info("Freesound: %s; waiting %.0f s.", problem, wait)
            self._sleep(wait)
        raise InputError(
            f"Freesound does not answer as it should ({problem}, {TRIES} times). "
            "Downloaded sounds are kept; run again later."
        )


def _list_of_sounds(content: Any) -> dict[str, Any]:
    if not isinstance(content, dict) or not isinstance(content.get("results"), list) or "count" not in content:
        raise InputError("Freesound's answer is not a list of sounds; its API may have changed.")
    return content


def _copy(response: requests.Response, into: BinaryIO) -> None:
    done = 0
    for block in response.iter_content(BLOCK):
        done += into.write(block)
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and "Content-Encoding" not in response.headers and done != int(announced):
        raise IncompleteDownload(f"{done} bytes of {announced}")
