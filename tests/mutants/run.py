#!/usr/bin/env python3
"""Mutants of the search: `verify` of their own build must refute the optima that they claim.

    python3 tests/mutants/run.py --build build/tests [--only NAME ...]

Each mutant is one change of one source file: that object is compiled again and put before the
library when the program is linked. A mutant that finds the true optimum of all its problems is a
failure, too: it tests nothing.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Problem:
    """What is searched: an architecture of specs/arch, a problem, an objective."""

    architecture: str
    problem: str  # a file of specs/problem, or a spec
    objective: str


@dataclass(frozen=True)
class Mutant:
    """A change of a source file and problems of which at least one shows it."""

    name: str
    file: str
    before: str
    after: str
    problems: tuple[Problem, ...]


# Some loops of every dimension, and yet checked within seconds.
SMALL = """problem:
  shape: cnn-layer
  instance: {C: 12, K: 20, R: 3, S: 3, P: 14, Q: 10, N: 3}
"""
CONV3_EDP = Problem("eyeriss_like_256", "alexnet_conv3", "edp")
CONV3_ENERGY = Problem("eyeriss_like_256", "alexnet_conv3", "energy")
SMALL_ENERGY = Problem("eyeriss_like_256", SMALL, "energy")
SMALL_EDP = Problem("eyeriss_like_256", SMALL, "edp")
SMALL_THREE = Problem("three_level", SMALL, "edp")
# Nothing slides: labels are exact, so they dominate each other.
PRODUCT = """problem:
  shape: cnn-layer
  instance: {C: 120, K: 180, R: 1, S: 1, P: 12, Q: 10, N: 1}
"""
PRODUCT_ENERGY = Problem("eyeriss_like_256", PRODUCT, "energy")
PRODUCT_EDP = Problem("eyeriss_like_256", PRODUCT, "edp")
SMALL_SIMBA = Problem("simba_like", SMALL, "edp")
ALL = (SMALL_ENERGY, SMALL_EDP, CONV3_EDP, CONV3_ENERGY, SMALL_THREE, SMALL_SIMBA)

# Of the list of orders.
LAST_LINES = "  return std::move(listing.orders);\n}\n\ndouble OrderClasses::most("

MUTANTS = (
    Mutant(
        "pruning-rule-with-10-percent-slack",
        "search/optimal/target.cpp",
        "if (least[i] < known[i] - kRounding * std::abs(known[i])) return true;",
        "if (least[i] < known[i] - 0.1 * std::abs(known[i])) return true;\n"
        "    if (least[i] < known[i]) return false;",
        ALL,
    ),
    Mutant(
        "last-order-of-each-list",
        "search/mapspace/order_classes.cpp",
        LAST_LINES,
        "  listing.orders.erase(listing.orders.begin(), listing.orders.end() - 1);\n" + LAST_LINES,
        ALL,
    ),
    Mutant(
        "last-order-of-lists-longer-than-six",
        "search/mapspace/order_classes.cpp",
        LAST_LINES,
        "  if (listing.orders.size() > 6) {\n"
        "    listing.orders.erase(listing.orders.begin(), listing.orders.end() - 1);\n"
        "  }\n" + LAST_LINES,
        (CONV3_ENERGY, *ALL),
    ),
    Mutant(
        "bound-too-high",
        "search/optimal/target.cpp",
        "cost.energy = std::max(energy, 0.0) +",
        "cost.energy = 1.05 * std::max(energy, 0.0) +",
        ALL,
    ),
    Mutant(
        "every-other-unrolling",
        "search/optimal/spatial_choices.cpp",
        "    return choices;\n  }\n\n private:",
        "    std::size_t n = 0;\n"
        "    std::erase_if(choices, [&](const auto&) { return ++n % 2 == 1 && n > 1; });\n"
        "    return choices;\n  }\n\n private:",
        ALL,
    ),
    Mutant(
        "kinds-whatever-their-sharing",
        "search/optimal/kinds.cpp",
        "if (a.share[p] > b.share[p] ||",
        "if (a.share[p] > 4 * b.share[p] ||",
        ALL,
    ),
    Mutant(
        "dominance-whatever-is-open",
        "search/optimal/frontier.cpp",
        "of_a.words * of_a.fill > of_b.words * of_b.fill) {\n      return false;",
        "of_a.words * of_a.fill > of_b.words * of_b.fill) {\n      continue;",
        (PRODUCT_ENERGY,),
    ),
    Mutant(
        "dominance-of-the-dearer",
        "search/optimal/frontier.cpp",
        "a.settled > b.settled ||",
        "a.settled < b.settled ||",
        (PRODUCT_ENERGY, PRODUCT_EDP),
    ),
)


class Builder:
    """Compiles and links as the build does, into a folder of its own."""

    def __init__(self, build: Path, folder: Path) -> None:
        self.build = build
        self.folder = folder
        listed = subprocess.run(
            ["ninja", "-C", str(build), "-t", "commands", "tilewright"],
            check=True,
            capture_output=True,
            text=True,
        )
        self.commands = [line for line in listed.stdout.splitlines() if line.strip()]

    def program(self, mutant: Mutant) -> Path:
        """The program with one object changed."""
        source = ROOT / mutant.file
        text = source.read_text()
        if text.count(mutant.before) != 1:
            raise SystemExit(f"{mutant.name}: {mutant.file} holds other code now; mend the mutant")
        changed = self.folder / Path(mutant.file).name
        changed.write_text(text.replace(mutant.before, mutant.after))
        compile_command = next(
            line for line in self.commands if " -c " in line and line.endswith(f"/{mutant.file}")
        )
        words = shlex.split(compile_command)
        thing = self.folder / "mutant.o"
        words[words.index("-o") + 1] = str(thing)
        words[words.index("-c") + 1] = str(changed)
        for option in ("-MF", "-MT"):
            if option in words:
                words[words.index(option) + 1] = str(self.folder / "mutant.d")
        subprocess.run(words, check=True, cwd=self.build)
        program = self.folder / "tilewright"
        link = self.commands[-1].replace("libtilewright.a", f"{thing} libtilewright.a", 1)
        link = link.replace("-o tilewright ", f"-o {program} ")
        subprocess.run(link, shell=True, check=True, cwd=self.build)
        return program


def search(program: Path, problem: Problem, folder: Path) -> float:
    """What the program claims to be the least; its certificate stands in the folder."""
    spec = folder.with_suffix(".yaml")
    if "\n" in problem.problem:
        spec.write_text(problem.problem)
    else:
        spec = ROOT / "specs" / "problem" / f"{problem.problem}.yaml"
    files = [str(ROOT / f"specs/arch/{problem.architecture}.yaml"), str(spec)]
    options = ["--searcher", "optimal", "--objective", problem.objective, "--quiet"]
    command = [str(program), "map", *files, *options, "-o", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    claim = json.loads((folder / "certificate.json").read_text())["layers"][0]
    if not claim["proven"]:
        raise SystemExit(f"{problem}: no proof")
    return float(claim["best"])


def check(mutant: Mutant, builder: Builder, truth: dict[Problem, float]) -> str:
    """Empty if `verify` of the mutant's build refutes what the mutant claims."""
    program = builder.program(mutant)
    for number, problem in enumerate(mutant.problems):
        if problem not in truth:
            folder = builder.folder / f"truth-{len(truth)}"
            truth[problem] = search(builder.build / "tilewright", problem, folder)
        folder = builder.folder / f"{mutant.name}-{number}"
        if search(program, problem, folder) <= truth[problem] * (1 + 1e-9):
            continue
        command = [str(program), "verify", str(folder / "certificate.json")]
        told = subprocess.run(command, check=False, capture_output=True, text=True)
        wrong = told.returncode == 1 and "another mapping is better" in told.stdout
        return "" if wrong else f"verify said {told.stdout.strip()} {told.stderr.strip()}"
    return "the mutant finds the optimum of all its problems"


def main() -> int:
    """Prints a line per mutant; 0 if all are refuted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, required=True, help="a build tree made by ninja")
    parser.add_argument("--only", nargs="*", default=[], help="names of mutants")
    wishes = parser.parse_args()
    faults = 0
    truth: dict[Problem, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        builder = Builder(wishes.build.resolve(), Path(folder))
        for mutant in MUTANTS:
            if wishes.only and mutant.name not in wishes.only:
                continue
            fault = check(mutant, builder, truth)
            print(f"{mutant.name}: {fault or 'refuted'}", flush=True)
            faults += 1 if fault else 0
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
