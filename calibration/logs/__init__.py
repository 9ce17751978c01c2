"""A place's own log of contacts: read once, measured, and never kept."""
