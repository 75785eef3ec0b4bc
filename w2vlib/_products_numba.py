"""Products of a large dense matrix with a few vectors, where numba is installed.

BLAS first copies the matrix into an order of its own, which pays for many
vectors.  For few it takes longer than the product.
"""

from __future__ import annotations

import numba

_COLUMNS = 1024  # of the matrix at a time, so that these parts of the vectors stay in the cache
TILE = 4  # rows and vectors at a time: sixteen sums fit into the registers


@numba.njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"})
def multiply_rows(M, XT, Y, first, last):
    """``Y[first:last] = M[first:last] @ XT.T`` for at least four rows, and vectors by fours.

    A row comes out alike in whatever tile it is.
    """
    zero = Y.dtype.type(0)
    for start in range(first, last, 4):
        i = min(start, last - 4)  # the last tile may take some rows again
        Y[i : i + 4] = zero
        for begin in range(0, M.shape[1], _COLUMNS):
            end = min(begin + _COLUMNS, M.shape[1])
            p, q, r, s = M[i, begin:end], M[i + 1, begin:end], M[i + 2, begin:end], M[i + 3, begin:end]
            for k in range(0, len(XT), 4):
                t, u = XT[k, begin:end], XT[k + 1, begin:end]
                v, w = XT[k + 2, begin:end], XT[k + 3, begin:end]
                pt = pu = pv = pw = qt = qu = qv = qw = zero
                rt = ru = rv = rw = st = su = sv = sw = zero
                for j in range(end - begin):
                    pt += p[j] * t[j]
                    pu += p[j] * u[j]
                    pv += p[j] * v[j]
                    pw += p[j] * w[j]
                    qt += q[j] * t[j]
                    qu += q[j] * u[j]
                    qv += q[j] * v[j]
                    qw += q[j] * w[j]
                    rt += r[j] * t[j]
                    ru += r[j] * u[j]
                    rv += r[j] * v[j]
                    rw += r[j] * w[j]
                    st += s[j] * t[j]
                    su += s[j] * u[j]
                    sv += s[j] * v[j]
                    sw += s[j] * w[j]
                for row, sums in enumerate(
                    ((pt, pu, pv, pw), (qt, qu, qv, qw), (rt, ru, rv, rw), (st, su, sv, sw))
                ):
                    for column in range(4):
                        Y[i + row, k + column] += sums[column]
