"""Tests of reading pages, by what is read."""
