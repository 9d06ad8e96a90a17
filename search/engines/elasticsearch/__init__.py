"""The engine protocol over Elasticsearch, for anything beyond one machine."""

from search.engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["ElasticsearchEngine"]
