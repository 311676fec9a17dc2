"""Questions of a listening test, and the rating scales of their answers."""

from typing import Literal

Kind = Literal["acr", "ab", "cmos"]

# ITU-T P.800 (08/96): absolute category rating (B.4.5), comparison category rating (E.3) of the second sound against
# the first. A/B is a choice between two.
WORDS: dict[str, dict[int, str]] = {
    "acr": {1: "Bad", 2: "Poor", 3: "Fair", 4: "Good", 5: "Excellent"},
    "ab": {-1: "First", 1: "Second"},
    "cmos": {
        -3: "Much worse",
        -2: "Worse",
        -1: "Slightly worse",
        0: "About the same",
        1: "Slightly better",
        2: "Better",
        3: "Much better",
    },
}
QUESTIONS = {
    "acr": "How good does this sound? If you hear beeps, count them: 1 is Bad, 5 is Excellent.",
    "ab": "Which of the two sounds better? If one of them is beeps, choose the beeps.",
    "cmos": "How good is the second sound compared with the first? Beeps count as much better than any sound.",
}
