import struct

from waveloom.ingest.corpora._soundfont_info import soundfont_info


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def test_the_texts_of_the_info_list_are_read():
    info = chunk(b"ifil", b"\2\0\1\0") + chunk(b"INAM", b"Grand\0\0") + chunk(b"ICOP", b"CC0\0")
    font = chunk(b"RIFF", b"sfbk" + chunk(b"LIST", b"INFO" + info) + chunk(b"LIST", b"sdtaxxxx"))
    texts = soundfont_info(font)
    assert (texts["INAM"], texts["ICOP"]) == ("Grand", "CC0")
    assert "IENG" not in texts


def test_other_bytes_have_no_metadata():
    assert soundfont_info(b"") == {}
    assert soundfont_info(b"RIFFnothing") == {}
