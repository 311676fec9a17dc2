"""Valid WAV and FLAC headers, mutated: each file has one outcome, and the next files are still read."""

import struct
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.hostile.sounds import cut, valid, wav
from waveloom.audio.decode import Limits
from waveloom.ingest.corpora import Recording
from waveloom.ingest.inspection import Inspection, inspect_recordings

BATCH, BATCHES = 20, 100  # 2,000 files
HARM = ("decoder crashed", "decoder took", "decoder ran")
VALID = [
    wav(),
    valid("WAV", "FLOAT"),
    valid("WAV", "PCM_24"),
    valid("WAV", "IMA_ADPCM"),
    valid("WAV", "MS_ADPCM"),
    valid("WAV", "GSM610"),
    valid("WAVEX"),
    valid("FLAC"),
    valid("FLAC", "PCM_24"),
]
EDGES = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1]


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    """Take a valid file; overwrite fields of its header with edge values, repeat or drop a part, cut its end."""
    content = bytearray(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(1, 4))):
        form, limit = draw(st.sampled_from([("B", 2**8), ("<H", 2**16), (">H", 2**16), ("<I", 2**32), (">I", 2**32)]))
        value = draw(st.sampled_from(EDGES) | st.integers(0, limit - 1)) % limit
        struct.pack_into(form, content, draw(st.integers(0, 96)), value)
    start, length = draw(st.integers(0, 96)), draw(st.integers(0, 40))
    match draw(st.sampled_from(["keep", "keep", "repeat", "drop", "cut"])):
        case "repeat":
            content[start:start] = content[start : start + length] * draw(st.integers(1, 50))
        case "drop":
            del content[start : start + length]
        case "cut":
            content = bytearray(cut(bytes(content), draw(st.floats(0, 1))))
    return bytes(content)


@settings(
    max_examples=BATCHES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(batch=st.lists(mutants(), min_size=BATCH, max_size=BATCH))
def test_two_thousand_mutants_crash_nothing_and_each_has_a_row(tmp_path_factory, batch):
    folder = tmp_path_factory.mktemp("mutants")
    files = [*batch, wav()]
    for number, content in enumerate(files):
        (folder / f"{number}.wav").write_bytes(content)
    rows = list(
        inspect_recordings(
            (Recording(str(n), folder / f"{n}.wav") for n in range(len(files))), Inspection(Limits(), folder)
        )
    )
    accepted = [row for row in rows if row["status"] == "accepted"]
    rejected = [row for row in rows if row["status"] == "rejected" and row["reason"]]
    assert len(accepted) + len(rejected) == len(files)
    assert not [row["reason"] for row in rejected if row["reason"].startswith(HARM)]
    assert rows[-1]["status"] == "accepted" or rows[-1]["reason"].startswith("same bytes")


def test_some_mutants_are_accepted_and_some_rejected(tmp_path):
    outcomes: Counter[str] = Counter()

    @settings(max_examples=100, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(content=mutants())
    def survey_mutant(content: bytes) -> None:
        (tmp_path / "a.wav").write_bytes(content)
        (row,) = inspect_recordings([Recording("a", tmp_path / "a.wav")], Inspection(Limits(), tmp_path))
        outcomes[row["status"]] += 1

    survey_mutant()
    assert min(outcomes["accepted"], outcomes["rejected"]) >= 10
