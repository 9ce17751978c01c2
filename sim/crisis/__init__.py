"""The crisis front door, hour by hour, as a salabim process model."""
