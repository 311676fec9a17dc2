"""WAV files with forged or damaged headers."""

import struct

import numpy as np

from tests.hostile import file_case
from tests.hostile.sounds import FRAMES, SOUND, chunk, cut, floats, patched, valid, wav

UNREADABLE, TRUNCATED = "rejected: unreadable: .+", "rejected: truncated"
MAX = 2**32 - 1


def _case(title: str, content: bytes, outcome: str):
    return file_case(title, "a.wav", content, outcome)


CASES = [
    _case("a whole one, for comparison", wav(), "accepted"),
    _case("the four bytes RIFF and nothing more", b"RIFF", UNREADABLE),
    _case("cut in the middle of its header", wav()[:20], UNREADABLE),
    _case("no fmt chunk", chunk(b"RIFF", b"WAVE" + chunk(b"data", bytes(800))), UNREADABLE),
    _case("no data chunk", chunk(b"RIFF", b"WAVE" + wav()[12:36]), UNREADABLE),
    _case("a data chunk of no samples", wav(b""), "rejected: empty"),
    _case("two data chunks", wav(after=chunk(b"data", bytes(800))), "rejected: .+"),
    _case("sampling rate 0", wav(rate=0), UNREADABLE),
    _case("sampling rate 1 Hz", wav(rate=1), "rejected: rate: 1 Hz .+"),
    _case("sampling rate 3,999 Hz", wav(rate=3999), "rejected: rate: 3999 Hz .+"),
    _case("sampling rate 384,001 Hz", wav(rate=384_001), "rejected: rate: 384001 Hz .+"),
    _case("sampling rate 2^31 - 1", wav(rate=2**31 - 1), "rejected: rate: 2147483647 Hz .+"),
    _case("sampling rate 2^32 - 1", wav(rate=MAX), "rejected: .+"),
    _case("no channels", wav(channels=0), UNREADABLE),
    _case("9 channels", wav(channels=9), "rejected: channels: 9 .+"),
    _case("1,024 channels", wav(channels=1024), "rejected: channels: 1024 .+"),
    _case("65,535 channels", wav(channels=65_535), "rejected: .+"),
    _case("samples of no bits", wav(bits=0, align=2), "rejected: .+|accepted"),
    _case("samples of 65,535 bits", wav(bits=65_535), UNREADABLE),
    _case("blocks of 0 bytes", wav(align=0), "rejected: .+|accepted"),
    _case("a byte rate of 0", wav(byte_rate=0), "accepted"),
    _case("an unknown coding, 0x7777", wav(format=0x7777), UNREADABLE),
    _case("declared as GSM 6.10, which it is not", wav(format=0x31), "rejected: .+|accepted"),
    _case("declared as MS ADPCM, without its table", wav(format=2, bits=4, align=256), UNREADABLE),
    _case("declared as extensible, without the extension", wav(format=0xFFFE), UNREADABLE),
    _case("a fmt chunk that claims 2 GB", wav(fmt_size=2**31), UNREADABLE),
    _case("RIFF size 0", wav(riff_size=0), "accepted"),
    _case("RIFF size 2^32 - 1, as a stream writes it", wav(riff_size=MAX, data_size=MAX), "accepted"),
    _case("RIFF claims twice what there is, and the data are whole", wav(riff_size=4 * FRAMES), "accepted"),
    _case("data claims twice what there is", wav(data_size=4 * FRAMES), TRUNCATED),
    _case("data claims 2^31 bytes, as a recorder to a pipe writes", wav(data_size=2**31), "accepted"),
    _case("data claims 3 x 2^30 bytes", wav(data_size=3 * 2**30), TRUNCATED),
    _case("data of size 0 and samples behind it", wav(data_size=0), "accepted"),
    _case("the last 40 % lost", cut(wav(), 0.6), TRUNCATED),
    _case("the last byte lost", wav()[:-1], "accepted"),
    _case("a LIST chunk that claims 4 GB", wav(before=chunk(b"LIST", b"INFO", MAX)), "rejected: .+"),
    _case("100,000 empty chunks before the data", wav(before=chunk(b"junk", b"") * 100_000), "accepted|rejected: .+"),
    _case("one value is NaN", floats(0, np.nan), "rejected: non-finite"),
    _case("one value is infinite", floats(np.inf), "rejected: non-finite"),
    _case("one value is minus infinite", floats(-np.inf), "rejected: non-finite"),
    _case("values up to 1e30", floats(1e30), "rejected: corrupt: .+"),
    _case(
        "nothing but the smallest numbers there are",
        wav(bytes([1, 0, 0, 0]) * 4000, format=3, bits=32),
        "rejected: silent",
    ),
    _case("nothing but zeros", wav(bytes(8000)), "rejected: silent"),
    _case("one sample", wav(b"\xff\x7f"), "rejected: too short: .+"),
    _case(
        "RF64 that claims 2^63 bytes",
        patched(valid("RF64"), 20, struct.pack("<QQQ", 2**63, 2**63, 2**62)),
        "rejected: .+",
    ),
    _case("W64 that claims 2^62 bytes", patched(valid("W64"), 16, struct.pack("<Q", 2**62)), "rejected: .+|accepted"),
    _case("a WAV in a WAV in a WAV", wav(wav(wav(SOUND.tobytes()))), "accepted"),
]
