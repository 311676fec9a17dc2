"""Freesound's API v2 on the loopback: search in pages, previews, originals, and every kind of fault."""

import hashlib
import io
import json
import threading
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import soundfile

from tests.sounds import RATE, noise

KEY, ACCESS = "a-secret-key-0123", "an-access-token-4567"


def ogg(number: int, seconds: float = 0.5) -> bytes:
    return _written(number, seconds, "OGG", "VORBIS")


def wav(number: int, seconds: float = 0.5) -> bytes:
    return _written(number, seconds, "WAV", "PCM_16")


@cache  # an Ogg stream has a serial number drawn at random
def _written(number: int, seconds: float, kind: str, subtype: str) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, noise(seconds, seed=number), RATE, subtype, format=kind)
    return file.getvalue()


class Server(ThreadingHTTPServer):
    """`faults[path]` are actions taken instead of an answer, once each, in order; `requested` are all requests."""

    daemon_threads = True

    def __init__(self, count: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.sounds = [self.sound(1000 + number) for number in range(count)]
        self.faults: dict[str, list[Callable[[_Handler], None]]] = defaultdict(list)
        self.requested: list[str] = []
        self.files: dict[str, bytes] = {}
        self.after_page: Callable[[], None] = lambda: None
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def sound(self, number: int) -> dict:
        previews = {"preview-hq-ogg": f"{self.url}/data/previews/{number}-hq.ogg"}
        return {
            "id": number,
            "name": f"Sound {number}",
            "username": f"user{number % 3}",
            "license": "http://creativecommons.org/licenses/by/4.0/",
            "duration": 0.5,
            "type": "wav",
            "md5": hashlib.md5(wav(number)).hexdigest(),
            "previews": previews,
            "tags": ["field-recording", "dog"],
            "description": f"A dog, for the {number}th time.",
        }

    def times(self, part: str) -> int:
        return sum(part in path for path in self.requested)


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.server.requested.append(self.path)
        if faults := self.server.faults[url.path]:
            faults.pop(0)(self)
        elif self.headers.get("Authorization") not in {f"Token {KEY}", f"Bearer {ACCESS}"}:
            self.answer(401, {"detail": "Invalid token"})
        elif url.path == "/apiv2/search/":
            self.search({key: values[0] for key, values in parse_qs(url.query).items()})
        elif url.path.startswith("/data/previews/"):
            self.send(200, self.server.files.get(url.path) or ogg(int(url.path.split("/")[-1].split("-")[0])))
        elif url.path.endswith("/download/") and "Bearer" in self.headers["Authorization"]:
            self.send(200, self.server.files.get(url.path) or wav(int(url.path.split("/")[3])))
        else:
            self.answer(404, {"detail": "Not found."})

    def search(self, requested: dict[str, str]) -> None:
        page, size = int(requested["page"]), int(requested["page_size"])
        sounds, start = list(self.server.sounds), (int(requested["page"]) - 1) * size
        if page > 1 and start >= len(sounds):
            self.answer(404, {"detail": "Invalid page."})
            return
        more = start + size < len(sounds)
        following = f"{self.server.url}/apiv2/search/?page={page + 1}" if more else None
        results = [
            {k: v for k, v in s.items() if k in requested["fields"].split(",")} for s in sounds[start : start + size]
        ]
        self.server.after_page()  # before the answer is sent, since the next request may arrive first
        self.answer(200, {"count": len(sounds), "next": following, "results": results})

    def answer(self, status: int, content: dict, **headers: str) -> None:
        self.send(status, json.dumps(content).encode(), **headers)

    def send(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def status(number: int, detail: str = "", **headers: str) -> Callable[[_Handler], None]:
    return lambda handler: handler.answer(number, {"detail": detail}, **headers)


def cut(handler: _Handler) -> None:
    """Announce more bytes than are sent, and close the connection."""
    handler.send(200, b"x" * 100, length=10_000)
    handler.close_connection = True


def hang_up(handler: _Handler) -> None:
    handler.connection.close()
