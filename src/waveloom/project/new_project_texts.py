"""The texts that `waveloom new` writes: pyproject.toml, README.md and the heading of the preset `default`."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

PYPROJECT = """# Read by Kedro: the pipelines of this project are those of the installed package `waveloom`.
[tool.kedro]
package_name = "waveloom"
project_name = "{name}"
kedro_init_version = "{kedro}"
source_dir = "."
"""

DEFAULT_PRESET = """\
# What `waveloom new` chose for these sounds. `waveloom use default` writes these values, and the default of every
# other parameter, into params.yaml.
"""

_README = """# {name}

A generator of sounds, trained on {sounds}, made with Waveloom {version}. Type here:

    dvc repro                            # the whole chain: sounds, features, generator, report; only what changed runs
    waveloom results                     # where the report, the samples and the generator are
    waveloom generate out --count 8      # new sounds, in a folder that git ignores
    waveloom ui                          # MLflow's page of all experiments

`dvc repro` ends with `data/06_reports/report.html`: open it in a browser. Then commit the results and change something:

    git add dvc.lock data && git commit -m "First results"
    dvc exp run -S train.steps=2000
    dvc exp show --only-changed

- Every parameter, with a comment, is in `params.yaml`. `waveloom doctor` says what the sounds need, and
  `waveloom doctor --apply` writes what it suggests; `waveloom use default` brings back what this project began with.
- `waveloom use smoke` runs a small chain on built-in instrument notes, to see that everything works; `waveloom use
  default` goes back to your sounds.
- Stages one by one: `kedro run --pipeline train`; the graph: `kedro viz` (with `pip install 'waveloom[viz]'`).
- `conf/waveloom.yml` names the version of Waveloom and its code, and the stages depend on it. After an upgrade run
  `waveloom sync`, then `dvc repro`, which runs the stages whose code changed.
- The results are in DVC's cache: `dvc remote add` and `dvc push` put them where others can `dvc pull` them.

| folder | contents |
|---|---|
| `params.yaml`, `dvc.yaml` | every parameter; the stages, written by `waveloom sync` |
| `conf/recipes` | GAN configurations, chosen by `train.recipe`; add your own files |
| `conf/base/catalog.yml` | every dataset of the pipelines and its path |
| `data` | outputs of the stages: DVC stores them, git holds metrics and losses |
| `mlruns` | MLflow's store, ignored by git |
"""


def readme(name: str, values: Mapping[str, Any]) -> str:
    """Write the README of a project, whose params.yaml has these `values`."""
    options = values["ingest"]["options"]
    sounds = str(options.get("root") or options.get("file") or f"the corpus {values['ingest']['corpus']}")
    return _README.format(name=name, sounds=f"`{sounds}`", version=version("waveloom"))
