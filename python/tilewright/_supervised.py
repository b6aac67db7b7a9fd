"""Work in a process of its own, which can be ended at any moment and may fail in any way."""

from __future__ import annotations

import multiprocessing
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import NoReturn, TypeVar

_T = TypeVar("_T")


class EndedError(Exception):
    """The work did not come to its end. Its text says why."""


def supervised(work: Callable[[], _T], seconds: float | None, most_bytes: int) -> _T:
    """Calls `work` in a child process; what it returns or raises is returned or raised here.

    Native code of other libraries hears no signals until it returns, and may end its process.

    Args:
        work: what it returns can be pickled.
        seconds: after which it is ended; None: never.
        most_bytes: of memory that it may take, beside what the process has.

    Raises:
        EndedError: it died, or ran out of time or memory.
        KeyboardInterrupt: SIGINT or SIGTERM came; the work has ended.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(work, theirs, most_bytes), daemon=True)
    before = signal.signal(signal.SIGTERM, _on_signal)
    try:
        child.start()
        theirs.close()
        if not ours.poll(seconds):
            raise EndedError("its time is over")
        good, result = ours.recv()
    except EOFError:
        child.join()
        raise EndedError(_cause_of_death(child.exitcode)) from None
    finally:
        signal.signal(signal.SIGTERM, before)
        child.kill()
        child.join()
    if not good:
        raise result
    return result  # type: ignore[no-any-return]


def _on_signal(number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt(number)


def _run(work: Callable[[], object], results: Connection, most_bytes: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, too, and ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = _data_bytes() + most_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    try:
        answer = (True, work())
    except MemoryError:
        answer = (False, EndedError(f"it takes more than {most_bytes >> 20} MiB of memory"))
    except Exception as error:  # to be raised again by the parent
        answer = (False, error)
    results.send(answer)


def _data_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    return pages * resource.getpagesize()


def _cause_of_death(code: int | None) -> str:
    if code is None or code >= 0:
        return f"its process ended with code {code}"
    return f"its process died of {signal.Signals(-code).name}"
