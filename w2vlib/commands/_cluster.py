"""What commands that count on a cluster share: starting one, or finding one."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator

import click

from .._common.validate import whole_number

_PATIENCE = 20  # seconds to wait for a scheduler

_OPTIONS = (
    click.option(
        "--workers", type=int, metavar="N",
        help="Count with N processes of this machine, by Dask: less memory for each, and one that dies is replaced.",
    ),
    click.option(
        "--scheduler", metavar="ADDRESS",
        help="Count with the workers of a Dask cluster, whose scheduler is at this address: tcp://host:8786.",
    ),
)  # fmt: skip


def cluster_options(function: Callable) -> Callable:
    """Add the options of counting on a cluster to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@contextlib.contextmanager
def connected(workers: int | None, scheduler: str | None) -> Iterator[object]:
    """Yield a client of the cluster that is asked for, and None if none is.

    What is started here says nothing of its own: what went wrong is an error, and what died is replaced.
    """
    if workers is None and scheduler is None:
        yield None
        return
    if workers is not None and scheduler is not None:
        raise ValueError(
            "--workers starts workers here, and --scheduler uses those that run already: give one of them"
        )
    if workers is not None:
        workers = whole_number("--workers", workers)
    from distributed import Client, LocalCluster

    with contextlib.ExitStack() as open_cluster:
        if workers is not None:
            scheduler = open_cluster.enter_context(
                LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    dashboard_address=":0",
                    silence_logs=logging.CRITICAL + 1,
                )
            )
        try:
            client = Client(scheduler, timeout=_PATIENCE)
        except (OSError, ValueError) as error:
            raise ValueError(
                f"no Dask scheduler answers at {scheduler} ({error}); start one with: dask scheduler"
            ) from None
        yield open_cluster.enter_context(client)
