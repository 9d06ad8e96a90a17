"""What every search engine must do, by kind of behaviour; tests.search.conformance puts it together."""
