"""Entries whose order is known."""

from dataclasses import replace

from waveloom.leaderboard.entry import Entry

BASIS = {"clips": "abc", "embedding": "mfcc 1", "generated sounds": "256", "real sounds": "256", "evaluation seed": "0"}
PLAIN = Entry(
    run="run",
    name="name",
    recipe="residual",
    objective="hinge",
    seed="0",
    steps="1000",
    minutes=5.0,
    cpu_minutes=9.0,
    memory_mb=800.0,
    score=10.0,
    margin=1.0,
    floor=0.5,
    floor_margin=0.4,
    ceiling=0.2,
    diversity=0.9,
    copies=0.0,
    agreement=None,
    basis=BASIS,
)


def entry(name, score, margin=1.0, **basis):
    return replace(PLAIN, run=f"{name}-run", name=name, score=score, margin=margin, basis={**BASIS, **basis})
