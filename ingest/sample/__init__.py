"""The sample archive of a first start: articles of our own writing from invented sources, as a scraper would find them.

Each `.txt` beside this file is one source: a head, then articles behind lines of `=====` that give the age and the
hour. `{date:FORMAT}` in a text is the day it was published (strftime), so the archive always covers the last 30 days.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ARTICLE = re.compile(r"^===== (?P<days>\d+) (?P<hour>\d\d):(?P<minute>\d\d)\n", re.MULTILINE)
CLOCKS = timedelta(hours=12)
"""No paper's clock is further behind UTC."""
PLACEHOLDER = re.compile(r"\{date:([^}]+)\}")


def documents(now: datetime | None = None) -> list[dict[str, Any]]:
    """The inputs (as `POST /v1/documents` takes them), oldest first, none later than `now`."""
    now = now or datetime.now(UTC)
    found = [document for file in sorted(Path(__file__).parent.glob("*.txt")) for document in _read(file, now)]
    return sorted(found, key=lambda document: str(document["received_at"]))


def _read(file: Path, now: datetime) -> list[dict[str, Any]]:
    parts = ARTICLE.split(file.read_text(encoding="utf-8"))
    domain = parts[0].strip()
    found = []
    for index in range(1, len(parts), 4):
        days, hour, minute, text = int(parts[index]), int(parts[index + 1]), int(parts[index + 2]), parts[index + 3]
        at = (now - timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
        if at + CLOCKS > now:
            # Times are those of the paper's own clock: today's might still be to come.
            at -= timedelta(days=1)
        received_at = min(at + CLOCKS, now - timedelta(minutes=days + 1))
        found.append(
            {
                "external_id": f"sample-{file.stem}-{index // 4 + 1}",
                "text": PLACEHOLDER.sub(lambda match, at=at: at.strftime(match[1]), text).strip() + "\n",
                "source": domain,
                "received_at": received_at.isoformat(),
            }
        )
    return found
