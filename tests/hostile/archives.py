"""Archives and tables of files, forged; each holds three good sounds as well."""

from pathlib import Path

from tests.hostile import Case
from tests.ingest.corpora.attacks import ATTACKS, GOOD, Attack
from tests.sounds import noise, write_wav
from waveloom.config.errors import InputError
from waveloom.ingest.config import Ingest
from waveloom.ingest.recordings import recordings


def _case(attack: Attack) -> Case:
    def attempt(folder: Path) -> str:
        for number in range(GOOD):  # the files of a table's valid rows
            write_wav(folder / f"dog/{number}.wav", noise(0.1, seed=number))
        attack.write(folder)
        config = Ingest(corpus=attack.corpus, options=attack.options, min_class_recordings=1)
        try:
            table = recordings(config, folder / "made", folder)
        except InputError as error:
            return f"stops the run: {error}"
        refused = table[table["status"] == "rejected"]
        reasons = "; ".join(sorted(set(refused["reason"])))
        return (
            f"{len(table) - len(refused)} accepted, {len(refused)} rejected: {reasons}" if len(refused) else "accepted"
        )

    return Case(
        attack.title, attempt, "stops the run: .+" if attack.stops else f"{GOOD} accepted, {attack.bad} rejected: .+"
    )


CASES = [_case(attack) for attack in ATTACKS]
