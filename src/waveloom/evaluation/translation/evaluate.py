"""Evaluates a translator: translates excerpts of test recordings and measures it beside the baselines."""

import logging
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

from waveloom.audio.file_names import file_name
from waveloom.audio.store import ClipStore
from waveloom.config.errors import InputError, name_list
from waveloom.evaluation.embedders import load_embedders, scaled_table
from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.evaluation.evaluate import Evaluate
from waveloom.evaluation.metrics import ABSENT
from waveloom.evaluation.translation.copies import copies_of
from waveloom.evaluation.translation.excerpts import Recordings, choose_recordings, load_excerpts
from waveloom.evaluation.translation.intervals import Bootstrap
from waveloom.evaluation.translation.measurement import Measurement, Output
from waveloom.evaluation.translation.metric_tree import metric_tree
from waveloom.evaluation.translation.scores import score_table
from waveloom.evaluation.translation.style import NO_CLASSIFIER, Style, fit_domain_classifier, held_out_accuracy
from waveloom.evaluation.translation.systems import TRANSLATED, Inference, Translator
from waveloom.evaluation.translation.training_material import codec_of, training_material
from waveloom.evaluation.translation.translations import plan_translations
from waveloom.features import Features
from waveloom.features.scaling import Scaler
from waveloom.models.model import Model
from waveloom.preparation.config import Prepare

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Corpus:
    """What a translator is evaluated on: the table of recordings, whose paths start at `project`, and their clips.

    `table` is the feature table of the clips of `store`, `scaler` was fitted on its training split. `cache` is a folder
    for embeddings of real clips.
    """

    recordings: pd.DataFrame
    project: Path
    store: ClipStore
    table: pd.DataFrame
    scaler: Scaler
    features: Features
    prepare: Prepare
    cache: Path | None = None


@dataclass(frozen=True)
class TranslationEvaluation:
    """All metrics (see `metric_tree`), and the outputs of the translator.

    `confusion`: columns actual (the target domain) and predicted, one row per clip of a translated sound. `samples`:
    one row per output, with its file, origin and scores.
    """

    metrics: dict[str, Any]
    confusion: pd.DataFrame
    samples: pd.DataFrame
    outputs: list[Output]
    rate_hz: int


@threadpool_limits.wrap(limits=1)  # fixes the order of sums; small products are not faster with more threads
def evaluate_translator(
    translator: Translator, settings: Any, model: Model, corpus: Corpus, config: Evaluate
) -> TranslationEvaluation:
    """Translate excerpts of the test recordings into every other domain, and measure all systems.

    `settings` are those of the `translator`, which was made from `model`. InputError if there is nothing to translate.
    """
    _check(translator, model, corpus)
    chosen = choose_recordings(corpus.recordings, translator.domains)
    measurement = _measure(Inference(translator, settings, corpus.store.rate_hz), model, corpus, config, chosen)
    bootstrap = Bootstrap((output.selected.source.piece for output in measurement.outputs), config.seed)
    metrics = {
        **metric_tree(measurement, bootstrap),
        "task": "translation",
        "classifier": _classifier_quality(measurement.style, corpus),
        "sets": _sizes(measurement, bootstrap, config, chosen),
        **_embeddings(measurement.style),
    }
    predictions = [(target, found) for system, target, found in measurement.style.predictions if system == TRANSLATED]
    confusion = pd.DataFrame(predictions, columns=["actual", "predicted"])
    samples = _sample_table(measurement, model, config.seed)
    return TranslationEvaluation(metrics, confusion, samples, measurement.outputs, corpus.store.rate_hz)


def _check(translator: Translator, model: Model, corpus: Corpus) -> None:
    index = corpus.store.index
    if "domain" not in index or not index["domain"].any():
        raise InputError("The clips name no domain, which a translator needs; run ingest and prepare again.")
    if list(corpus.table["clip_id"]) != list(index["clip_id"]):
        raise InputError("The rows of the feature table are not of the store's clips. Run features again.")
    trained = set(index.loc[index["split"] == "train", "domain"])
    if unknown := sorted(set(translator.domains) - trained):
        raise InputError(
            f"The translator knows {name_list(unknown)}, of which there are no training clips. Run train again on "
            "these clips."
        )
    if model.spec["rate_hz"] != corpus.store.rate_hz:
        raise InputError(
            f"The translator works at {model.spec['rate_hz']} Hz, the clips have {corpus.store.rate_hz} Hz. Run train "
            "again on these clips."
        )


def _measure(inference: Inference, model: Model, corpus: Corpus, config: Evaluate, chosen: Recordings) -> Measurement:
    training = training_material(corpus.store, config.training_clips, config.seed)
    embedders, missing = load_embedders(
        training.all_clips, corpus.store.rate_hz, corpus.features, {FEATURE_TABLE: corpus.scaler}, corpus.cache
    )
    scaled = scaled_table(embedders[FEATURE_TABLE], corpus.table)
    style = Style(embedders, missing, fit_domain_classifier(scaled, corpus.store.index["domain"].to_numpy(str)))
    measurement = Measurement(inference, training, codec_of(model.spec), corpus.prepare, style, copies_of(training))
    planned = plan_translations(chosen, inference.translator.domains, config.samples, config.seed)
    if not planned:
        raise InputError(f"The {chosen.split} split has recordings of one domain only; nothing can be translated.")
    for number, translations in groupby(planned, lambda translation: translation.group):
        excerpts = dict(load_excerpts(chosen.groups[number], corpus.prepare, corpus.store.rate_hz, corpus.project))
        measurement.measure_group(excerpts, list(translations))
    return measurement


def _classifier_quality(style: Style, corpus: Corpus) -> dict[str, Any]:
    """Balanced accuracy of the classifier of domains on clips outside the training split, and that of chance."""
    if style.classifier is None:
        return {"held_out_accuracy": NO_CLASSIFIER}
    scaled = scaled_table(style.embedders[FEATURE_TABLE], corpus.table)
    accuracy = held_out_accuracy(style.classifier, scaled, corpus.store.index["domain"].to_numpy(str))
    return {"held_out_accuracy": accuracy, "chance": 1 / len(style.classifier.classes_)}


def _sizes(measurement: Measurement, bootstrap: Bootstrap, config: Evaluate, chosen: Recordings) -> dict[str, Any]:
    outputs = measurement.outputs
    seconds = sum(len(output.sound.samples) for output in outputs) / measurement.codec.rate_hz
    return {
        "translations": len(outputs),
        "with_truth": sum(output.selected.truth is not None for output in outputs),
        "pieces": len(bootstrap.pieces),
        "domains": len(chosen.domains),
        "seconds": float(seconds),
        "training_clips": len(measurement.training.all_clips),
        "seed": config.seed,
        "split": chosen.split,
    }


def _embeddings(style: Style) -> dict[str, Any]:
    """The embeddings, each with version and dimensions or why it is missing."""
    used = {
        name: {
            "version": embedder.module.version(),
            "dimensions": next(iter(next(iter(style.rows[name].values())).values()))[0].values.shape[1],
        }
        for name, embedder in style.embedders.items()
    }
    return {"embeddings": {**used, **{name: f"{ABSENT}{reason}" for name, reason in style.missing.items()}}}


def _sample_table(measurement: Measurement, model: Model, seed: int) -> pd.DataFrame:
    rows = [_sample_row(output, model, seed) for output in measurement.outputs]
    scores = score_table(measurement.scores)
    of_outputs = scores[scores["system"] == TRANSLATED]
    wide = of_outputs.pivot_table(index="translation", columns="number", values="value", sort=True)
    return pd.DataFrame(rows).join(wide)


def _sample_row(output: Output, model: Model, seed: int) -> dict[str, Any]:
    translation, selected = output.translation, output.selected
    return {
        "file": file_name(f"{translation.number:04d}", f"{translation.source}-to-{translation.target}"),
        "seed": seed,
        "label": translation.target,
        "model": model.digest,
        "domain": translation.source,
        "source": selected.source.name,
        "truth": selected.truth.name if selected.truth else "",
        "piece": selected.source.piece,
    }
