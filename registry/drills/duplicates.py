"""Near-duplicates planted among made-up offerings: how many are found, and how many pairs are false."""

from registry import similarity
from registry.drills.offerings import made_up

COUNT, PLANTED = 300, 40
FEWEST_FOUND, MOST_FALSE = 36, 4
SEEDS = 10


class Failed(AssertionError):
    """Too few were found, or too many were not planted."""


def run(options: dict) -> dict:
    """Ten times 300 offerings, from the seed on."""
    return rehearse(seeds=range(options["seed"], options["seed"] + SEEDS))


def rehearse(*, seeds: range) -> dict:
    counts = {seed: _counted(seed) for seed in seeds}
    bad = {seed: one for seed, one in counts.items() if one[0] < FEWEST_FOUND or one[1] > MOST_FALSE}
    if bad:
        raise Failed(f"(found, false) by seed: {bad}")
    return {
        "offerings": COUNT,
        "planted": PLANTED,
        "times": len(counts),
        "found_least": min(found for found, _false in counts.values()),
        "false_most": max(false for _found, false in counts.values()),
    }


def _counted(seed: int) -> tuple[int, int]:
    """How many planted pairs were found, and how many others."""
    texts, planted = made_up(count=COUNT, planted=PLANTED, seed=seed)
    all_of_them = [
        similarity.text_of(key=key, title=title, outcomes=outcomes)
        for key, (title, outcomes) in texts.items()
    ]
    found = {
        frozenset({one.key, key})
        for place, one in enumerate(all_of_them)
        for key, score in similarity.scored(one, all_of_them[:place] + all_of_them[place + 1 :]).items()
        if score >= similarity.NEAR
    }
    return len(found & planted), len(found - planted)
