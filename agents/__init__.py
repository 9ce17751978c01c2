"""Who acts: people and their needs, agencies, teams that cross agencies.

No clock and no disk: every function here is told the week and given its arrays.
"""
