"""The project: settings, addresses, errors, and the `newsapi` command. It knows no room but in urls and the command."""

__version__ = "0.1.0"
