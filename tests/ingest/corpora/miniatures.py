"""Miniatures of published sets: their exact layout, with noise as sound, and the expected recordings."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import soundfile

from tests.sounds import noise

HEX = ["004ae714", "00f0204f", "0a2b400e", "c1d39ce8"]  # speakers of Speech Commands


class Miniature(NamedTuple):
    """The sounds and texts of a set, and the expected counts of accepted recordings by label and split, and of groups.

    `refused` gives the reason for each of the others; `licence` and `attribution` are those of the first accepted.
    """

    sounds: list[str]
    texts: dict[str, str]
    labels: dict[str, int]
    splits: dict[str, int]
    groups: int
    licence: str
    attribution: str
    refused: dict[str, str] = {}
    rate: int = 16_000
    format: str | None = None


def build(set_: Miniature, root: Path) -> None:
    """Write the tree; no two sounds are the same."""
    for seed, name in enumerate(set_.sounds):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, noise(0.1, set_.rate, seed=seed), set_.rate, format=set_.format or form(path))
    for name, text in set_.texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def form(path: Path) -> str:
    return path.suffix[1:].upper()


def table(head: str, rows: Iterable[str]) -> str:
    return "\n".join([head, *rows]) + "\n"


def fsdkaggle2018() -> Miniature:
    rows = [
        f"{n:08x}.wav,{label},1,{100 + n // 2},Attribution" for n, label in enumerate(["Cello"] * 4 + ["Flute"] * 4)
    ]
    return Miniature(
        sounds=[f"audio_train/{n:08x}.wav" for n in range(8)],
        texts={"train.csv": table("fname,label,manually_verified,freesound_id,license", rows)},
        labels={"Cello": 4, "Flute": 4},
        splits={"train": 8},
        groups=4,
        licence="Attribution",
        attribution="https://freesound.org/s/100/",
        rate=44_100,
    )


def fsdkaggle2018_full() -> Miniature:
    train = [f"{n:08x}.wav,{label},1,{100 + n},Creative Commons 0" for n, label in enumerate(["Bark", "Bark", "Bus"])]
    test = [
        f"{n:08x}.wav,{label},{usage},{100 + n},Attribution"
        for n, label, usage in [(8, "Bark", "Public"), (9, "Bus", "Private")]
    ]
    return Miniature(
        sounds=[f"FSDKaggle2018.audio_train/{n:08x}.wav" for n in range(3)]
        + [f"FSDKaggle2018.audio_test/{n:08x}.wav" for n in (8, 9)],
        texts={
            "FSDKaggle2018.meta/train_post_competition.csv": table(
                "fname,label,manually_verified,freesound_id,license", train
            ),
            "FSDKaggle2018.meta/test_post_competition_scoring_clips.csv": table(
                "fname,label,usage,freesound_id,license", test
            ),
            "FSDKaggle2018.doc/README.md": "FSDKaggle2018",
        },
        labels={"Bark": 3, "Bus": 2},
        splits={"train": 3, "test": 2},
        groups=5,
        licence="Creative Commons 0",
        attribution="https://freesound.org/s/100/",
        rate=44_100,
    )


def fsd50k() -> Miniature:
    guitar = "Electric_guitar,Guitar,Plucked_string_instrument,Musical_instrument,Music"
    acoustic = guitar.replace("Electric", "Acoustic")
    dev = {1: (guitar, "train"), 2: (guitar, "val"), 3: (acoustic, "train"), 4: ("Bark,Dog,Animal", "train")}
    dev |= {
        5: ("Bark,Rain,Dog,Animal,Water", "train"),
        6: ("Rain,Water", "val"),
        7: ("Guitar,Plucked_string_instrument,Musical_instrument,Music", "train"),
    }
    evaluation = {8: "Bark,Dog,Animal", 9: "Rain,Water", 10: "Dog,Animal"}

    def info(ids: Iterable[int]) -> str:
        clip = {
            "title": "a title",
            "description": "\u201cquoted\u201d",
            "tags": ["a", "b"],
            "license": "http://creativecommons.org/licenses/by/3.0/",
        }
        return json.dumps({str(n): {**clip, "uploader": f"user{n}"} for n in ids})

    return Miniature(
        sounds=[f"FSD50K.dev_audio/{n}.wav" for n in dev] + [f"FSD50K.eval_audio/{n}.wav" for n in evaluation],
        texts={
            "FSD50K.ground_truth/dev.csv": table(
                "fname,labels,mids,split", [f'{n},"{labels}","/m/1,/m/2",{split}' for n, (labels, split) in dev.items()]
            ),
            "FSD50K.ground_truth/eval.csv": table(
                "fname,labels,mids", [f'{n},"{labels}","/m/1,/m/2"' for n, labels in evaluation.items()]
            ),
            "FSD50K.ground_truth/vocabulary.csv": "0,Bark,/m/1\n",
            "FSD50K.metadata/dev_clips_info_FSD50K.json": info(dev),
            "FSD50K.metadata/eval_clips_info_FSD50K.json": info(evaluation),
            "FSD50K.metadata/class_info_FSD50K.json": "{}",
        },
        labels={"Electric_guitar": 2, "Acoustic_guitar": 1, "Guitar": 1, "Bark": 2, "Dog": 1, "Rain": 2},
        splits={"train": 4, "validation": 2, "test": 3},
        groups=9,
        licence="http://creativecommons.org/licenses/by/3.0/",
        attribution="a title by user1, https://freesound.org/s/1/",
        refused={"FSD50K.dev_audio/5.wav": "several labels: Bark, Rain"},
        rate=44_100,
    )


def fsdnoisy18k() -> Miniature:
    return Miniature(
        sounds=[
            "FSDnoisy18k.audio_train/1111.wav",
            "FSDnoisy18k.audio_train/2222.wav",
            "FSDnoisy18k.audio_test/333.wav",
        ],
        texts={
            "FSDnoisy18k.meta/train.csv": table(
                "fname,label,aso_id,manually_verified,noisy_small",
                ["1111.wav,Fire,/m/02_41,0,0", "2222.wav,Rain,/m/06mb1,1,0"],
            ),
            "FSDnoisy18k.meta/test.csv": table("fname,label,aso_id", ["333.wav,Rain,/m/06mb1"]),
            "FSDnoisy18k.doc/LICENSE-INDIVIDUAL-CLIPS": "CC",
        },
        labels={"Fire": 1, "Rain": 2},
        splits={"train": 2, "test": 1},
        groups=3,
        licence="see FSDnoisy18k.doc/LICENSE-INDIVIDUAL-CLIPS",
        attribution="https://freesound.org/s/1111/",
        rate=44_100,
    )


def esc10() -> Miniature:
    names = [f"{label}/{fold}-{100 + fold}-A.ogg" for label in ("dog_bark", "rain") for fold in range(1, 6)]
    head = "file,label,fold,freesound_id,take,license,author,source_url,sample_rate,seconds"
    rows = [
        f"{n},{n.split('/')[0]},{n.split('/')[1][0]},{i},A,CC0,me,http://f/{i}/,44100,5.0" for i, n in enumerate(names)
    ]
    return Miniature(
        sounds=names,
        texts={"labels.csv": table(head, rows)},
        labels={"dog_bark": 5, "rain": 5},
        splits={"train": 6, "validation": 2, "test": 2},
        groups=10,
        licence="CC0",
        attribution="me, http://f/0/",
        rate=44_100,
    )


def esc50() -> Miniature:
    clips = [(fold, 1000 + fold + 10 * target, target) for target in (0, 14) for fold in range(1, 6)]
    names = [f"{fold}-{source}-A-{target}.wav" for fold, source, target in clips]
    rows = [
        f"{name},{fold},{target},{'dog' if target == 0 else 'chirping_birds'},{target == 0},{source},A"
        for name, (fold, source, target) in zip(names, clips, strict=True)
    ]
    return Miniature(
        sounds=[f"audio/{name}" for name in names],
        texts={"meta/esc50.csv": table("filename,fold,target,category,esc10,src_file,take", rows), "README.md": "ESC"},
        labels={"dog": 5, "chirping_birds": 5},
        splits={"train": 6, "validation": 2, "test": 2},
        groups=10,
        licence="CC-BY-NC-3.0",
        attribution="ESC-50 (K. J. Piczak), https://freesound.org/s/1001/",
        rate=44_100,
    )


def urbansound8k() -> Miniature:
    clips = [(fold, 2000 + fold, 3 if fold % 2 else 9, part) for fold in range(1, 11) for part in (0, 1)]
    head = "slice_file_name,fsID,start,end,salience,fold,classID,class"
    rows = [
        f"{fs}-{kind}-0-{part}.wav,{fs},0.0,4.0,1,{fold},{kind},{'dog_bark' if kind == 3 else 'street_music'}"
        for fold, fs, kind, part in clips
    ]
    return Miniature(
        sounds=[f"audio/fold{fold}/{fs}-{kind}-0-{part}.wav" for fold, fs, kind, part in clips],
        texts={"metadata/UrbanSound8K.csv": table(head, rows), "UrbanSound8K_README.txt": "US8K"},
        labels={"dog_bark": 10, "street_music": 10},
        splits={"train": 16, "validation": 2, "test": 2},
        groups=10,
        licence="CC-BY-NC-3.0",
        attribution="UrbanSound8K (Salamon, Jacoby, Bello), https://freesound.org/s/2001/",
    )


def fsdd() -> Miniature:
    speakers = ("george", "jackson", "theo")
    return Miniature(
        sounds=[f"recordings/{digit}_{who}_{take}.wav" for digit in (0, 7) for who in speakers for take in range(2)],
        texts={"README.md": "FSDD", "metadata.py": ""},
        labels={"0": 6, "7": 6},
        splits={"train": 12},
        groups=3,
        licence="CC-BY-SA-4.0",
        attribution="Free Spoken Digit Dataset, speaker george",
        rate=8_000,
    )


def fsdd_voices() -> Miniature:
    return fsdd()._replace(
        sounds=[name.replace("_1.wav", "_5.wav") for name in fsdd().sounds],  # takes 0 to 4 are its own test split
        labels={f"{digit}-{who}": 2 for digit in (0, 7) for who in ("george", "jackson", "theo")},
        splits={"test": 6, "train": 6},
        groups=12,
    )


def fsdd_speakers() -> Miniature:
    return fsdd_voices()._replace(labels=fsdd().labels)


def _words(words: Iterable[str]) -> list[str]:
    return [f"{word}/{who}_nohash_{n}.wav" for word in words for n, who in enumerate(HEX)]


def speech_commands(*words: str) -> Miniature:
    words = words or ("backward", "zero", "nine")
    return Miniature(
        sounds=[*_words(words), "_background_noise_/white_noise.wav"],
        texts={
            "validation_list.txt": "".join(f"{word}/00f0204f_nohash_1.wav\n" for word in words),
            "testing_list.txt": "".join(f"{word}/c1d39ce8_nohash_3.wav\n" for word in words)
            + "zero/c1d39ce8_nohash_9.wav\n",
            "README.md": "Speech Commands",
            "LICENSE": "",
        },
        labels=dict.fromkeys(words, 4),
        splits={"train": 2 * len(words), "validation": len(words), "test": len(words)},
        groups=4,
        licence="CC-BY-4.0",
        attribution="Speech Commands (P. Warden), speaker 004ae714",
        refused={
            "_background_noise_/white_noise.wav": "name: it does not fit the pattern",
            "zero/c1d39ce8_nohash_9.wav": "missing",
        },
    )


def sc09() -> Miniature:
    digits = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    whole, part = speech_commands(*digits, "backward"), speech_commands(*digits)
    return part._replace(sounds=whole.sounds, texts=whole.texts)


def nsynth() -> Miniature:
    notes = {"train": ["bass_acoustic_000-024-127", "reed_synthetic_003-060-050", "reed_synthetic_003-062-050"]}
    notes |= {"valid": ["bass_electronic_018-022-100"], "test": ["reed_acoustic_023-062-127"]}

    def examples(part: list[str]) -> str:
        return json.dumps(
            {
                note: {
                    "note_str": note,
                    "instrument_str": note.split("-")[0],
                    "instrument_family_str": note.split("_")[0],
                    "pitch": int(note.split("-")[1]),
                    "qualities_str": ["dark"],
                    "sample_rate": 16000,
                }
                for note in part
            }
        )

    return Miniature(
        sounds=[f"nsynth-{part}/audio/{note}.wav" for part, some in notes.items() for note in some],
        texts={f"nsynth-{part}/examples.json": examples(some) for part, some in notes.items()},
        labels={"bass": 2, "reed": 3},
        splits={"train": 3, "validation": 1, "test": 1},
        groups=4,
        licence="CC-BY-4.0",
        attribution="NSynth (Engel et al.), bass_acoustic_000",
    )


def gtzan() -> Miniature:
    return Miniature(
        sounds=[f"genres/{genre}/{genre}.{n:05d}.wav" for genre in ("blues", "jazz") for n in range(3)],
        texts={"genres/jazz/jazz.00054.wav": "broken", "genres/bextract_single.mf": ""},
        labels={"blues": 3, "jazz": 3},
        splits={"train": 6},
        groups=6,
        licence="",
        attribution="GTZAN (G. Tzanetakis, P. Cook)",
        refused={"genres/jazz/jazz.00054.wav": "unreadable: Format not recognised."},
        rate=22_050,
    )


def ravdess() -> Miniature:
    names = [
        f"Actor_{who:02d}/03-01-{emotion}-01-01-01-{who:02d}.wav"
        for who in (1, 2, 24)
        for emotion in ("01", "05", "08")
    ]
    return Miniature(
        sounds=[*names, "Actor_01/03-02-01-01-01-01-01.wav", "Actor_01/03-01-09-01-01-01-01.wav"],
        texts={},
        labels={"neutral": 3, "angry": 3, "surprised": 3},
        splits={"train": 9},
        groups=3,
        licence="CC-BY-NC-SA-4.0",
        attribution="RAVDESS (Livingstone, Russo), actor 01",
        refused={
            "Actor_01/03-02-01-01-01-01-01.wav": "name: it does not fit the pattern",
            "Actor_01/03-01-09-01-01-01-01.wav": "value: emotion is '09'",
        },
        rate=48_000,
    )


def librispeech() -> Miniature:
    speakers = [
        "14   | F | train-clean-360  | 25.03 | Kristin LeMoine",
        "84   | F | dev-clean        |  8.02 | Christie Nowak",
        "61   | M | test-clean       |  8.08 | Paul-Gabriel Wiener",
    ]
    where = [("train-clean-360", 14, 208), ("dev-clean", 84, 121123), ("test-clean", 61, 70968)]
    return Miniature(
        sounds=[f"{part}/{who}/{of}/{who}-{of}-{n:04d}.flac" for part, who, of in where for n in range(2)]
        + ["dev-clean/99/1/99-1-0000.flac"],
        texts={
            "SPEAKERS.TXT": table(";ID  |SEX| SUBSET           |MINUTES| NAME", speakers),
            **{f"{part}/{who}/{of}/{who}-{of}.trans.txt": f"{who}-{of}-0000 GO ON\n" for part, who, of in where},
        },
        labels={"female": 4, "male": 2},
        splits={"train": 2, "validation": 2, "test": 2},
        groups=3,
        licence="CC-BY-4.0",
        attribution="LibriSpeech (Panayotov et al.), read by Christie Nowak for LibriVox",
        refused={"dev-clean/99/1/99-1-0000.flac": "details: SPEAKERS.TXT has no '99'"},
    )


def timit() -> Miniature:
    files = [
        f"{part}/{who}/{n}.WAV"
        for part, who in [("TRAIN", "DR1/FCJF0"), ("TEST", "DR8/MRES0")]
        for n in ("SA1", "SX37")
    ]
    return Miniature(
        sounds=[*files, "train/dr2/mabc0/si1.wav", "TRAIN/DR2/FDEF1/SI2.WAV.wav"],
        texts={
            "TRAIN/DR1/FCJF0/SA1.TXT": "0 46797 She had your dark suit",
            "TRAIN/DR1/FCJF0/SA1.PHN": "",
            "TEST/DR8/MRES0/SX99.WAV": shortened(),
        },
        labels={"female": 3, "male": 3},
        splits={"train": 4, "test": 2},
        groups=4,
        licence="LDC User Agreement",
        attribution="TIMIT (Garofolo et al., LDC93S1), speaker MRES0",
        refused={"TEST/DR8/MRES0/SX99.WAV": "unreadable: File contains data in an unimplemented format."},
        format="NIST",
    )


def shortened() -> str:
    """A NIST SPHERE header of 1,024 bytes that declares samples compressed by shorten, and some bytes after it."""
    fields = "channel_count -i 1\nsample_count -i 8000\nsample_rate -i 16000\nsample_n_bytes -i 2\n"
    fields += "sample_byte_format -s2 01\nsample_coding -s26 pcm,embedded-shorten-v2.00\nend_head\n"
    return f"NIST_1A\n   1024\n{fields}".ljust(1024) + "ajkg" * 500


SETS: dict[str, Callable[[], Miniature]] = {
    "fsdkaggle2018": fsdkaggle2018,
    "fsdkaggle2018_full": fsdkaggle2018_full,
    "fsd50k": fsd50k,
    "fsdnoisy18k": fsdnoisy18k,
    "esc10": esc10,
    "esc50": esc50,
    "urbansound8k": urbansound8k,
    "fsdd": fsdd,
    "fsdd_speakers": fsdd_speakers,
    "fsdd_voices": fsdd_voices,
    "speech_commands": speech_commands,
    "sc09": sc09,
    "nsynth": nsynth,
    "gtzan": gtzan,
    "ravdess": ravdess,
    "librispeech": librispeech,
    "timit": timit,
}


def counts(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values))
