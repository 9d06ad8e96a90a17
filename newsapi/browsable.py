"""The pages people see: DRF's browsable interface in newsapi's own clothes."""

from __future__ import annotations

from rest_framework.renderers import BrowsableAPIRenderer


class BrowsableRenderer(BrowsableAPIRenderer):
    """For browsers (Accept: text/html)."""
