"""Speed, memory and the limit of the machine, measured beside others.

    python -m experiments.bench          the engine, the twin, Mesa, Starsim, bytes, phases
    python -m experiments.bench.growth   how time and memory grow with residents, the awake, years
    python -m experiments.bench.machine  instructions and bytes, and what bounds them (valgrind)

Machines differ and are shared. So times are processor time of one thread, compiled code is warm,
what is compared is measured in turns in the same run, and figures are medians of five.
"""
