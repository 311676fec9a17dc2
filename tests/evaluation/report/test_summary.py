import pytest

from waveloom.evaluation.report.summary import summary_sentences

ABSENT = "not measured: x"


def metrics(
    generated: float | str,
    ratio: float | str = 1.0,
    agreement: float | str = ABSENT,
    copies: float | str = 0.0,
    mixture: float = 20.0,
    opinion: dict | None = None,
) -> dict:
    return {
        "kernel_distance": {"mfcc": {"generated": generated, "floor": 0.0, "noise": 10.0, "mixture": mixture}},
        "diversity_ratio": {"mfcc": {"generated": ratio}},
        "copy_rate": {"clips": {"generated": copies, "floor": 0.01}},
        "margins": {
            "kernel_distance": {"mfcc": {"generated": 0.5, "floor": 0.25, "noise": ABSENT}},
            "copy_rate": {"clips": {"generated": 0.02}},
        },
        "label_agreement": {"generated": agreement, "real": 0.9},
        "classifier": {"chance": 0.1},
        "mean_opinion_score": opinion or {"generated": "not measured (0 listeners)"},
    }


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (0.0, "as near to real test sounds as other real sounds are"),
        (1.0, "near to real sounds, though not as near"),
        (4.0, "nearer to real sounds than to noise, but easily told apart"),
        (8.0, "little nearer to real sounds than noise is"),
        (12.0, "no nearer to real sounds than white noise is"),
    ],
)
def test_it_describes_the_distance_between_noise_and_real_sounds(distance, text):
    assert text in summary_sentences(metrics(distance))[0]


@pytest.mark.parametrize(("ratio", "text"), [(2, "more"), (1, "about as"), (0.6, "less"), (0.1, "far less varied")])
def test_it_describes_diversity(ratio, text):
    assert text in summary_sentences(metrics(1, ratio))[1]


def test_label_agreement_is_described_only_if_measured():
    assert len(summary_sentences(metrics(1))) == 4
    assert "the requested label in 45% of them" in summary_sentences(metrics(1, agreement=0.45))[3]


@pytest.mark.parametrize(("copies", "text"), [(0.0, "no more than"), (0.03, "within the margin"), (0.5, "more than")])
def test_it_describes_copying(copies, text):
    assert (
        f"{100 * copies:.0f}% of them count as copies of training sounds, {text}"
        in summary_sentences(metrics(1, copies=copies))[2]
    )


def test_it_says_if_a_mixture_of_gaussians_comes_nearer():
    assert "A mixture of Gaussians, fitted in seconds, comes nearer to real sounds (0.5)." in summary_sentences(
        metrics(1, mixture=0.5)
    )
    assert not any("mixture" in sentence for sentence in summary_sentences(metrics(1.0, mixture=1.5)))


def test_distances_have_margins():
    assert "generated 1.0 ± 0.5, other real sounds 0.0 ± 0.2, white noise 10.0)" in summary_sentences(metrics(1))[0]


def test_it_says_what_was_not_measured():
    level = metrics("not measured: too few", "not measured: too few", copies="not measured: too few")
    assert all("not measured: too few" in sentence for sentence in summary_sentences(level)[:3])


def test_it_says_that_no_one_listened():
    assert summary_sentences(metrics(0))[-1].startswith("No listener took part")


def test_it_describes_the_opinion_score():
    opinion = {"generated": 3.25, "real": 4.5, "low": 2.75, "high": 3.75, "listeners": 6, "ratings": 72}
    text = summary_sentences(metrics(0, opinion=opinion))[-1]
    assert "6 listeners gave them 3.2 (72 ratings, 95% interval 2.8 to 3.8), real sounds 4.5." in text
    alone = {**opinion, "low": ABSENT, "high": ABSENT}
    assert "(72 ratings), real" in summary_sentences(metrics(0, opinion=alone))[-1]


def test_a_corpus_of_noise_does_not_divide_by_zero():
    level = metrics(1)
    level["kernel_distance"]["mfcc"]["noise"] = 0.0
    assert "no nearer" in summary_sentences(level)[0]
