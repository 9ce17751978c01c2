"""What the model is held against: targets from documents and official figures."""
