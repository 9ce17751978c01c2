"""Hypothesis tries the same examples each time: a test passes for ever or tells of a change."""

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")
