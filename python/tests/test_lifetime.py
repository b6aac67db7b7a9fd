"""Threads, forks, interrupts and the end of the interpreter; and that nothing grows."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]
ARCH = ROOT / "specs/arch/eyeriss_like_168.yaml"
CONV = ROOT / "specs/problem/alexnet_conv3.yaml"


def run(code: str, *arguments: object, timeout: float = 60) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=timeout, check=False)


WORK = {
    "map": "tw.map(arch, conv, time='10m', searcher='portfolio', progress=lambda p: None)",
    "score": "tw.score(batch)",
    "sample": "space.sample(50_000)",
    "load": "tw.load(arch.save('/dev/null') and sys.argv[1])",
}


@pytest.mark.parametrize("name", WORK)
def test_interpreter_ends_while_a_thread_is_in_a_call(name: str) -> None:
    """As it does for threads in Python code: at once, and with its own exit code."""
    done = run(
        f"""
        import sys, threading, time
        import tilewright as tw
        arch, conv = tw.load(sys.argv[1]), tw.load(sys.argv[2])
        space = tw.Mapspace(arch, conv)
        batch = space.sample(50_000)

        def work():
            while True:
                {WORK[name]}

        for _ in range(3):
            threading.Thread(target=work, daemon=True).start()
        time.sleep(0.5)
        sys.exit(7)
        """,
        ARCH,
        CONV,
    )
    assert (done.returncode, done.stderr) == (7, "")


def test_ctrl_c_while_joining_a_thread_ends_the_program() -> None:
    code = """
        import signal, sys, threading
        import tilewright as tw
        signal.signal(signal.SIGINT, signal.default_int_handler)
        work = lambda: tw.map(sys.argv[1], sys.argv[2], time="10m", searcher="portfolio")
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        print("ready", flush=True)
        thread.join()
        """
    words = [sys.executable, "-c", textwrap.dedent(code), str(ARCH), str(CONV)]
    program = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert program.stdout is not None
    program.stdout.readline()
    time.sleep(0.5)
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=30)
    assert program.returncode == -signal.SIGINT
    assert "\nKeyboardInterrupt\n" in errors  # beside that of the thread


def test_ctrl_c_ends_a_loop_over_designs_and_keeps_the_best() -> None:
    done = run(
        """
        import os, signal, sys, threading
        import tilewright as tw
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT)).start()
        finished = 0
        specs = tw.load(*sys.argv[1:])
        try:
            for design in range(1000):
                tw.map(specs, time=0.3, searcher="portfolio")
                finished += 1
        except KeyboardInterrupt as interrupt:
            print(finished, type(interrupt).__name__, interrupt.result[0].found)
            print(interrupt.result.interrupted, interrupt.result.complete)
        """,
        ARCH,
        CONV,
    )
    assert done.stderr == ""
    finished, kind, found, interrupted, _ = done.stdout.split()
    assert int(finished) < 10
    assert (kind, found, interrupted) == ("Interrupted", "True", "True")


# What the main thread does when Ctrl-C comes, while threads search for up to ten minutes each.
WAITING = {
    "a pool": """
        with ThreadPoolExecutor(2) as pool:
            futures.extend(pool.submit(work, seed) for seed in range(2))
            futures[0].result()
        """,
    "more work than a pool has threads": """
        with ThreadPoolExecutor(2) as pool:
            futures.extend(pool.submit(work, seed) for seed in range(8))
            for future in as_completed(futures):
                future.result()
        """,
    "map of a pool": """
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, range(8)))
        """,
    "threads": """
        threads = [threading.Thread(target=keep, args=(seed,)) for seed in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        """,
    "asyncio": """
        async def main():
            await asyncio.gather(*(asyncio.to_thread(keep, seed) for seed in range(2)))
        asyncio.run(main())
        """,
    "a handler of its own": """
        def handler(*_):
            raise KeyboardInterrupt("mine")
        signal.signal(signal.SIGINT, handler)
        with ThreadPoolExecutor(2) as pool:
            futures.extend(pool.submit(work, seed) for seed in range(6))
            futures[0].result()
        """,
}


@pytest.mark.parametrize("name", WAITING)
def test_ctrl_c_ends_the_searches_of_all_threads(name: str) -> None:
    head = """
        import asyncio, signal, sys, threading, time
        from concurrent.futures import ThreadPoolExecutor, as_completed
        import tilewright as tw
        signal.signal(signal.SIGINT, signal.default_int_handler)
        arch, conv = tw.load(sys.argv[1]), tw.load(sys.argv[2])
        futures, kept = [], []

        def work(seed):
            seen = []
            def progress(p):
                if p.cycles is not None and not seen:
                    seen.append(p)
                    print("ready\\n", end="", flush=True)  # in one piece
            return tw.map(
                arch, conv, time="10m", searcher="portfolio", threads=1, seed=seed,
                progress=progress,
            )

        def keep(seed):
            try:
                work(seed)
            except tw.Interrupted as interrupt:
                kept.append(interrupt.result)
        """
    tail = """
        try:
            wait()
            print("no interrupt")
        except KeyboardInterrupt as interrupt:
            print(type(interrupt).__name__)
        for future in futures:
            if future.cancelled():
                continue
            error = future.exception(timeout=0)
            assert isinstance(error, KeyboardInterrupt), error
            if isinstance(error, tw.Interrupted):  # not for what had not begun
                kept.append(error.result)
        # A join that Ctrl-C ends takes its thread for ended, in Python 3.11.
        for _ in range(1000):
            if not futures and len(kept) < 2 and sys.argv[3] != "map of a pool":
                time.sleep(0.01)
        print(sum(result[0].found for result in kept), all(r.interrupted for r in kept))
        """
    wait = textwrap.indent(textwrap.dedent(WAITING[name]), "    ")
    code = f"{textwrap.dedent(head)}\ndef wait():\n{wait}\n{textwrap.dedent(tail)}"
    words = [sys.executable, "-c", code, str(ARCH), str(CONV), name]
    program = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert program.stdout is not None
    for _ in range(2):
        assert program.stdout.readline() == "ready\n"
    program.send_signal(signal.SIGINT)
    start = time.monotonic()
    rest, errors = program.communicate(timeout=60)
    assert time.monotonic() - start < 10  # a second, and more where others use the machine
    assert errors == ""
    lines = [line for line in rest.splitlines() if line != "ready"]
    assert lines[0] == "KeyboardInterrupt"
    found, interrupted = lines[1].split()
    assert interrupted == "True"
    if name != "map of a pool":  # whose futures nobody has
        assert int(found) >= 2


def interrupt_itself(files: tuple[str, str]) -> tw.NetworkResult:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    return tw.map(*files, time="10m", searcher="portfolio")


def test_ctrl_c_in_a_pool_reaches_the_caller_with_the_best() -> None:
    context = multiprocessing.get_context("fork")  # which knows this file without importing it
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        future = pool.submit(interrupt_itself, (str(ARCH), str(CONV)))
        with pytest.raises(tw.Interrupted) as caught:
            future.result(timeout=60)
    assert caught.value.result[0].found
    twin = pickle.loads(pickle.dumps(caught.value))
    assert twin.result == caught.value.result
    assert str(twin) == "the best mappings so far are in the attribute 'result'"


def test_a_fork_works_on_and_ends_while_the_parent_searches() -> None:
    done = run(
        """
        import os, sys, threading, time
        import tilewright as tw
        arch, conv = tw.load(sys.argv[1]), tw.load(sys.argv[2])
        expected = tw.map(arch, conv, max_evaluated=2000, threads=1)
        work = lambda: tw.map(arch, conv, time="10m", searcher="portfolio", threads=1)
        threading.Thread(target=work, daemon=True).start()
        time.sleep(0.3)
        child = os.fork()
        if child == 0:
            same = tw.map(arch, conv, max_evaluated=2000, threads=1) == expected
            sys.exit(5 if same else 6)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """,
        ARCH,
        CONV,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "5\n", "")


def test_many_threads_share_specs_and_mapspaces() -> None:
    arch, conv = tw.load(ARCH), tw.load(CONV)
    space = tw.Mapspace(arch, conv)

    def work(seed: int) -> tuple[object, ...]:
        twin = arch.replace({"GlobalBuffer": {"size_kib": 64 + seed % 3}})
        batch = space.sample(500, seed=seed % 5)
        best = batch[tw.score(batch).best()].evaluate()
        return best, tw.map(twin, conv, max_evaluated=300, seed=seed % 5).edp

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(30)))
    assert found == [work(seed) for seed in range(15)] * 2


def test_ten_thousand_calls_do_not_grow(specs: Path) -> None:
    # In a process of its own: what other tests left behind would move, and count.
    done = run(
        """
        import gc, pickle, resource, sys
        import tilewright as tw

        def resident():
            with open("/proc/self/statm") as statm:
                return int(statm.read().split()[1]) * resource.getpagesize()

        arch, conv = map(tw.load, sys.argv[1:])
        space = tw.Mapspace(arch, conv)
        mapping = space.sample(1)[0]

        def work(rounds):
            for i in range(rounds):
                arch["Buf"].entries = 60 + i % 2
                tw.evaluate(arch, conv, mapping)
                tw.score(space.sample(8, seed=i))
                if i % 10 == 0:
                    pickle.loads(pickle.dumps(arch))
                    tw.map(arch, conv, max_evaluated=10, threads=1)

        work(500)
        gc.collect()
        before = resident()
        work(3000)  # of three calls and more
        gc.collect()
        print(resident() - before)
        """,
        specs / "arch.yaml",
        specs / "conv.yaml",
        timeout=300,
    )
    assert done.stderr == ""
    assert int(done.stdout) < 2 << 20


def test_changes_do_not_pile_up(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")

    def seconds() -> float:
        start = time.thread_time()
        for entries in range(20, 60):
            arch["Buf"].entries = entries
        return time.thread_time() - start

    first = min(seconds() for _ in range(3))
    for _ in range(10):
        seconds()
    assert min(seconds() for _ in range(3)) < 2 * first
    assert np.isfinite(first)
