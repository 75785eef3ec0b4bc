"""Products of a large dense matrix with a few vectors, where numba is installed.

BLAS first copies the matrix into an order of its own, which pays for many
vectors.  For few it takes longer than the product.
"""

from __future__ import annotations

import numba

_COLUMNS = 512  # of the matrix at a time, so that these parts of rows and vectors stay in the nearest cache
ROWS, VECTORS = 6, 2  # at a time: twelve sums leave some of sixteen registers for what is multiplied


@numba.njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"})
def multiply_rows(M, XT, Y, first, last):
    """``Y[first:last] = M[first:last] @ XT.T`` for at least six rows, and an even number of vectors.

    A row comes out alike in whatever tile it is.
    """
    zero = Y.dtype.type(0)
    for start in range(first, last, 6):
        i = min(start, last - 6)  # the last tile may take some rows again
        Y[i : i + 6] = zero
        for begin in range(0, M.shape[1], _COLUMNS):
            end = min(begin + _COLUMNS, M.shape[1])
            p, q, r = M[i, begin:end], M[i + 1, begin:end], M[i + 2, begin:end]
            s, t, u = M[i + 3, begin:end], M[i + 4, begin:end], M[i + 5, begin:end]
            for k in range(0, len(XT), 2):
                x, y = XT[k, begin:end], XT[k + 1, begin:end]
                px = py = qx = qy = rx = ry = zero
                sx = sy = tx = ty = ux = uy = zero
                for j in range(end - begin):
                    px += p[j] * x[j]
                    py += p[j] * y[j]
                    qx += q[j] * x[j]
                    qy += q[j] * y[j]
                    rx += r[j] * x[j]
                    ry += r[j] * y[j]
                    sx += s[j] * x[j]
                    sy += s[j] * y[j]
                    tx += t[j] * x[j]
                    ty += t[j] * y[j]
                    ux += u[j] * x[j]
                    uy += u[j] * y[j]
                for row, sums in enumerate(((px, py), (qx, qy), (rx, ry), (sx, sy), (tx, ty), (ux, uy))):
                    for column in range(2):
                        Y[i + row, k + column] += sums[column]
