import pytest

from waveloom.evaluation.report.summary import verdict

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
    ("distance", "said"),
    [
        (0.0, "as near to unheard real sounds as other real sounds are"),
        (1.0, "near to real sounds, though not as near"),
        (4.0, "nearer to real sounds than to noise, but easily told apart"),
        (8.0, "little nearer to real sounds than noise is"),
        (12.0, "no nearer to real sounds than white noise is"),
    ],
)
def test_it_says_how_far_from_noise_to_real_the_sounds_got(distance, said):
    assert said in verdict(metrics(distance))[0]


@pytest.mark.parametrize(("ratio", "said"), [(2, "more"), (1, "about as"), (0.6, "less"), (0.1, "far less varied")])
def test_it_says_how_varied_they_are(ratio, said):
    assert said in verdict(metrics(1, ratio))[1]


def test_it_speaks_of_labels_only_where_they_were_measured():
    assert len(verdict(metrics(1))) == 4
    assert "in 45% of them the label" in verdict(metrics(1, agreement=0.45))[3]


@pytest.mark.parametrize(("copies", "said"), [(0.0, "no more than"), (0.03, "within the margin"), (0.5, "more than")])
def test_it_says_whether_they_are_copies(copies, said):
    assert f"{100 * copies:.0f}% of them, {said}" in verdict(metrics(1, copies=copies))[2]


def test_it_owns_up_when_a_mixture_of_gaussians_comes_nearer():
    assert "A mixture of Gaussians, fitted in seconds, comes nearer to real sounds (0.5)." in verdict(
        metrics(1, mixture=0.5)
    )
    assert not any("mixture" in sentence for sentence in verdict(metrics(1.0, mixture=1.5)))


def test_distances_stand_with_their_margins():
    assert "generated 1.0 ± 0.5, other real sounds 0.0 ± 0.2, white noise 10.0)" in verdict(metrics(1))[0]


def test_what_was_not_measured_is_said_so():
    level = metrics("not measured: too few", "not measured: too few", copies="not measured: too few")
    assert all("not measured: too few" in sentence for sentence in verdict(level)[:3])


def test_it_never_leaves_out_that_no_one_listened():
    assert verdict(metrics(0))[-1].startswith("No listener took part")


def test_it_says_what_listeners_said():
    opinion = {"generated": 3.25, "real": 4.5, "low": 2.75, "high": 3.75, "listeners": 6, "ratings": 72}
    said = verdict(metrics(0, opinion=opinion))[-1]
    assert "6 listeners gave them 3.2 (72 ratings, 95% interval 2.8 to 3.8), real sounds 4.5." in said
    alone = {**opinion, "low": ABSENT, "high": ABSENT}
    assert "(72 ratings), real" in verdict(metrics(0, opinion=alone))[-1]


def test_a_corpus_of_noise_does_not_divide_by_zero():
    level = metrics(1)
    level["kernel_distance"]["mfcc"]["noise"] = 0.0
    assert "no nearer" in verdict(level)[0]
