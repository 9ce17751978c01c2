"""Time and records: the week, the run, what it came to and what it cost."""
