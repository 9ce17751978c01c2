"""Asking for memory before it is needed.

People who are due, or who have a case, lie scattered over tables that are larger than the cache. A
loop that looks at one after the other waits for each; one that has asked some people ahead does
not. Asking changes nothing, and a row that does not exist may be asked for.
"""

from typing import Any

import numba
from llvmlite import ir  # type: ignore[import-untyped]  # Numba's, and without types
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from agents.arrays import CACHE_LINE

_READ, _KEEP, _DATA = 0, 3, 1
"""What LLVM is told of a fetch: it is for reading, to be kept close, and of data."""


def _fetch(_: Any, table: Any, row: Any) -> Any:
    """Bring a row of a table, or of a column, towards the processor without waiting for it."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = signature.args[0]
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        asked = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        declare: Any = cgutils.get_or_insert_function
        prefetch = declare(builder.module, asked, "llvm.prefetch.p0")
        table = builder.bitcast(context.make_array(kind)(context, builder, args[0]).data, byte)
        size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
        start = builder.mul(args[1], args[1].type(size))
        how = [word(_READ), word(_KEEP), word(_DATA)]
        for offset in range(0, size, CACHE_LINE):
            line = builder.add(start, start.type(offset))
            builder.call(prefetch, [builder.gep(table, [line]), *how])
        return context.get_dummy_value()

    return types.void(table, types.intp), build


def _ask_nothing(table: Any, row: Any) -> None:
    """Where kernels run as plain Python, there is nothing to be gained."""


fetch: Any = _ask_nothing if numba.config.DISABLE_JIT else intrinsic(_fetch)  # type: ignore[attr-defined]  # set at run time
