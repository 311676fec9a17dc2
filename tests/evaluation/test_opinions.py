import json

import pytest
from typer.testing import CliRunner

from tests.evaluation.report.test_page import HISTORY, RECORDINGS
from tests.listening.studies import answer, small
from waveloom.commands.app import app
from waveloom.config.errors import InputError
from waveloom.evaluation.evaluate import Evaluate
from waveloom.pipelines.evaluate.nodes import evaluate_model
from waveloom.preparation.config import Prepare

CONFIG = Evaluate(samples=6, clips=6, folds=3, players=0)
LISTEN = "listen: {database: 'sqlite:///listening.db', draws: 400}\n"


@pytest.fixture(scope="module")
def evaluated(corpus, conditional, tmp_path_factory):
    """Run the node of the pipeline on saved opinions; returns its metrics and report."""
    cache = tmp_path_factory.mktemp("embeddings")
    recordings = RECORDINGS.assign(recording_id=[*corpus.store.index["recording_id"].unique()[:2], "", "", ""])

    def run(opinions: dict) -> tuple[dict, str]:
        inputs = (
            cache,
            recordings,
            corpus.store,
            corpus.table,
            corpus.scaler.to_dict(),
            conditional,
            HISTORY,
            cache,
            opinions,
        )
        _, metrics, _, _, page = evaluate_model(*inputs, CONFIG, corpus.features, Prepare())
        return metrics, " ".join(page.split())

    return run


def project(folder, maker, kind="acr"):
    """A project with a listening test of `maker`, its only generator, without any listener yet."""
    (folder / "conf").mkdir()
    (folder / "params.yaml").write_text(LISTEN)
    engine, _, items, _ = small(folder, kind, makers=(maker,))
    return engine, items


def results(folder):
    ran = CliRunner().invoke(app, ["listen", "results", "first", "--save", "--project", str(folder)])
    if ran.exception and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return json.loads((folder / "opinions.json").read_text())


def test_ratings_of_this_generator_are_in_summary_table_and_metrics(tmp_path, conditional, evaluated):
    engine, items = project(tmp_path, conditional.digest)
    scores = {conditional.digest: 3, "real": 5, "anchor": 1}
    for name, shift in (("ann", 0), ("bob", 1), ("cid", 0)):
        answer(engine, name, lambda item, shift=shift: min(5, scores[item.makers[0]] + shift), items)
    answer(engine, "deaf", lambda _: 2, items, qualified=False)
    metrics, page = evaluated(results(tmp_path))
    opinion = metrics["mean_opinion_score"]
    assert (opinion["generated"], opinion["low"], opinion["high"]) == pytest.approx((10 / 3, 3, 4))
    assert (opinion["listeners"], opinion["ratings"], opinion["excluded"]["not qualified"]) == (3, 12, 1)
    assert "3 listeners gave them 3.3 (12 ratings, 95% interval 3.0 to 4.0), real sounds 5.0." in page
    for text in ("3.33 (3.00 to 4.00)", "listening test <b>first</b>", "excluded: not qualified</th><td>1</td>"):
        assert text in page
    assert "0 listeners" not in page


def test_ratings_of_another_generator_are_ignored(tmp_path, evaluated):
    engine, items = project(tmp_path, "another")
    answer(engine, "ann", lambda item: 4 if item.makers == ("another",) else 2, items)
    opinions = results(tmp_path)
    assert opinions["first"]["result"]["another"]["mean"] == 4
    metrics, page = evaluated(opinions)
    assert metrics["mean_opinion_score"] == {"generated": "not measured (0 listeners)"}
    assert "Listening test" not in page


def test_saving_again_changes_nothing_and_leaves_other_studies(tmp_path):
    project(tmp_path, "one")
    (tmp_path / "opinions.json").write_text('{"older": {"kind": "acr"}}')
    assert set(results(tmp_path)) == {"older", "first"}
    before = (tmp_path / "opinions.json").read_bytes()
    results(tmp_path)
    assert (tmp_path / "opinions.json").read_bytes() == before


def test_preferences_are_not_saved_as_opinions(tmp_path):
    project(tmp_path, "one", "ab")
    with pytest.raises(InputError, match="kind ab, which gives no mean opinion score"):
        results(tmp_path)
