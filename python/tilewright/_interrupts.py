"""What Ctrl-C means for threads other than the main one. Python tells the main thread alone."""

from __future__ import annotations

import signal
import sys
import threading

# Functions in which a thread waits for others to end: of pools, of Python's own end, of asyncio.
_LEAVING = (
    ("concurrent/futures/thread.py", "shutdown"),
    ("concurrent/futures/thread.py", "_python_exit"),
    ("concurrent/futures/_base.py", "__exit__"),
    ("threading.py", "_shutdown"),
    ("asyncio/runners.py", "close"),
)


def ends_threads() -> bool:
    """Whether the handler of SIGINT is one that ends what the main thread does."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:
        return True
    function = getattr(handler, "func", None)  # asyncio cancels its main task
    return getattr(function, "__module__", "") == "asyncio.runners"


def main_thread_leaves() -> bool:
    """Whether the main thread waits for the end of others, as it does on its way out of a pool."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame is not None:
        code = frame.f_code
        if any(code.co_name == name and code.co_filename.endswith(f) for f, name in _LEAVING):
            return True
        frame = frame.f_back
    return False
