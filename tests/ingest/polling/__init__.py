"""Tests of the sources that fill themselves, against a site of their own over real sockets."""
