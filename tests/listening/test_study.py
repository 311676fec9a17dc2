import numpy as np
import pytest
import soundfile

from tests.listening.studies import RATE, answer, pool, small, sorted_ids
from waveloom.audio.loudness import loudness
from waveloom.config.errors import InputError
from waveloom.listening import study
from waveloom.listening.config import Listen
from waveloom.listening.database import open_database
from waveloom.listening.plan import Pool, plan
from waveloom.listening.stimuli import anchor, beeps, equally_loud

EMPTY = Pool(np.empty((0, 64), np.float32), [], [])


def test_a_study_has_sounds_references_anchors_and_traps(tmp_path):
    _, _, items, files = small(tmp_path, makers=("one", "two"))
    assert [item.makers[0] for item in items].count("one") == 4
    assert {item.makers[0] for item in items} == {"one", "two", "real", "anchor", "trap"}
    assert len(files) == len(items) == 12


def test_no_reference_is_also_an_anchor(tmp_path):
    _, _, items, _ = small(tmp_path, references=3, anchors=3)
    assert len({item.clip for item in items}) == len(items)


def test_files_are_equally_loud_and_do_not_reveal_their_maker(tmp_path):
    _, config, items, files = small(tmp_path, traps=0)
    sounds = np.stack([soundfile.read(file, dtype="float32")[0] for file in files])
    assert np.ptp(loudness(sounds, RATE)) < 0.1
    assert loudness(sounds, RATE)[0] == pytest.approx(config.lufs, abs=0.1)
    for file in files:
        assert file.stem.isalnum()
        assert not any(name.encode() in file.read_bytes() for item in items for name in (*item.makers, item.clip))


def test_a_study_is_reproducible_to_the_byte(tmp_path):
    one, other = (small(tmp_path / name)[3] for name in ("a", "b"))
    assert [file.name for file in one] == [file.name for file in other]
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in other]


def test_a_study_name_is_unique(tmp_path):
    small(tmp_path)
    with pytest.raises(InputError, match="'first' already"):
        small(tmp_path)


@pytest.mark.parametrize("kind", ["ab", "cmos"])
def test_pairs_have_one_label_and_both_orders_occur(tmp_path, kind):
    _, _, items, files = small(tmp_path, kind, sounds=4, traps=2)
    assert len(files) == 2 * len(items)
    pairs = [item for item in items if item.expected is None]
    assert all(set(item.makers) == {"one", "real"} for item in pairs)
    assert all(int(a[-1]) % 2 == int(b[-1]) % 2 for a, b in (item.clip.split("|") for item in pairs))
    assert len({item.makers for item in small(tmp_path / "more", kind, sounds=6)[2]} - {("trap", "trap")}) == 2


def test_two_generators_are_compared_with_each_other(tmp_path):
    _, _, items, _ = small(tmp_path, "ab", makers=("one", "two"))
    assert {frozenset(item.makers) for item in items if item.expected is None} == {frozenset({"one", "two"})}


def test_too_few_sounds_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"one has 6 sounds; listen\.sounds is 9"):
        small(tmp_path, sounds=9)
    with pytest.raises(InputError, match="6 real test sounds"):
        small(tmp_path, references=9)
    with pytest.raises(InputError, match="no real sound"):
        plan({"one": pool("one")}, EMPTY, RATE, Listen(sounds=2))


def test_a_listener_rates_a_stimulus_once_and_on_the_scale(tmp_path):
    engine, *_ = small(tmp_path)
    first = study.join(engine, "first", "ann")[0]
    study.rate(engine, "ann", first, 3)
    for listener, stimulus, score, message in [
        ("ann", first, 4, "is rated once"),
        ("ann", first, 6, "6 is not a rating"),
        ("ann", "nosuch", 3, "not in a study"),
        ("bob", first, 3, "not in a study"),
    ]:
        with pytest.raises(InputError, match=message):
            study.rate(engine, listener, stimulus, score)


def test_a_listener_has_the_same_order_again_and_others_have_another(tmp_path):
    engine, _, items, _ = small(tmp_path)
    ann, bob = study.join(engine, "first", "ann"), study.join(engine, "first", "bob")
    assert sorted(ann) == sorted(bob) == sorted(sorted_ids(engine))
    assert ann != bob
    assert study.join(engine, "first", "ann") == ann
    answer(engine, "cid", lambda _: 3, items)


def test_sqlite_allows_reads_during_a_write(tmp_path):
    engine = open_database("sqlite:///deep/down/x.db", tmp_path)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("pragma foreign_keys").scalar() == 1
    assert (tmp_path / "deep/down/x.db").is_file()


@pytest.mark.parametrize("url", ["nonsense", "nosuch://host/db", "sqlite:///file/x.db"])
def test_a_database_that_cannot_be_opened_is_reported_in_one_sentence(tmp_path, url):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be opened"):
        open_database(url, tmp_path)


def test_the_environment_variable_overrides_the_database(tmp_path, monkeypatch):
    monkeypatch.setenv("WAVELOOM_LISTENING_DATABASE", "sqlite:///other.db")
    open_database("sqlite:///mine.db", tmp_path)
    assert [file.name for file in tmp_path.glob("*.db")] == ["other.db"]


def test_a_trap_has_the_number_of_beeps_of_its_answer():
    for count in range(1, 6):
        loud = np.abs(beeps(count, 16384, 16000)) > 0.05
        smooth = np.convolve(loud, np.ones(200), "same") > 0
        assert np.count_nonzero(np.diff(smooth.astype(int)) == 1) + smooth[0] == count


def test_an_anchor_has_its_signal_to_noise_ratio_and_silence_stays_silent():
    tone = 0.2 * np.sin(np.arange(100_000) / 7)
    noise = anchor(tone.astype(np.float32), 0) - tone
    assert 10 * np.log10(np.mean(tone**2) / np.mean(noise**2)) == pytest.approx(5, abs=0.2)
    assert not anchor(np.zeros(100, np.float32), 0).any()


@pytest.mark.parametrize("samples", [400, 16000])
def test_short_and_long_sounds_reach_the_same_loudness(samples):
    """The loudness of a 1 kHz sine is its RMS in LUFS, so both scales give -26 dB; 0.025 s has no BS.1770 loudness."""
    tone = np.sin(2 * np.pi * np.arange(samples) / 16).astype(np.float32)
    levelled = equally_loud(0.01 * tone, 16000, -26.0)
    assert 10 * np.log10(np.mean(levelled**2)) == pytest.approx(-26, abs=0.1)


def test_silence_stays_silent_and_spikes_stay_below_full_scale():
    assert not equally_loud(np.zeros(8000, np.float32), 8000, -26.0).any()
    spike = np.zeros(8000, np.float32)
    spike[100] = 0.1
    assert np.abs(equally_loud(spike, 8000, -10.0)).max() == pytest.approx(1)
