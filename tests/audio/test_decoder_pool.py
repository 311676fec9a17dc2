import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.sounds import noise, tone, write_wav
from waveloom.audio import decoder_worker as decoder
from waveloom.audio.decoder_pool import DecoderPool
from waveloom.audio.decoder_process import ProcessLimits, Request
from waveloom.audio.header import ReadOptions, Rejected

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def good():
    return DecoderPool()


@pytest.fixture
def bad(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return DecoderPool(ProcessLimits(wall_seconds=30, cpu_seconds=1), "tests.audio.bad_decoder")


def outcomes(decoders: DecoderPool, folder: Path, *names: str) -> list[str]:
    """Write a sound under each name and read them all: the reasons, "" for accepted files."""
    paths = [write_wav(folder / f"{name}.wav", tone(440)) for name in names]
    answers = decoders.read(Request(path) for path in paths)
    return [str(answer) if isinstance(answer, Rejected) else "" for answer in answers]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("crash", "decoder crashed: SIGSEGV"),
        ("exit", "decoder crashed: exit 1"),
        ("lie", "decoder crashed: its answer made no sense"),
        ("compute", "decoder took longer than 1 s"),
        ("eat", "decoder ran out of memory"),
    ],
)
def test_a_file_that_ends_the_decoder_is_rejected_and_its_neighbours_are_read(bad, tmp_path, name, reason):
    assert outcomes(bad, tmp_path, "a", "b", name, "c", "d", "e") == ["", "", reason, "", "", ""]


def test_a_file_that_hangs_takes_only_its_time_limit(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    hanging = DecoderPool(ProcessLimits(wall_seconds=0.3), "tests.audio.bad_decoder")
    assert outcomes(hanging, tmp_path, "hang", "b") == ["decoder took longer than 0.3 s", ""]


def test_a_file_is_not_rejected_for_a_process_that_something_else_killed(bad, tmp_path):
    assert outcomes(bad, tmp_path, "a", "crash-once", "b") == ["", "", ""]


def test_consecutive_harmful_files_are_all_rejected(bad, tmp_path):
    found = outcomes(bad, tmp_path, "crash", "exit", "a", "lie")
    assert [reason.partition(":")[0] for reason in found] == [
        "decoder crashed",
        "decoder crashed",
        "",
        "decoder crashed",
    ]


def test_the_process_has_only_its_pipes_open_and_only_the_variables_it_needs(bad, tmp_path, monkeypatch):
    monkeypatch.setenv("FREESOUND_TOKEN", "secret")
    inherited = os.open(ROOT, os.O_RDONLY)
    os.set_inheritable(inherited, True)
    try:
        (reason,) = outcomes(bad, tmp_path, "inspect")
    finally:
        os.close(inherited)
    assert reason == "5 files, secrets []"  # in, out, error, shared memory, and the list of these itself


def test_the_process_imports_few_modules():
    code = "import sys; import waveloom.audio.decoder_worker; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"tensorflow", "keras", "kedro", "pandas", "pydantic", "scipy", "librosa", "mlflow"} & set(loaded)


def test_answers_are_in_order_and_copied_from_shared_memory(good, tmp_path):
    sounds = [noise(0.1, seed=seed) for seed in range(20)]
    paths = [write_wav(tmp_path / f"{n}.wav", sound, subtype="FLOAT") for n, sound in enumerate(sounds)]
    for sound, answer in zip(sounds, list(good.read(map(Request, paths))), strict=True):
        np.testing.assert_array_equal(answer.samples, sound)


def test_only_a_few_files_are_requested_ahead(good, tmp_path):
    requested = []

    def requests():
        for number in range(100):
            requested.append(number)
            yield Request(tmp_path / f"{number}")

    answers = good.read(requests())
    next(answers)
    assert len(requested) == decoder.SLOTS
    answers.close()
    assert outcomes(good, tmp_path, "a") == [""]


def test_each_thread_has_its_own_process(good, tmp_path):
    found = {}

    def listen(hertz: int) -> None:
        path = write_wav(tmp_path / f"{hertz}.wav", tone(hertz))
        answers = [next(good.read([Request(path)])) for _ in range(20)]
        found[hertz] = {int(np.abs(np.fft.rfft(answer.samples)).argmax()) for answer in answers}

    threads = [threading.Thread(target=listen, args=(hertz,)) for hertz in (300, 500, 700)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {300: {300}, 500: {500}, 700: {700}}


def test_a_process_killed_while_idle_is_replaced(good, tmp_path):
    assert outcomes(good, tmp_path, "a") == [""]
    for line in good._idle:
        os.kill(line.process._process.pid, signal.SIGKILL)
        line.process._process.wait()
    assert outcomes(good, tmp_path, "a", "b") == ["", ""]


def test_one_channel_is_selected_or_all_are_mixed(good, tmp_path):
    path = write_wav(tmp_path / "a.wav", np.stack([tone(440), -0.5 * tone(440)], axis=1))
    for channel, gain in ((0, 1), (1, -0.5), (None, 0.25)):
        (sound,) = good.read([Request(path, ReadOptions(channel=channel))])
        assert sound.samples.dtype == np.float32
        np.testing.assert_allclose(sound.samples, gain * tone(440), atol=1e-4)


def test_the_memory_of_a_large_file_is_returned(good, tmp_path):
    path = write_wav(tmp_path / "a.wav", noise(100, rate=96_000), 96_000, "FLOAT")
    (sound,) = good.read([Request(path)])
    assert sound.samples.nbytes > 1 << 24
    shared = good._idle[-1].process._memory
    assert not any(shared[place] for place in range(1 << 20, len(shared), 1 << 20))


def test_a_decoder_that_cannot_start_stops_the_run(monkeypatch):
    with pytest.raises(RuntimeError, match="did not start"):
        list(DecoderPool(module="no.such.module").read([Request(Path("a"))]))


def test_pipes_and_devices_are_never_opened(good, tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "device.wav").symlink_to("/dev/zero")
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "circle.wav").symlink_to(tmp_path / "circle.wav")
    names = ["pipe", "device", "folder", "circle", "missing"]
    answers = good.read(Request(tmp_path / f"{name}.wav") for name in names)
    assert [str(answer).partition(": ")[2] or str(answer) for answer in answers] == [
        "it is a pipe",
        "it is a device",
        "it is a folder",
        "Too many levels of symbolic links",
        "missing",
    ]
