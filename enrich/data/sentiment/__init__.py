"""Sentiment lexicons, one file per language; `enrich.sentiment` says how they are written. Own writing."""
