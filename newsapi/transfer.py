"""How answers travel: tagged, so that what did not change is not sent again, and compressed for who takes it so."""

from __future__ import annotations

import importlib
import re
import zlib
from collections.abc import Callable
from typing import Any

import xxhash
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

SMALL = 1_400
"""Bytes that fit one packet anyway."""
GZIP_LEVEL = 1
"""Twice as quick as the usual 6, and a tenth larger: a page of a list takes less than a millisecond."""
ZSTD_LEVEL = 3
TAGGED = "/v1/"
COMPRESSED = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml|yaml|javascript)|application/vnd\.oai", re.ASCII)
CODING = re.compile(r"\s*([\w.*-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*", re.ASCII)
Compressor = Callable[[bytes], bytes]


def _gzip(content: bytes) -> bytes:
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()


def _codings() -> dict[str, Compressor]:
    """The ways to compress, best first: zstd (RFC 8878) only where its library is installed."""
    found: dict[str, Compressor] = {"gzip": _gzip}
    try:
        zstandard: Any = importlib.import_module("zstandard")
    except ModuleNotFoundError:
        return found
    # A compressor is not for several threads; making one costs a few microseconds.
    return {"zstd": lambda content: bytes(zstandard.ZstdCompressor(ZSTD_LEVEL).compress(content)), **found}


CODINGS = _codings()


def chosen(accepted: str) -> str | None:
    """The coding of an Accept-Encoding header (RFC 9110 §12.5.3) that is best for both; None: as it is."""
    wanted: dict[str, float] = {}
    for part in accepted.lower().split(","):
        if found := CODING.fullmatch(part):
            wanted[found[1]] = float(found[2] or 1)
    quality = {name: wanted.get(name, wanted.get("*", 0.0)) for name in CODINGS}
    best = max(CODINGS, key=lambda name: quality[name])
    return best if quality[best] > 0 and quality[best] >= wanted.get("identity", 0.0) else None


class Transfer:
    """Middleware. Answers with a tag of their own keep it; pages for people have a token in them and get none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or response.has_header("Content-Encoding"):
            return response
        if response.status_code == 200 and request.method in ("GET", "HEAD") and _tagged(request, response):
            return _not_modified(response)
        kind = response.headers.get("Content-Type", "")
        if len(response.content) > SMALL and COMPRESSED.match(kind):
            patch_vary_headers(response, ("Accept-Encoding",))
            coding = chosen(request.META.get("HTTP_ACCEPT_ENCODING", ""))
            if coding and request.method != "HEAD":
                response.content = CODINGS[coding](response.content)
                response.headers["Content-Encoding"] = coding
                response.headers["Content-Length"] = str(len(response.content))
                if response.headers.get("ETag", "").startswith('"'):
                    # The bytes are others now, the content is the same.
                    response.headers["ETag"] = f"W/{response.headers['ETag']}"
        return response


def _tagged(request: HttpRequest, response: HttpResponse) -> bool:
    """Give the answer a tag; whether the caller has it already."""
    if not response.has_header("ETag"):
        if not request.path.startswith(TAGGED) or not response.headers.get("Content-Type", "").startswith(
            "application/json"
        ):
            return False
        response.headers["ETag"] = f'W/"{xxhash.xxh3_128_hexdigest(response.content)}"'
    seen = request.META.get("HTTP_IF_NONE_MATCH")
    if not seen:
        return False
    # RFC 9110 §13.1.2: compared weakly.
    tag = response.headers["ETag"].removeprefix("W/")
    return seen.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in seen.split(","))


def _not_modified(response: HttpResponse) -> HttpResponse:
    """304, with the headers that say something about what the caller has."""
    dropped = ("Content-Type", "Content-Length", "Content-Language")
    headers = {name: value for name, value in response.headers.items() if name not in dropped}
    answer = HttpResponse(status=304, headers=headers)
    del answer.headers["Content-Type"]
    answer.cookies = response.cookies
    return answer
