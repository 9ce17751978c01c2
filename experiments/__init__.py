"""What is done with the model: comparisons, tables, figures and the command line."""
