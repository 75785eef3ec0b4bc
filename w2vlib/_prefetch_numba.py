"""A hint to the processor that a place in memory will be read soon.  Imported only where numba is installed.

It is LLVM's generic instruction, which every processor understands or passes over, and changes no result.
"""

from __future__ import annotations

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic
def _hint(typingctx, array, position):
    def codegen(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        # Under this old name LLVM finds the instruction in all of its versions.
        instruction = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch")
        place = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        builder.call(instruction, [place, number(0), number(3), number(1)])  # to read, to be kept, data
        return context.get_dummy_value()

    return types.void(array, position), codegen


@numba.njit(nogil=True, inline="always")
def prefetch(array, position):
    """Say that `array[position]`, of an array of one axis, will be read soon."""
    _hint(array, np.int64(position))
