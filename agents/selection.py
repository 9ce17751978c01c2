"""Selection: the rank at which a queue is cut, the heaviest few.

NumPy has both, but its sorts took Numba five seconds to compile.
"""

from agents.kernel import kernel


@kernel
def nth_lowest(values, n):
    """The value that ``n`` others do not exceed; it is moved to place ``n``, none higher before it.

    Hoare's selection (1961).

    values   float64[:]  mutated: reordered
    """
    low = 0
    high = len(values) - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i = low
        j = high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if n <= j:
            high = j
        elif n >= i:
            low = i
        else:
            break
    return values[n]
