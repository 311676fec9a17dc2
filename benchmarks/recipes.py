"""Every recipe on real sets with an equal budget of CPU minutes: which of them work.

    python benchmarks/recipes.py run SET FOLDER [--root ROOT] [--cpu-minutes 2] [--seeds 0 1] [--recipes dense ...]
    python benchmarks/recipes.py page FOLDER [FOLDER ...]

`run` clones the committed project into FOLDER/SET, applies the preset SET with the sounds in ROOT (`default` is the
default corpus, which needs neither), and runs `dvc exp run` once per recipe and seed; finished runs are not repeated.
`page` reads the MLflow stores of all sets below its folders, as `waveloom leaderboard` does, and rewrites
docs/reference/recipes.md; if several folders have a recipe, the last one counts. Two sets may run in parallel, each on
one core (`taskset -c 0`, `taskset -c 1`).
"""

import argparse
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import mean

from generated import call
from mlflow.tracking import MlflowClient

from waveloom.config import plugins
from waveloom.evaluation import embeddings
from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.leaderboard.entry import Entry
from waveloom.leaderboard.render import cell_text
from waveloom.leaderboard.runs import read
from waveloom.leaderboard.tables import Row, tables
from waveloom.tracking.headline_metrics import HEADLINE
from waveloom.tracking.names import metric_name
from waveloom.tracking.store import store

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "reference" / "recipes.md"
DEFAULT = "default"  # corpus
CLIPS = "clips and features"
Metrics = Mapping[str, float]
NEVER = 1_000_000  # steps: the time limit ends the training
SOUNDS = 250  # generated: 25 per label for ten labels, so that conditional recipes have as many as others
COLUMNS = (
    "Recipe",
    "Seed",
    "Kernel distance",
    "Against the best",
    "Representation only",
    "Diversity",
    "Copies",
    "Label agreement",
)
COSTS = ("Steps", "Steps a processor minute", "Memory, MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run")
    run.add_argument("set")
    run.add_argument("folder", type=Path)
    run.add_argument("--root", type=Path)
    run.add_argument("--cpu-minutes", type=float, default=2.0)
    run.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    run.add_argument("--recipes", nargs="+", default=sorted(p.stem for p in PROJECT.glob("conf/recipes/*.yml")))
    run.set_defaults(call=run_all)
    page = commands.add_parser("page")
    page.add_argument("folders", type=Path, nargs="+")
    page.set_defaults(call=draw)
    args = parser.parse_args()
    args.call(args)


def run_all(args: argparse.Namespace) -> None:
    copy = args.folder.resolve() / args.set
    if not copy.exists():
        call(PROJECT, "git", "clone", "--quiet", "--no-hardlinks", str(PROJECT), str(copy))
        if args.set != DEFAULT:
            call(copy, "waveloom", "use", args.set)
    done = {(row.entry.recipe, row.entry.seed) for row in _rows(_runs([copy]))}
    for seed in args.seeds:
        for recipe in args.recipes:
            if (recipe, str(seed)) not in done:
                _experiment(copy, args, recipe, seed)


def _experiment(copy: Path, args: argparse.Namespace, recipe: str, seed: int) -> None:
    values = {
        **({"ingest.options.root": args.root.resolve()} if args.root else {}),
        "train.recipe": recipe,
        "train.seed": seed,
        "train.steps": NEVER,
        "train.cpu_minutes": args.cpu_minutes,
        "train.validate_every": 100,
        "train.patience": 0,
        "train.checkpoint_every": NEVER,
        "evaluate.samples": SOUNDS,
    }
    setting = [word for name, value in values.items() for word in ("-S", f"{name}={value}")]
    print(f"{args.set}: {recipe}, seed {seed}", flush=True)
    try:
        call(copy, "dvc", "exp", "run", "--quiet", *setting, "evaluate")
    except subprocess.CalledProcessError as problem:  # a failing recipe is a result; the others continue
        print(f"{args.set}: {recipe}, seed {seed} FAILED: {problem.stderr[-2000:]}", flush=True)


def draw(args: argparse.Namespace) -> None:
    begin, end = "<!-- tables: made by benchmarks/recipes.py -->\n", "<!-- end of tables -->"
    head, rest = PAGE.read_text().split(begin)
    sets = sorted({path.name for folder in args.folders for path in folder.iterdir() if path.is_dir()})
    made = "\n".join(_table(name, [folder / name for folder in args.folders]) for name in sets)
    PAGE.write_text(f"{head}{begin}\n{made}\n{end}{rest.split(end)[1]}")


def _runs(copies: list[Path]) -> list[tuple[Entry, Metrics]]:
    """Give every run of one set with its metrics; a recipe counts only in the last of the copies that has it."""
    found: dict[str, list[tuple[Entry, Metrics]]] = {}
    for copy in copies:
        if not copy.is_dir():
            continue
        client = MlflowClient(store(copy)[1])
        here: dict[str, list[tuple[Entry, Metrics]]] = {}
        for one in read(copy, FEATURE_TABLE)[0]:
            here.setdefault(one.recipe, []).append((one, client.get_run(one.run).data.metrics))
        found |= here
    return [run for runs in found.values() for run in runs]


def _rows(runs: list[tuple[Entry, Metrics]]) -> list[Row]:
    # 250 sounds divide evenly into ten labels; for the 17 labels of the default corpus it is 238, compared equally.
    found = tables([replace(one, basis={CLIPS: one.basis[CLIPS]}) for one, _ in runs])
    return list(found[0].rows) if found else []


def _paces(runs: list[tuple[Entry, Metrics]]) -> dict[tuple[str, str], float]:
    """Give steps per CPU minute of each recipe and seed, validation and start included."""
    return {(one.recipe, one.seed): float(one.steps) / one.cpu_minutes for one, _ in runs if one.cpu_minutes}


def _table(name: str, copies: list[Path]) -> str:
    runs = _runs(copies)
    rows, paces = _rows(runs), _paces(runs)
    first = rows[0].entry
    lines = [f"## {name}", "", f"Other real sounds score {_with_margin(first.floor, first.floor_margin)}.", ""]
    lines += ["| " + " | ".join((*COLUMNS, *COSTS)) + " |", "|---" * len((*COLUMNS, *COSTS)) + "|"]
    return "\n".join([*lines, *(_line(row, paces) for row in rows), "", *_by_embedding(runs, first.basis[CLIPS]), ""])


def _by_embedding(found: list[tuple[Entry, Metrics]], clips: str) -> list[str]:
    """Table kernel distance and recall by each embedding, means over seeds, sorted by the first embedding."""
    embedding_names = [FEATURE_TABLE, *(name for name in plugins.available(embeddings) if name != FEATURE_TABLE)]
    runs = [(one.recipe, metrics) for one, metrics in found if one.basis[CLIPS] == clips]

    def numbers(recipe: str, number: str, who: str) -> list[float]:
        names = [metric_name((number, embedding, who)) for embedding in embedding_names]
        return [mean(run[name] for made_by, run in runs if recipe in (made_by, "")) for name in names]

    ranked = sorted({made_by for made_by, _ in runs}, key=lambda recipe: numbers(recipe, HEADLINE, "generated"))
    seeds = Counter(made_by for made_by, _ in runs)
    lines = [
        "| Recipe | Seeds | " + " | ".join(f"Kernel distance, {embedding}" for embedding in embedding_names) + " | "
    ]
    lines[0] += " | ".join(f"Recall, {embedding}" for embedding in embedding_names) + " |"
    lines.append("|---" * (2 + 2 * len(embedding_names)) + "|")
    sources = [(f"`{recipe}`", str(seeds[recipe]), recipe, "generated") for recipe in ranked]
    for source, count, recipe, who in [("*other real sounds*", "", "", "floor"), *sources]:
        cells = [f"{value:.3g}" for value in numbers(recipe, HEADLINE, who)]
        cells += [f"{value:.2f}" for value in numbers(recipe, "recall", who)]
        lines.append(f"| {source} | {count} | " + " | ".join(cells) + " |")
    return lines


def _line(row: Row, paces: dict[tuple[str, str], float]) -> str:
    entry = row.entry
    cells = [
        f"`{entry.recipe}`",
        entry.seed,
        _with_margin(entry.score, entry.margin),
        row.against_best,
        cell_text("ceiling", entry.ceiling),
        cell_text("diversity", entry.diversity),
        cell_text("copies", entry.copies),
        "not conditional" if entry.agreement is None else cell_text("agreement", entry.agreement),
        entry.steps,
        cell_text("pace", paces.get((entry.recipe, entry.seed))),
        cell_text("memory_mb", entry.memory_mb),
    ]
    return "| " + " | ".join(cells) + " |"


def _with_margin(score: float | None, margin: float | None) -> str:
    return cell_text("score", score) + (f" ± {cell_text('margin', margin)}" if margin is not None else "")


if __name__ == "__main__":
    main()
