"""Real PostgreSQL, Redis and Elasticsearch for tests: on free ports, in temporary directories, gone with the run."""
