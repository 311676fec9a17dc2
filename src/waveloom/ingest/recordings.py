"""ingest: make the table of recordings, one row per sound of a corpus: accepted or rejected, and its split."""

import logging
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from waveloom.config.errors import InputError, name_list
from waveloom.execution.atomic_folder import replaced_folder
from waveloom.execution.executor import SERIAL, Execution
from waveloom.execution.main_checkout import relative_to_checkout
from waveloom.execution.result_cache import stage_cache
from waveloom.ingest.config import Ingest, load_corpus
from waveloom.ingest.corpora import Recording
from waveloom.ingest.inspection import DEFAULT_PREPARE, Inspection, inspect_recordings, rows_to_table
from waveloom.ingest.level_faults import warn_of_levels
from waveloom.ingest.pairs import with_pair_rules
from waveloom.ingest.provenance import check_licences, warn_of_leaked_copies
from waveloom.ingest.reasons import count_reasons
from waveloom.ingest.splits import assign_splits
from waveloom.preparation.config import Prepare
from waveloom.similarity.exact_duplicates import reject_exact_duplicates
from waveloom.similarity.fingerprint_store import FingerprintStore
from waveloom.similarity.near_duplicates import fill_similar_to, merge_similar_groups

log = logging.getLogger(__name__)


def recordings(
    config: Ingest,
    folder: Path,
    base: Path = Path(),
    execution: Execution = SERIAL,
    checkpoints: Path | None = None,
    prepare: Prepare = DEFAULT_PREPARE,
) -> pd.DataFrame:
    """Inspect the corpus and divide it into splits: one row per recording, in the corpus's order.

    Sounds that the corpus generates are written into `folder`, which is replaced as a whole. Paths below `base` are
    relative to it, so the table does not depend on where the project lies. With `checkpoints`, a run that was killed
    continues where it stopped. A sound from which `prepare` could make no clip is rejected.
    """
    module, options = load_corpus(config)
    cache_inputs = [config, base.resolve(), *([] if prepare == DEFAULT_PREPARE else [prepare])]
    with replaced_folder(folder) as new_folder, stage_cache(checkpoints, "ingest", *cache_inputs) as cache:
        inspection = Inspection(config, new_folder, config.near_duplicates != "none", prepare)
        table = recordings_table(module.recordings(options, base), inspection, execution, cache)
        check_accepted(table, config)
        check_licences(table, config.licences)
        warn_of_levels(table)
    table["path"] = [_portable(path, new_folder, folder, base) for path in table["path"]]
    return with_splits(table, config)


def recordings_table(
    found: Iterable[Recording], inspection: Inspection, execution: Execution = SERIAL, cache: Path | None = None
) -> pd.DataFrame:
    """Make the table of recordings: inspected, exact duplicates rejected, near duplicates named."""
    fingerprints = FingerprintStore() if inspection.fingerprints else None
    rows = inspect_recordings(found, inspection, execution, cache)
    table = reject_exact_duplicates(rows_to_table(fingerprints.take_from(rows) if fingerprints else rows))
    return fill_similar_to(table, fingerprints, inspection.prepare.channel)


def with_splits(table: pd.DataFrame, config: Ingest) -> pd.DataFrame:
    """Fill the column `split`; the recordings of a pair are first checked and merged into one group.

    With `near_duplicates: group`, similar sounds are merged into one group as well.
    """
    table = with_pair_rules(table)
    table = assign_splits(merge_similar_groups(table) if config.near_duplicates == "group" else table, config)
    warn_of_leaked_copies(table)
    return table


def check_accepted(table: pd.DataFrame, config: Ingest) -> None:
    """Raise an InputError if no recording is accepted; warn of those that were rejected."""
    if table.empty:
        raise InputError(f"The corpus {config.corpus!r} gives no recordings; widen ingest.options.")
    reasons = ", ".join(f"{reason} {count}" for reason, count in count_reasons(table).items())
    labels = (table["status"] == "accepted").groupby(table["label"]).sum()
    labels = labels[(labels.index != "") | (labels > 0)]  # a recording that was rejected unread may have no label
    if labels.sum() == 0:
        raise InputError(
            f"All {len(table)} recordings were rejected ({reasons}), such as {table['name'].iloc[0]} "
            f"({table['reason'].iloc[0]}); see the limits in ingest, or correct the files."
        )
    if reasons:
        log.warning("%d of %d recordings were rejected: %s", len(table) - labels.sum(), len(table), reasons)
    if (labels == 0).any():
        log.warning("Classes of which every recording was rejected: %s.", name_list(labels.index[labels == 0]))


def _portable(path: str, new_folder: Path, folder: Path, base: Path) -> str:
    generated = Path(path).is_relative_to(new_folder)
    return relative_to_checkout(folder / Path(path).relative_to(new_folder) if generated else Path(path), base)
