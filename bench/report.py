"""How figures are printed, and the small statistics behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import quantiles
from time import perf_counter


def figure(name: str, value: float, unit: str, floor: float, floor_name: str, goal: str = "") -> None:
    """One line: the figure, the floor, their ratio, and what it should reach."""
    print(
        f"  {name:<46}{value:>10.2f} {unit:<10} floor {floor:>10.2f} ({floor_name})"
        f"  ratio {value / floor:>8.3f}  {goal}",
        flush=True,
    )


def percentile(samples: Sequence[float], percent: int) -> float:
    return quantiles(samples, n=100, method="inclusive")[percent - 1]


def milliseconds(action: Callable[[], object], times: int) -> list[float]:
    """How long each of so many calls took."""
    samples = []
    for _ in range(times):
        began = perf_counter()
        action()
        samples.append((perf_counter() - began) * 1000)
    return samples
