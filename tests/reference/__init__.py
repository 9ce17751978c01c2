"""The whole model again, as plain Mesa: the specification that the fast engine must agree with.

One `mesa.Agent` for every person and every agency, plain Python, no arrays, no compiled code. Read
`model.Twin.step` first: it is the week, and each line of it leads to the module that tells that
part of the story.

Random numbers are computed from their address (decision, week, person), never drawn in sequence, so
the twin and the engine give the same person the same luck. `tests/test_twin.py` steps both side by
side and compares every person, case and count of every week.

What the two share, and what not:

- Files are read once: the twin takes its numbers from the same compiled records as the kernels
  (`policy.py` turns them into plain values), and asks `sim.policy` which policy a week has. What
  a switched-off mechanism does to those numbers has tests of its own.
- The people of the first week are the engine's (`first_week.py`, the one module that knows its
  tables). How they are drawn is not checked here.
- From there the twin is on its own: random numbers, births, moves and deaths, waking and sleeping,
  needs, events, contacts, doors, support, teams, managers, changes of policy, and the counts.
- It counts nobody's ordinary contacts (`sim.background`) and no money but what one person costs.
"""
