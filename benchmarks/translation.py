"""Recipes of translation at an equal budget of CPU minutes, beside baselines.

    python benchmarks/translation.py run PRESET FOLDER [--recipes recast cyclegan] [--seeds 0 1 2]
        [--cpu-minutes 10] [--set train.steps=5000 ...] [--name NAME]
    python benchmarks/translation.py table FOLDER [FOLDER ...]

`run` clones the committed project into FOLDER/project, applies PRESET, runs the chain once per recipe and seed, and
keeps FOLDER/NAME-SEED (NAME is that of the recipe by default): metrics.json, model.json, the report and the samples.
Runs that are there are not repeated. `table` prints a row per recipe, and one per baseline: means over the seeds, with
the lowest lower and the highest upper limit of the 95% intervals by piece. Two folders may run in parallel, each on one
core (`taskset -c 0`, `taskset -c 1`).
"""

import argparse
import json
import shutil
import subprocess
import time
from pathlib import Path
from statistics import mean
from typing import Any

from generated import call

PROJECT = Path(__file__).resolve().parents[1]
SIDES = ("lower", "upper")
KEPT = ("data/06_reports/metrics.json", "data/06_reports/report.html", "data/04_models/generator/model.json")
RATIOS = (  # title, path in metrics.json
    ("LSD to the truth, of do-nothing", ("relative", "log_spectral_distance_db", "truth", "source")),
    ("of musaicing", ("relative", "log_spectral_distance_db", "truth", "musaicing")),
    ("onset F1, of the truth's", ("relative", "onset_f1", "source", "target")),
    ("chroma cosine, of the truth's", ("relative", "chroma_cosine", "source", "target")),
    ("classified as the target, of the truth's", ("relative", "style_accuracy", "*", "target")),
    ("kernel distance (feature table), of do-nothing", ("relative", "kernel_distance", "mfcc", "source")),
    ("by musicnn", ("relative", "kernel_distance", "musicnn", "source")),
    ("by the speech embedding", ("relative", "kernel_distance", "speech_embedding", "source")),
)
NUMBERS = (
    ("LSD to the truth, dB", ("log_spectral_distance_db", "truth")),
    ("mel-cepstral distortion, dB", ("mel_cepstral_distortion_db", "truth")),
    ("onset F1", ("onset_f1", "source")),
    ("chroma cosine", ("chroma_cosine", "source")),
    ("note distance", ("note_distance", "source")),
    ("classified as the target", ("style_accuracy", "*")),
    ("kernel distance, feature table", ("kernel_distance", "mfcc")),
    ("copies", ("copy_rate", "*")),
    ("change, dB", ("change_db", "source")),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run")
    run.add_argument("preset")
    run.add_argument("folder", type=Path)
    run.add_argument("--recipes", nargs="+", default=["recast"])
    run.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    run.add_argument("--cpu-minutes", type=float, default=0.0, help="0: the recipe's own number of steps")
    run.add_argument("--set", nargs="*", default=[], help="more parameters, as for `dvc exp run -S`")
    run.add_argument("--name", default="")
    run.set_defaults(call=run_all)
    table = commands.add_parser("table")
    table.add_argument("folders", type=Path, nargs="+")
    table.set_defaults(call=lambda args: print(tabulate(args.folders), systems(args.folders), sep="\n\n"))
    args = parser.parse_args()
    args.call(args)


def run_all(args: argparse.Namespace) -> None:
    copy = args.folder.resolve() / "project"
    if not copy.exists():
        call(PROJECT, "git", "clone", "--quiet", "--no-hardlinks", str(PROJECT), str(copy))
        call(copy, "waveloom", "use", args.preset)
    for seed in args.seeds:
        for recipe in args.recipes:
            kept = args.folder / f"{args.name or recipe}-{seed}"
            if not (kept / "metrics.json").exists():
                experiment(copy, args, recipe, seed, kept)


def experiment(copy: Path, args: argparse.Namespace, recipe: str, seed: int, kept: Path) -> None:
    values = [f"train.recipe={recipe}", f"train.seed={seed}", *args.set]
    if args.cpu_minutes:
        values += [f"train.cpu_minutes={args.cpu_minutes}"]
    settings = [word for value in values for word in ("-S", value)]
    print(f"{args.preset}: {kept.name} …", flush=True)
    start = time.monotonic()
    try:
        call(copy, "dvc", "exp", "run", "--quiet", "--force", *settings, "evaluate")
    except subprocess.CalledProcessError as problem:  # a failing recipe is a result; the others continue
        print(f"{kept.name} FAILED: {(problem.stderr or '')[-3000:]}", flush=True)
        return
    kept.mkdir(parents=True, exist_ok=True)
    for name in KEPT:
        shutil.copy(copy / name, kept)
    shutil.copytree(copy / "data/05_samples/samples", kept / "samples", dirs_exist_ok=True)
    print(f"{kept.name}: {(time.monotonic() - start) / 60:.1f} minutes; {tabulate([kept])}", flush=True)


def tabulate(folders: list[Path]) -> str:
    """Ratios of each translator to the baselines that it is compared with."""
    lines = ["| | seeds | " + " | ".join(title for title, _ in RATIOS) + " |", "|---" * (len(RATIOS) + 2) + "|"]
    for name, trees in metrics_of_runs(folders).items():
        lines.append(f"| `{name}` | {len(trees)} | " + " | ".join(cell(trees, path) for _, path in RATIOS) + " |")
    return "\n".join(lines)


def systems(folders: list[Path]) -> str:
    """Every system of every run in absolute numbers."""
    lines = ["| | " + " | ".join(title for title, _ in NUMBERS) + " |", "|---" * (len(NUMBERS) + 1) + "|"]
    for name, trees in metrics_of_runs(folders).items():
        for system in find(trees[0], ("onset_f1", "source")) or {}:
            title = f"`{name}`" if system == "translated" else system
            lines.append(f"| {title} | " + " | ".join(cell(trees, (*path, system)) for _, path in NUMBERS) + " |")
    return "\n".join(lines)


def metrics_of_runs(folders: list[Path]) -> dict[str, list[dict[str, Any]]]:
    """The metrics of each run, a folder itself or those in it, by the name of the run without its seed."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for folder in folders:
        for file in sorted({*folder.glob("metrics.json"), *folder.glob("*/metrics.json")}):
            runs.setdefault(file.parent.name.rpartition("-")[0], []).append(json.loads(file.read_text()))
    return runs


def cell(trees: list[dict[str, Any]], path: tuple[str, ...]) -> str:
    numbers = [value for tree in trees if isinstance(value := find(tree, path), int | float)]
    if not numbers:
        return "not measured"
    lower, upper = ([limit for tree in trees if (limit := find(tree[side], path)) is not None] for side in SIDES)
    interval = f" ({min(lower):.2f} to {max(upper):.2f})" if lower and upper else ""
    return f"{mean(numbers):.2f}{interval}"


def find(tree: Any, path: tuple[str, ...]) -> Any:
    """The value at `path`; `*` stands for the only key."""
    for key in path:
        if not isinstance(tree, dict) or not tree:
            return None
        tree = next(iter(tree.values())) if key == "*" else tree.get(key)
    return tree


if __name__ == "__main__":
    main()
