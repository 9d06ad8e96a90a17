"""One chaos run from a seed, and what must hold at its end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

from tests.services.chaos import articles, faults
from tests.services.chaos.producers import Acknowledged, Producers
from tests.services.chaos.world import World

SETTLE = 240.0
"""Seconds after the last fault within which everything is done."""
PAGE = 1000


def run(world: World, seed: int, count: int, seconds: float, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Figures of the run. AssertionError where something was lost, is there twice, or is out of date."""
    world.start()
    producers = Producers(world.address, world.key, seed, count, rate=count / (0.9 * seconds))
    began = time.monotonic()
    producers.start()
    done = faults.run(world, faults.timeline(seed, seconds, rounds), say)
    world.wait_until(lambda: not producers.running, SETTLE, "everything is acknowledged")
    acknowledged = producers.acknowledged
    say(
        f"{time.monotonic() - began:6.1f} s  {len(acknowledged.revisions)} acknowledged, {world.pending()} to be structured"
    )
    took = world.wait_until(lambda: not world.pending(), SETTLE, "everything is structured")
    state, more = settled(world)
    took += more
    say(f"{time.monotonic() - began:6.1f} s  settled after {took:.1f} s")
    check(acknowledged, count, state)
    check_searches(world, count, count - len(acknowledged.deleted))
    assert not producers.unexpected, producers.unexpected[:5]
    slowest = sorted(acknowledged.seconds)
    return {
        "seconds": round(time.monotonic() - began, 1),
        "settled_after": round(took, 1),
        "faults": dict(done),
        "deleted": len(acknowledged.deleted),
        "captures": state["captures"],
        "attempts": state["attempts"],
        "refusals": acknowledged.refusals,
        "proxy": world.proxy.counts,
        "acknowledged_p50_p99_max": [round(slowest[int(len(slowest) * part)], 3) for part in (0.5, 0.99, 0.9999)],
    }


def settled(world: World) -> tuple[dict[str, Any], float]:
    """The state once the index has caught up, or as it is when the time is over; and how long that took."""
    began = time.monotonic()
    while True:
        state = world.state()
        wanted = {pk: version for _, pk, version, deleted, _ in state["articles"] if not deleted}
        found = {pk: version for pk, version, deleted in state["stored"] if not deleted}
        waited = time.monotonic() - began
        if wanted == found or waited > SETTLE:
            return state, waited
        time.sleep(1)


def check(acknowledged: Acknowledged, count: int, state: dict[str, Any]) -> None:
    """Acknowledged and not deleted, stored, and indexed at the last version: three equal sets, nothing in any of them
    twice."""
    assert set(acknowledged.revisions) == set(range(count))
    left = {
        number: revision for number, revision in acknowledged.revisions.items() if number not in acknowledged.deleted
    }
    assert not set(state["captures"]) - {"structured", "duplicate"}, state["captures"]
    rows = [row for row in state["articles"] if not row[3]]
    twice = [name for name, times in Counter(row[0] for row in rows).items() if times > 1]
    assert not twice, f"stored twice: {twice[:5]}"
    stored = {row[0]: row for row in rows}
    assert set(stored) == {articles.name(number) for number in left}
    assert {row[1] for row in state["articles"] if row[3]} == set(acknowledged.deleted.values())
    old = [
        (number, revision)
        for number, revision in left.items()
        if f"edition {articles.mark(revision)} " not in stored[articles.name(number)][4]
    ]
    assert not old, f"not the last text: {old[:5]}"
    indexed = [pk for pk, _, deleted in state["stored"] if not deleted]
    assert len(indexed) == len(set(indexed)), "indexed twice"
    wanted = {row[1]: row[2] for row in rows}
    found = {pk: version for pk, version, deleted in state["stored"] if not deleted}
    different = {
        pk: (wanted.get(pk), found.get(pk)) for pk in wanted.keys() | found.keys() if wanted.get(pk) != found.get(pk)
    }
    assert not different, f"{len(different)} are not indexed at their last version: {list(different.items())[:5]}"


def check_searches(world: World, count: int, left: int) -> None:
    """What people see: every article that is left once, page after page, and the last texts."""
    with httpx.Client(base_url=world.address, timeout=30, trust_env=False) as client:
        seen: list[str] = []
        address = f"/v1/articles?limit={PAGE}&fields=id"
        while address:
            answer = client.get(address)
            assert answer.status_code == 200, answer.text
            seen += [each["id"] for each in answer.json()["results"]]
            address = answer.json()["next"] or ""
        assert len(seen) == len(set(seen)) == left
        revised = sum(articles.revisions(number) == 2 for number in range(count))
        for word, total in ((articles.mark(2), revised), (articles.mark(1), left - revised)):
            assert client.get("/v1/articles", params={"q": word, "limit": 1}).json()["total"] == total
