"""Interpretation of Freesound's error responses."""

import time
from email.utils import parsedate_to_datetime

import requests

from waveloom.config.errors import InputError

TOKEN, BEARER = "FREESOUND_TOKEN", "FREESOUND_BEARER"  # names of environment variables
MAX_WAIT = 120.0  # seconds; a longer Retry-After means the limit of requests a day
MINUTE = 60.0


class NotFound(Exception):  # noqa: N818, a response rather than an error
    """There is nothing (any more) at this address."""


class IncompleteDownload(Exception):  # noqa: N818
    """The connection failed, or the content is shorter or longer than announced; another try may succeed."""


def retry_delay(response: requests.Response, attempt: int) -> float:
    """Return the time to wait (s) before attempt + 1; raise NotFound or an InputError if a retry is useless."""
    status = response.status_code
    if status in {401, 403}:
        name = BEARER if "Bearer" in str(response.request.headers.get("Authorization")) else TOKEN
        raise InputError(f"Freesound refuses {name} (status {status}). Check it; an access token lives for a day.")
    if status in {404, 410}:
        raise NotFound(f"status {status}")
    if status == 429:
        wait = _retry_after(response)
        if wait > MAX_WAIT or "day" in _detail(response):
            raise InputError(
                "Freesound's limit of requests a day is reached. Downloaded sounds are kept; run again tomorrow."
            )
        return wait
    if status >= 500:
        return min(max(2.0**attempt, _retry_after(response, 0.0)), MAX_WAIT)
    raise InputError(f"Freesound cannot answer this search (status {status}: {_detail(response)}); see ingest.options.")


def _retry_after(response: requests.Response, default: float = MINUTE) -> float:
    """Read the header Retry-After (RFC 9110, 10.2.3): seconds, or a date."""
    text = response.headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 1.0)
    except (TypeError, ValueError):
        return default


def _detail(response: requests.Response) -> str:
    try:
        return str(response.json().get("detail", ""))[:200]
    except (requests.RequestException, ValueError, AttributeError):
        return ""
