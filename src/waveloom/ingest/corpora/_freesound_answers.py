"""What Freesound means by an answer that is not the thing asked for."""

import time
from email.utils import parsedate_to_datetime

import requests

from waveloom.config.errors import InputError

TOKEN, BEARER = "FREESOUND_TOKEN", "FREESOUND_BEARER"  # names of environment variables
LONGEST_WAIT = 120.0  # seconds; who asks for more means the day's limit
MINUTE = 60.0


class Gone(Exception):  # noqa: N818, an answer rather than an error
    """There is nothing at this address (any more)."""


class Broken(Exception):  # noqa: N818
    """The connection was cut, or what came is shorter or longer than announced: it may be whole another time."""


def wait_after(answer: requests.Response, turn: int) -> float:
    """Tell how long to wait (s) before another try, or raise what ends the trying."""
    status = answer.status_code
    if status in {401, 403}:
        name = BEARER if "Bearer" in str(answer.request.headers.get("Authorization")) else TOKEN
        raise InputError(f"Freesound refuses {name} (status {status}). Check it; an access token lives for a day.")
    if status in {404, 410}:
        raise Gone(f"status {status}")
    if status == 429:
        wait = _retry_after(answer)
        if wait > LONGEST_WAIT or "day" in _detail(answer):
            raise InputError(
                "Freesound's limit of requests a day is reached. What was fetched is kept; run again tomorrow."
            )
        return wait
    if status >= 500:
        return min(max(2.0**turn, _retry_after(answer, 0.0)), LONGEST_WAIT)
    raise InputError(f"Freesound cannot answer this search (status {status}: {_detail(answer)}); see ingest.options.")


def _retry_after(answer: requests.Response, default: float = MINUTE) -> float:
    """Read the header Retry-After (RFC 9110, 10.2.3): seconds, or a date."""
    text = answer.headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 1.0)
    except (TypeError, ValueError):
        return default


def _detail(answer: requests.Response) -> str:
    try:
        return str(answer.json().get("detail", ""))[:200]
    except (requests.RequestException, ValueError, AttributeError):
        return ""
