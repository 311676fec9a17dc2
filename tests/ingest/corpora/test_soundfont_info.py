import struct

from waveloom.ingest.corpora._soundfont_info import soundfont_info, soundfont_presets


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


def test_the_names_of_presets_are_read_without_the_last_which_marks_the_end():
    headers = [(b"Piano", 0, 0), (b"Drums\0rest", 8, 128), (b"EOP", 0, 0)]
    presets = b"".join(struct.pack("<20sHHHIII", name, program, bank, 0, 0, 0, 0) for name, program, bank in headers)
    font = chunk(b"RIFF", b"sfbk" + chunk(b"LIST", b"sdtaphdr") + chunk(b"LIST", b"pdta" + chunk(b"phdr", presets)))
    assert soundfont_presets(font) == {(0, 0): "Piano", (128, 8): "Drums"}
    assert soundfont_presets(b"RIFFnothing") == {}
