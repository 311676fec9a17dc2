import json
import logging

import pytest

from tests.ingest.corpora.freesound_server import ACCESS, KEY, Server, cut, hang_up, ogg, status
from waveloom.config.errors import InputError
from waveloom.ingest.config import Ingest
from waveloom.ingest.corpora import _freesound_api
from waveloom.ingest.corpora._freesound_api import Freesound
from waveloom.ingest.corpora.freesound import Config, Search, fetch, recordings
from waveloom.ingest.inspection import Inspection, inspect_recordings

SEARCH = "/apiv2/search/"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("FREESOUND_TOKEN", KEY)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    made = Server(7)
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def waits():
    return []


def config(server, **options) -> Config:
    labels = options.pop("labels", {"dog": Search(query="dog bark")})
    return Config(root="in", labels=labels, server=server.url, requests_a_minute=1e9, **options)


def fetched(server, base, waits, **options):
    options_config = config(server, **options)
    fetch(options_config, base / "in", Freesound(server.url, 1e9, waits.append))
    return list(recordings(options_config, base))


def preview(number: int) -> str:
    return f"/data/previews/{number}-hq.ogg"


def test_sounds_have_author_and_licence(server, tmp_path, waits):
    found = fetched(server, tmp_path, waits)
    assert [r.name for r in found] == [f"dog/{n}.ogg" for n in range(1000, 1007)]
    assert {r.licence for r in found} == {"CC-BY-4.0"}
    assert found[0].attribution == '"Sound 1000" by user1, https://freesound.org/s/1000/'
    assert {r.group for r in found} == {"user user0", "user user1", "user user2"}
    rows = list(inspect_recordings(found, Inspection(Ingest(), tmp_path)))
    assert [row["status"] for row in rows] == ["accepted"] * 7
    assert rows[0]["attribution"] == found[0].attribution
    thanks = (tmp_path / "in/ATTRIBUTION.txt").read_text()
    assert thanks.count("by user") == 7
    assert '"Sound 1003" by user1, https://freesound.org/s/1003/ (CC-BY-4.0)' in thanks


def test_sounds_are_described_by_name_tags_and_text(server, tmp_path, waits):
    assert fetched(server, tmp_path, waits)[0].description == (
        "Sound 1000. field-recording dog. A dog, for the 1000th time."
    )


def test_results_of_earlier_versions_are_used_with_names_as_descriptions(server, tmp_path, waits):
    fetched(server, tmp_path, waits)
    listed = tmp_path / "in/sounds.json"
    old = json.loads(listed.read_text())
    old["dog"]["asked"]["fields"] = "id,name,username,license,duration,type,md5,previews"
    for sound in old["dog"]["sounds"]:
        del sound["tags"], sound["description"]
    listed.write_text(json.dumps(old))
    assert [r.description for r in fetched(server, tmp_path, waits)] == [f"Sound {n}" for n in range(1000, 1007)]
    assert server.times(SEARCH) == 1


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by-nc/3.0/", "CC-BY-NC-3.0"),
        ("http://creativecommons.org/licenses/sampling+/1.0/", "CC-Sampling+-1.0"),
        ("https://example.org/mine", "https://example.org/mine"),
    ],
)
def test_licences_have_short_names(server, tmp_path, waits, url, name):
    server.sounds = [{**server.sound(1), "license": url}]
    assert [r.licence for r in fetched(server, tmp_path, waits)] == [name]


def test_the_search_contains_query_tags_licence_and_duration(server, tmp_path, waits):
    search = Search(query="bark", tags=("dog", "field recording"), filter="channels:1")
    fetched(server, tmp_path, waits, labels={"dog": search}, licences=("CC0",), max_seconds=5)
    from urllib.parse import parse_qs, urlsplit

    query = {key: value[0] for key, value in parse_qs(urlsplit(server.requested[0]).query).items()}
    assert query["query"] == "bark"
    assert query["filter"] == (
        'duration:[0.2 TO 5] license:("Creative Commons 0") tag:"dog" tag:"field recording" channels:1'
    )
    assert "previews" in query["fields"]


def test_all_pages_are_read_up_to_the_limit(server, tmp_path, waits, monkeypatch):
    monkeypatch.setattr(_freesound_api, "PAGE_SIZE", 3)
    assert len(fetched(server, tmp_path, waits)) == 7
    assert server.times(SEARCH) == 3
    assert len(fetched(server, tmp_path / "few", waits, limit=4)) == 4
    assert server.times(SEARCH) == 5


def test_downloaded_sounds_need_no_network_and_no_key(server, tmp_path, waits, monkeypatch):
    before = fetched(server, tmp_path, waits)
    count = len(server.requested)
    monkeypatch.delenv("FREESOUND_TOKEN")
    assert list(recordings(config(server), tmp_path)) == before
    assert list(recordings(Config(root="in"), tmp_path)) == before
    assert len(server.requested) == count


def test_a_killed_run_is_resumed(server, tmp_path, waits):
    server.faults[preview(1004)] = [status(401)]
    with pytest.raises(InputError):
        fetched(server, tmp_path, waits)
    (tmp_path / "in/sounds/1005.ogg.partial").write_bytes(b"half")
    assert len(fetched(server, tmp_path, waits)) == 7
    assert server.times(SEARCH) == 1
    assert [server.times(preview(n)) for n in range(1000, 1007)] == [1, 1, 1, 1, 2, 1, 1]
    assert sorted(p.suffix for p in (tmp_path / "in/sounds").iterdir()) == [".ogg"] * 7


def test_a_sound_that_changed_on_disk_is_downloaded_again(server, tmp_path, waits):
    fetched(server, tmp_path, waits)
    path = tmp_path / "in/sounds/1002.ogg"
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    fetched(server, tmp_path, waits)
    assert path.read_bytes() == whole
    assert server.times(preview(1002)) == 2


def test_only_a_changed_search_is_repeated(server, tmp_path, waits):
    fetched(server, tmp_path, waits)
    labels = {"dog": Search(query="dog bark"), "cat": Search(query="miaow")}
    found = fetched(server, tmp_path, waits, labels=labels)
    assert [r.label for r in found] == ["dog"] * 7 + ["cat"] * 7
    assert server.times(SEARCH) == 2
    assert server.times("/data/previews/") == 7


def test_a_refused_key_is_an_error_that_does_not_print_it(server, tmp_path, waits, monkeypatch, caplog):
    monkeypatch.setenv("FREESOUND_TOKEN", "wrong-key-89")
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(InputError, match=r"refuses FREESOUND_TOKEN \(status 401\)") as error,
    ):
        fetched(server, tmp_path, waits)
    assert "wrong-key-89" not in f"{error.value!r}{caplog.text}"
    assert waits == [0.0]


@pytest.mark.parametrize("key", [None, "", " "])
def test_a_missing_key_is_an_error_with_the_address_to_apply(server, tmp_path, waits, monkeypatch, key):
    monkeypatch.setenv("FREESOUND_TOKEN", key) if key is not None else monkeypatch.delenv("FREESOUND_TOKEN")
    with pytest.raises(InputError, match=r"FREESOUND_TOKEN is not set.*apiv2/apply"):
        list(recordings(config(server), tmp_path))


def test_the_key_is_in_no_address_no_file_and_no_log(server, tmp_path, waits, caplog, monkeypatch):
    monkeypatch.setenv("FREESOUND_BEARER", ACCESS)
    server.faults[SEARCH] = [status(503), status(429, Retry_After="1"), hang_up, cut]
    with caplog.at_level(logging.DEBUG):
        fetched(server, tmp_path, waits)
        fetched(server, tmp_path, waits, file="original")
    written = b"".join(path.read_bytes() for path in (tmp_path / "in").rglob("*") if path.is_file())
    for secret in (KEY, ACCESS):
        assert secret not in " ".join(server.requested)
        assert secret not in caplog.text
        assert secret.encode() not in written
        assert secret not in repr(vars(Freesound(server.url, 60)))


def test_the_key_is_sent_to_no_other_host(server, tmp_path, waits):
    other = Server(1)
    credentials: list[str | None] = []
    other.faults[preview(1)] = [
        lambda handler: (credentials.append(handler.headers["Authorization"]), handler.send(200, ogg(1)))
    ]
    server.sounds = [
        {
            **server.sound(1),
            "previews": {"preview-hq-ogg": f"{other.url.replace('127.0.0.1', 'localhost')}{preview(1)}"},
        }
    ]
    assert len(fetched(server, tmp_path, waits)) == 1
    assert credentials == [None]
    other.shutdown()
    other.server_close()


def test_the_client_waits_for_retry_after(server, tmp_path, waits):
    server.faults[SEARCH] = [status(429, "throttled", Retry_After="7"), status(429, "(60 requests per minute)")]
    server.faults[preview(1000)] = [status(429, Retry_After="3")]
    assert len(fetched(server, tmp_path, waits)) == 7
    assert [wait for wait in waits if wait > 1] == [7.0, 60.0, 3.0]


def test_retry_after_may_be_a_date(server, tmp_path, waits):
    from datetime import UTC, datetime, timedelta
    from email.utils import format_datetime

    until = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.faults[SEARCH] = [status(429, Retry_After=until)]
    fetched(server, tmp_path, waits)
    assert 20 < max(waits) <= 30


@pytest.mark.parametrize(
    "limit", [status(429, Retry_After="40000"), status(429, "exceeding a request limit rate (2000 per day)")]
)
def test_the_limit_of_a_day_ends_the_run_and_the_next_run_continues(server, tmp_path, waits, limit):
    server.faults[preview(1003)] = [limit]
    with pytest.raises(InputError, match=r"limit of requests a day.*are kept; run again tomorrow"):
        fetched(server, tmp_path, waits)
    assert max(waits) < 1
    assert len(fetched(server, tmp_path, waits)) == 7
    assert server.times(preview(1000)) == 1


def test_requests_observe_the_rate_limit(server, tmp_path, waits):
    fetch(config(server), tmp_path / "in", Freesound(server.url, 60, waits.append))
    assert waits == [0.0] + [1.0] * 7


def test_server_errors_are_retried_with_growing_delays_up_to_a_limit(server, tmp_path, waits):
    server.faults[SEARCH] = [status(500), status(502), hang_up]
    assert len(fetched(server, tmp_path, waits)) == 7
    assert [wait for wait in waits if wait >= 1] == [1.0, 2.0, 4.0]
    server.faults[SEARCH] = [status(503)] * 5
    with pytest.raises(InputError, match=r"status 503, 5 times\)\. Downloaded sounds are kept"):
        fetched(server, tmp_path, waits, labels={"cat": Search(query="cat")})


def test_an_invalid_search_is_an_error(server, tmp_path, waits):
    server.faults[SEARCH] = [status(400, "Invalid filter")]
    with pytest.raises(InputError, match=r"status 400: Invalid filter\); see ingest\.options"):
        fetched(server, tmp_path, waits)


def test_a_search_without_results_is_an_error(server, tmp_path, waits):
    server.sounds = []
    with pytest.raises(InputError, match=r"no sound for ingest\.options\.labels\.dog"):
        fetched(server, tmp_path, waits)


def test_a_broken_connection_leaves_no_partial_file_and_is_retried(server, tmp_path, waits):
    server.faults[SEARCH] = [cut]
    server.faults[preview(1001)] = [cut, cut]
    assert len(fetched(server, tmp_path, waits)) == 7
    assert (tmp_path / "in/sounds/1001.ogg").read_bytes() == ogg(1001)


def test_a_connection_that_always_breaks_is_an_error_and_leaves_no_partial_file(server, tmp_path, waits):
    server.faults[preview(1001)] = [cut] * 3
    with pytest.raises(InputError, match="1001 is incomplete"):
        fetched(server, tmp_path, waits)
    assert [path.name for path in (tmp_path / "in/sounds").iterdir()] == ["1000.ogg"]
    assert len(fetched(server, tmp_path, waits)) == 7


@pytest.mark.parametrize("content", [ogg(1, seconds=0.1), b"<html>no sound</html>"])
def test_a_sound_of_another_duration_is_rejected_and_not_downloaded_again(server, tmp_path, waits, content, caplog):
    server.files[preview(1002)] = content
    found = fetched(server, tmp_path, waits)
    rows = list(inspect_recordings(found, Inspection(Ingest(), tmp_path)))
    (rejected,) = [row for row in rows if row["status"] == "rejected"]
    assert rejected["name"] == "dog/1002.ogg"
    assert rejected["reason"].startswith(("not fetched: it lasts 0.10 s, not 0.50 s", "not fetched: unreadable"))
    assert "1002 is left out" in caplog.text
    assert "1002" not in (tmp_path / "in/ATTRIBUTION.txt").read_text()
    assert server.times(preview(1002)) == 1


def test_more_bytes_than_announced_are_detected(server, tmp_path, waits):
    whole = ogg(1002, 5.0)
    server.sounds = [{**server.sound(1002), "duration": 5.0}]
    server.faults[preview(1002)] = [lambda handler: handler.send(200, whole, length=len(whole) // 2)]
    (found,) = fetched(server, tmp_path, waits)
    assert not found.path.exists()


def test_a_removed_sound_is_rejected(server, tmp_path, waits):
    server.faults[preview(1002)] = [status(404)]
    found = fetched(server, tmp_path, waits)
    assert [r.path.exists() for r in found] == [True, True, False, True, True, True, True]
    assert [r.reason for r in found if r.reason] == ["not fetched: no longer there"]
    fetched(server, tmp_path, waits)
    assert server.times(preview(1002)) == 1


def test_results_that_change_between_pages_are_read_again_without_duplicates(
    server, tmp_path, waits, monkeypatch, caplog
):
    monkeypatch.setattr(_freesound_api, "PAGE_SIZE", 3)

    def insert() -> None:
        """Insert a new sound at the start, which moves the third to the next page."""
        server.sounds.insert(0, server.sound(2000))
        server.after_page = lambda: None

    server.after_page = insert
    found = fetched(server, tmp_path, waits)
    assert sorted(r.name for r in found) == sorted(f"dog/{n}.ogg" for n in [*range(1000, 1007), 2000])
    assert "changed while they were read" in caplog.text


def test_results_that_become_fewer_between_pages_are_no_error(server, tmp_path, waits, monkeypatch):
    monkeypatch.setattr(_freesound_api, "PAGE_SIZE", 3)

    def remove() -> None:
        server.sounds = server.sounds[:3]
        server.after_page = lambda: None

    server.after_page = remove
    assert [r.name for r in fetched(server, tmp_path, waits)] == [f"dog/{n}.ogg" for n in (1000, 1001, 1002)]


def test_originals_need_an_access_token_and_are_checked_by_md5(server, tmp_path, waits, monkeypatch):
    with pytest.raises(InputError, match="FREESOUND_BEARER is not set"):
        fetched(server, tmp_path, waits, file="original")
    monkeypatch.setenv("FREESOUND_BEARER", ACCESS)
    server.files["/apiv2/sounds/1003/download/"] = ogg(1)
    found = fetched(server, tmp_path, waits, file="original")
    assert [r.path.exists() for r in found] == [True, True, True, False, True, True, True]
    assert "MD5" in (tmp_path / "in/fetched.jsonl").read_text()
    assert found[0].name == "dog/1000.wav"


def test_without_labels_and_sounds_there_is_an_error_with_the_way_out(tmp_path):
    with pytest.raises(InputError, match=r"ingest\.options\.labels names no search"):
        list(recordings(Config(root="in"), tmp_path))


def test_a_damaged_listing_is_an_error_and_an_incomplete_note_is_ignored(server, tmp_path, waits):
    fetched(server, tmp_path, waits)
    notes = tmp_path / "in/fetched.jsonl"
    notes.write_text("\n".join([*notes.read_text().splitlines()[:-1], '{"file": "1006.o']))
    fetched(server, tmp_path, waits)
    assert server.times(preview(1006)) == 2
    (tmp_path / "in/sounds.json").write_text("{")
    with pytest.raises(InputError, match=r"sounds\.json is damaged; delete it"):
        fetched(server, tmp_path, waits)


def test_a_name_from_the_server_cannot_leave_the_folder(server, tmp_path, waits, monkeypatch):
    monkeypatch.setenv("FREESOUND_BEARER", ACCESS)
    server.sounds = [{**server.sound(1), "type": "../../../evil", "name": "../x"}]
    (found,) = fetched(server, tmp_path, waits, file="original")
    assert found.path == tmp_path / "in/sounds/1.bin"
    assert json.loads((tmp_path / "in/sounds.json").read_text())["dog"]["sounds"][0]["id"] == 1
