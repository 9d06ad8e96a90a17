"""What the tests of this room and of articles share: a client with a key, and texts that are articles."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from access import services as access
from ingest import pipeline

PARAGRAPHS = (
    "The city council of Northfield voted on Tuesday to rebuild the old harbour bridge after years of delay.",
    "Mayor Helen Sorensen said the work would begin in spring and would cost about forty million euros.",
    "Residents had asked for a safer crossing since a lorry broke through the railing in the winter storms.",
)


def text(headline: str = "Council votes to rebuild the harbour bridge", marker: str = "") -> str:
    """A text with a headline and three paragraphs; another `marker` makes it another text."""
    more = f"The clerk of the council noted it as matter {marker} in the register on Wednesday."
    return "\n\n".join([headline, *PARAGRAPHS, *([more] if marker else [])]) + "\n"


def reader() -> APIClient:
    """A client without a key, on this machine."""
    return APIClient(HTTP_HOST="localhost")


def client(*scopes: str) -> APIClient:
    """A client with a key of these scopes (`ingest` by default)."""
    access.forget()
    found = reader()
    _, key = access.create_key("tests", scopes or ("ingest",))
    found.credentials(HTTP_X_API_KEY=key)
    return found


def post(found: APIClient, **document: Any) -> Any:
    return found.post("/v1/documents", document, format="json")


def process() -> None:
    """Run the pipeline until nothing waits."""
    while pipeline.process():
        continue
