"""Independent, addressed tasks: here or on a cluster, kept on disk, taken up again after any end.

A task is a frozen dataclass that says all there is to say; a function of it alone gives its
result. So tasks can be done in any order, anywhere, by any number of workers, and again after a
worker was killed, and give the same bytes.
"""

from sim.tasks.address import address, said
from sim.tasks.folder import Row, TaskFolder
from sim.tasks.run import Stopped, run_tasks
from sim.tasks.workers import cores

__all__ = ["Row", "Stopped", "TaskFolder", "address", "cores", "run_tasks", "said"]
