"""A claim: a sentence of the text, a measurement for one seed, and how often it must hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """One measurement: does the sentence hold, the number it is about, and the control's."""

    holds: bool
    value: float
    control: float


@dataclass(frozen=True)
class Claim:
    """Run measure(seed) for `short` seeds in the suite (0: not there), for `long` in the table."""

    where: str
    sentence: str
    value: str
    control: str
    measure: Callable[[int], Found]
    share: float
    short: int
    long: int

    def run(self, seeds: int) -> list[Found]:
        """Measure for the seeds 0, 1, ..., seeds - 1."""
        return [self.measure(seed) for seed in range(seeds)]

    def survives(self, found: list[Found]) -> bool:
        """Whether the sentence holds for the required share of the measurements."""
        return sum(f.holds for f in found) >= self.share * len(found)

    def start(self) -> str:
        """What its line of the markdown table begins with, and no other line."""
        return f"| {self.where} | {escaped(self.sentence)} |"

    def row(self, found: list[Found]) -> str:
        """A line of the markdown table."""
        values, controls = sorted(f.value for f in found), sorted(f.control for f in found)
        return (
            f"{self.start()} {sum(f.holds for f in found)} of {len(found)} "
            f"| {escaped(self.value)}: {values[0]:.3g} to {values[-1]:.3g} "
            f"| {escaped(self.control)}: {controls[0]:.3g} to {controls[-1]:.3g} |"
        )


def escaped(words: str) -> str:
    """Return the words as a cell of a markdown table, where a bar would end the cell."""
    return words.replace("|", r"\|")


def claim(
    where: str,
    value: str,
    control: str,
    *,
    share: float = 1.0,
    short: int = 5,
    long: int = 20,
) -> Callable[[Callable[[int], Found]], Claim]:
    """Make a claim of a function; its name, with spaces, is the sentence."""

    def make(measure: Callable[[int], Found]) -> Claim:
        sentence = measure.__name__.replace("_", " ")
        return Claim(where, sentence, value, control, measure, share, short, long)

    return make
