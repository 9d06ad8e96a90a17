"""Fixtures of every test: real servers."""

pytest_plugins = ["tests.servers.plugin"]
