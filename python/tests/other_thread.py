"""A thread that notices whether it may run: not while somebody holds the interpreter's lock."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Ticks:
    """How often the thread has run."""

    count = 0


@contextmanager
def ticking() -> Iterator[Ticks]:
    """Counts a tick per millisecond, as far as the thread may run."""
    ticks = Ticks()
    over = threading.Event()

    def tick() -> None:
        while not over.wait(0.001):
            ticks.count += 1

    other = threading.Thread(target=tick)
    other.start()
    try:
        yield ticks
    finally:
        over.set()
        other.join()
