"""How much an article is about an entity: where it is named first, how often, and how far through the text."""

from __future__ import annotations

from enrich.enrichment import Mention
from enrich.entities.document import Document

FREQUENCY, HEADLINE, EARLY, SPREAD = 0.4, 0.25, 0.2, 0.15
PARTS = 5


def salience(mentions: list[Mention], doc: Document) -> float:
    """0 to 1: frequency (saturating), the headline, how early in the body, in how many fifths of it."""
    if not mentions:
        return 0.1
    length = doc.body_length
    fields = [mention.field for mention in mentions]
    in_body = [mention.start for mention in mentions if mention.field == "body"]
    in_head = "headline" in fields
    in_lead = "standfirst" in fields
    score = FREQUENCY * len(mentions) / (len(mentions) + 4)
    score += HEADLINE if in_head else HEADLINE / 2 if in_lead else 0.0
    if in_body and length:
        score += EARLY * (1 - min(in_body) / length)
        score += SPREAD * len({start * PARTS // length for start in in_body}) / PARTS
    elif in_head:
        score += EARLY / 2
    return round(min(1.0, score), 3)
