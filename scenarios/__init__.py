"""What is asked of the model: the schema of its files, the loader, and the files themselves.

Knows nothing of simulation, plots or the command line. Everything local (a place, an
intervention, a scenario) is a TOML file here; everything general is code elsewhere.
"""
