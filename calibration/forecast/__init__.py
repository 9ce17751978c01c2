"""Forecasts from counts that were recorded, and how good such forecasts have been."""
