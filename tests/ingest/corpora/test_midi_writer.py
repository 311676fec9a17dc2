from waveloom.ingest.corpora._midi_writer import _variable_length, note_sequence


def test_variable_length_numbers_are_those_of_the_standard():
    # Standard MIDI Files 1.0, page 2.
    examples = {0: "00", 0x40: "40", 0x7F: "7f", 0x80: "8100", 0x2000: "c000", 0x3FFF: "ff7f", 0x4000: "818000"}
    assert {number: _variable_length(number).hex() for number in examples} == examples


def test_one_note_byte_by_byte():
    midi = note_sequence(5, [(60, 100)], hold=2, period=4)
    assert midi.hex(" ") == (
        "4d 54 68 64 00 00 00 06 00 00 00 01 05 dc "  # one track, 1500 ticks a quarter
        "4d 54 72 6b 00 00 00 22 00 ff 51 03 0f 42 40 "  # a quarter lasts a second
        "00 c0 05 00 b0 5b 00 00 b0 5d 00 "  # program 5, no reverb, no chorus
        "00 90 3c 64 02 80 3c 00 01 b0 78 00 01 ff 2f 00"  # on, off after 2, silenced 1 later, end
    )
