"""Sources that fill themselves: what is polled, when, how politely, and what becomes of what is found."""
