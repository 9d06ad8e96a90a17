"""The engine protocol over tantivy, in process."""

from search.engines.tantivy.engine import TantivyEngine

__all__ = ["TantivyEngine"]
