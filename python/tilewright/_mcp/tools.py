"""What the tools do: JSON in, JSON out, in the words of the program. No protocol here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import tilewright as tw
from tilewright._mcp.arguments import Schema, arguments_of, with_defaults
from tilewright._mcp.compare import compare_summaries
from tilewright._specs import NamedText, Source
from tilewright.report import read_run

Arguments = Mapping[str, Any]
Answer = dict[str, Any]
Report = Callable[[tw.Progress], object]

_CHECK: Any = getattr(tw, "check", None)


class RejectedError(Exception):
    """A mapping that cannot run. Its text says why.

    Attributes:
        file: name of its file where the text begins with the place; else empty.
        line: counts from 1; 0 if not known.
        column: counts from 1; 0 if not known.
    """

    def __init__(self, rejection: str) -> None:
        super().__init__(rejection)
        place = re.match(r"(.+?):(\d+):(\d+): ", rejection)
        self.file = place[1] if place else ""
        self.line, self.column = (int(place[2]), int(place[3])) if place else (0, 0)


@dataclass(frozen=True)
class Tool:
    """What a client may call.

    Attributes:
        description: for the model that chooses among tools.
        arguments: JSON Schemas by name.
        call: the work; it raises what functions of the package raise.
    """

    description: str
    arguments: Mapping[str, Schema] = field(repr=False)
    call: Callable[[Arguments, Report], Answer] = field(repr=False)

    @property
    def schema(self) -> Schema:
        """Of all arguments together."""
        return {
            "type": "object",
            "properties": dict(self.arguments),
            "additionalProperties": False,
        }

    def default(self, name: str) -> Any:
        """What holds where an argument is not given."""
        return self.arguments[name].get("default")


def _map(arguments: Arguments, report: Report) -> Answer:
    return _answer_of(_search(arguments, _MAP, report))


def _answer_of(result: tw.NetworkResult) -> Answer:
    layers = [layer for layer in result.layers if layer.found]
    answer: Answer = {
        "summary": json.loads(result.summary_json),
        "mappings": {layer.name: layer.mapping_yaml for layer in layers},
    }
    for kind in ("top", "pareto"):
        several = {
            layer.name: [point.mapping_yaml for point in getattr(layer, kind)]
            for layer in layers
            if getattr(layer, kind)
        }
        if several:
            answer[f"{kind}_mappings"] = several
    return answer


def _model(arguments: Arguments, _report: Report) -> Answer:
    result = tw.evaluate(_specs(arguments), layer=arguments.get("layer"))
    if not result.valid:
        raise RejectedError(result.rejection)
    return {"stats": result.stats, "nest": result.nest}


def _bound(arguments: Arguments, _report: Report) -> Answer:
    found = tw.bound(_specs(arguments), capacity=arguments.get("capacity"))
    return {"bound": json.loads(found.json)}


def _explain(arguments: Arguments, _report: Report) -> Answer:
    found = tw.explain(
        _specs(arguments),
        mappings=arguments.get("mappings", ()),
        layer=arguments.get("layer"),
        **_options(arguments, _EXPLAIN),
    )
    return {"explanation": json.loads(found.json), "text": found.text}


def _check(arguments: Arguments, _report: Report) -> Answer:
    found = _CHECK(_specs(arguments))
    return {
        "complete": found.complete,
        "findings": [asdict(finding) for finding in found],
    }


def _compare(arguments: Arguments, report: Report) -> Answer:
    summaries = [_summary_of(arguments, side, report) for side in ("a", "b")]
    return {"comparison": compare_summaries(*summaries)}


# Of a folder of results, or of a search with what both sides share.
def _summary_of(arguments: Arguments, side: str, report: Report) -> Mapping[str, Any]:
    own = arguments.get(side)
    if own is None:
        raise tw.UsageError(f"compare needs both 'a' and 'b'; '{side}' is not given")
    folder = own.get("result")
    if folder is not None:
        if len(own) > 1:
            raise tw.UsageError(f"{side}: a result stands alone, without files and texts")
        return read_run(folder).summary
    both = {name: [*own.get(name, ()), *arguments.get(name, ())] for name in ("files", "texts")}
    result = _search({**arguments, **both}, _COMPARE, report)
    found: Mapping[str, Any] = json.loads(result.summary_json)
    return found


def _search(arguments: Arguments, names: Mapping[str, Schema], report: Report) -> tw.NetworkResult:
    options: dict[str, Any] = _options(arguments, names)
    return tw.map(_specs(arguments), **options, progress=report)


def _options(arguments: Arguments, names: Mapping[str, Schema]) -> dict[str, Any]:
    chosen = {name: arguments.get(name, schema.get("default")) for name, schema in names.items()}
    return {name: value for name, value in chosen.items() if value is not None}


def _specs(arguments: Arguments) -> tw.Specs:
    sources: list[Source] = list(arguments.get("files", ()))
    sources += [NamedText(text["name"], text["text"]) for text in arguments.get("texts", ())]
    pricing = {name: arguments[name] for name in _PRICES if name in arguments}
    return tw.load(
        *sources,
        estimators=tw.Estimators(**pricing) if pricing else None,
        **{name: arguments[name] for name in _READING if name in arguments},
    )


_SOURCES: dict[str, Schema] = {
    "files": {
        "description": "paths of spec files (YAML of Timeloop v0.1 to v0.4 or of Tilewright's own "
        "form) and of folders of them; relative ones belong to the folder the server runs in",
        "type": "array",
        "items": {"type": "string"},
    },
    "texts": {
        "description": "specs given here: the YAML of a file as text, and a name for messages",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "text": {"type": "string"}},
            "required": ["name", "text"],
            "additionalProperties": False,
        },
    },
}
_READING = arguments_of(tw.load, "leakage", "define", "dense", "dataflow")
_PRICES = arguments_of(tw.Estimators, "estimate", "technology")
_SPECS = {**_SOURCES, **_READING, **_PRICES}
_LAYER = arguments_of(tw.evaluate, "layer")

_BUDGETS = ("max_delay", "max_energy", "min_utilization")
_RULES = ("searcher", "seed", "threads", "max_memory", "both_axes", "imperfect", "perfect")
_NUMBERS = ("total_time", "max_evaluated", "max_valid", "victory_condition", "gap", "batch")

# Clients tend to give up after a minute.
_LAYER_TIME = "10s"
_CALL_TIME = "50s"
_HALF_CALL_TIME = "25s"

_EXPLAIN = with_defaults(
    arguments_of(tw.map, "objective", "time", *_BUDGETS, *_RULES), time=_LAYER_TIME
)
_COMPARE = with_defaults(
    arguments_of(tw.map, "objective", "time", *_BUDGETS, *_RULES, *_NUMBERS),
    time=_LAYER_TIME,
    total_time=_HALF_CALL_TIME,
)
_MAP = with_defaults(
    {**_COMPARE, **arguments_of(tw.map, "pareto", "top", "top_by")}, total_time=_CALL_TIME
)

_SIDE: Schema = {
    "description": "what is only of this side: its files and texts (such as an architecture), "
    "beside those of both; or a result: the folder that `tilewright map` wrote",
    "type": "object",
    "properties": {**_SOURCES, "result": {"type": "string"}},
    "additionalProperties": False,
}
_MAPPINGS: Schema = {
    "description": "mappings (YAML text, not paths) to explain instead of the best one; two are "
    "compared",
    "type": "array",
    "items": {"type": "string"},
    "maxItems": 2,
}

TOOLS: dict[str, Tool] = {
    "map": Tool(
        "Searches the best mapping (loop nest) of every layer of a network on an accelerator. "
        "Needs an architecture and a network or problem. Returns the summary (energy in pJ, "
        "cycles, EDP, how far from the optimum) and the mapping of each layer as YAML.",
        {**_SPECS, **_MAP},
        _map,
    ),
    "model": Tool(
        "Scores one mapping, given among the specs: every access, cycle and energy of each level, "
        "and the loop nest.",
        {**_SPECS, **_LAYER},
        _model,
    ),
    "bound": Tool(
        "Says without a search what no mapping can beat: lower bounds on cycles, energy and "
        "traffic of every layer, and rooflines.",
        {**_SPECS, **arguments_of(tw.bound, "capacity")},
        _bound,
    ),
    "explain": Tool(
        "Says why no mapping of a layer is valid, with the smallest changes that make one; or why "
        "the best mapping costs what it does, and what would gain most. Some seconds a layer.",
        {**_SPECS, **_LAYER, "mappings": _MAPPINGS, **_EXPLAIN},
        _explain,
    ),
    "check": Tool(
        "Says what is wrong, odd or in vain in specs, without a search.",
        _SPECS,
        _check,
    ),
    "compare": Tool(
        "Compares two architectures on one network (or any two sets of specs, or two folders of "
        "results): energy, cycles and EDP of each layer and in total, and ratios B / A.",
        {"a": _SIDE, "b": _SIDE, **_SPECS, **_COMPARE},
        _compare,
    ),
}
if _CHECK is None:
    del TOOLS["check"]
