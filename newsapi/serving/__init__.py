"""Everything `newsapi serve` needs to run the service on one machine: data directory, Redis, processes, guard."""
