import numpy as np
import pandas as pd
import pytest

from tests.preparation.test_prepare import clips_of, table
from tests.sounds import RATE, silence, tone
from waveloom.config.errors import InputError
from waveloom.preparation.config import Prepare

CONFIG = Prepare(samples=4000, frames="overlap", hop_samples=2000, level="none", min_content=0.9)


def pair(base, first: np.ndarray, second: np.ndarray) -> pd.DataFrame:
    return table(base, a=first, b=second).assign(domain=["piano", "organ"], pair="x")


def times(index: pd.DataFrame, domain: str) -> list[float]:
    return index.loc[index["domain"] == domain, "start_seconds"].tolist()


@pytest.mark.parametrize("trim", [True, False])
def test_counterparts_begin_at_the_same_times_whatever_silence_surrounds_them(tmp_path, trim):
    late = np.concatenate([silence(0.6), tone(440, 0.9)])
    early = np.concatenate([tone(440, 1.2), silence(0.3)])
    index, clips = clips_of(pair(tmp_path, late, early), Prepare(**{**vars(CONFIG), "trim": trim}), tmp_path)
    grid = [k / 8 for k in range(11)]
    assert times(index, "piano") == grid[3:]  # the frames before hold only silence
    assert times(index, "organ") == grid[:10]
    both = index[index["start_seconds"] == 0.625]
    np.testing.assert_allclose(clips[both.index[0]], late[10_000:14_000], atol=1e-4)
    np.testing.assert_allclose(clips[both.index[1]], early[10_000:14_000], atol=1e-4)


def test_clip_ids_of_pairs_count_the_frames_of_the_grid(tmp_path):
    gap = np.concatenate([tone(440, 0.25), silence(0.5), tone(440, 0.25)])
    index, _ = clips_of(pair(tmp_path, gap, tone(440)), CONFIG, tmp_path)
    numbers = index["clip_id"].str[-4:].astype(int)
    assert (index["start_seconds"] == numbers / 8).all()
    assert times(index, "piano") != times(index, "organ")


def test_counterparts_exist_up_to_the_end_of_the_shorter(tmp_path):
    index, _ = clips_of(pair(tmp_path, tone(440, 1.0), tone(440, 1.3)), CONFIG, tmp_path)
    assert times(index, "organ")[: len(times(index, "piano"))] == times(index, "piano")
    assert len(times(index, "organ")) > len(times(index, "piano"))


def test_one_clip_of_each_recording_begins_at_its_first_sample(tmp_path):
    late = np.concatenate([silence(0.1), tone(440, 0.9)])
    config = Prepare(samples=4000, frames="one", level="none", align="onset", align_at=0.5)
    index, clips = clips_of(pair(tmp_path, late, tone(440)), config, tmp_path)
    assert index["start_seconds"].tolist() == [0.0, 0.0]
    assert np.abs(clips[0][:1500]).max() < 1e-3


def test_clips_keep_the_relative_levels_of_a_pair(tmp_path):
    index, _ = clips_of(pair(tmp_path, tone(440, gain=0.1), tone(440, gain=0.4)), CONFIG, tmp_path)
    peaks = index.groupby("domain")["peak"].max()
    assert peaks["organ"] / peaks["piano"] == pytest.approx(4, rel=1e-2)
    assert set(index["pair"]) == {"x"}


@pytest.mark.parametrize("level", ["peak", "rms", "loudness"])
def test_levelling_each_clip_of_a_pair_is_refused(tmp_path, level):
    with pytest.raises(InputError, match=rf"prepare\.level is {level}, but recordings are pairs, such as 'x'"):
        clips_of(pair(tmp_path, tone(440), tone(550)), Prepare(level=level), tmp_path)


def test_events_of_pairs_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"prepare\.frames is events, but recordings are pairs, such as 'x'"):
        clips_of(pair(tmp_path, tone(440), tone(550)), Prepare(level="none", frames="events"), tmp_path)


def test_a_pair_of_single_clips_that_begins_with_silence_says_what_to_do(tmp_path):
    late = np.concatenate([silence(1.1), tone(440, 0.5)])
    with pytest.raises(InputError, match=r"Set prepare\.frames to overlap"):
        clips_of(pair(tmp_path, late, late[::-1] * 0)[:1], Prepare(samples=RATE, level="none"), tmp_path)


def test_recordings_of_an_earlier_version_have_no_domain_and_no_pair(tmp_path):
    index, _ = clips_of(table(tmp_path, a=tone(440)), Prepare(), tmp_path)
    assert index[["domain", "pair"]].to_numpy().tolist() == [["", ""]]
