"""Tools of `tilewright mcp`: what they answer is what the package and the program say."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import ARCH, MAPPING, ROOT, SHAPE
from report_runs import ARCH as TREE
from report_runs import network, program, run_map

import tilewright as tw

pytest.importorskip("mcp", reason="mcp is not installed: pip install 'tilewright[mcp]'")
pytest.importorskip("mcp.server.context", reason="the package mcp is older than version 2")
jsonschema = pytest.importorskip("jsonschema")

import anyio  # noqa: E402
from mcp import MCPError  # noqa: E402
from mcp_sessions import Answer, Session, asking, children, in_session, is_alive  # noqa: E402

TOOL_NAMES = {"map", "model", "bound", "explain", "check", "compare"}
CONV = ["arch.yaml", "conv.yaml"]
# Ends by number, so that times do not matter.
SHORT = {"max_evaluated": 300, "searcher": "random", "seed": 7}
# Would go on for longer than any test.
ENDLESS = {"searcher": "random", "time": "1h", "total_time": "1h", "victory_condition": 0}
SPECS = [str(ROOT / f"specs/{name}.yaml") for name in ("arch/three_level", "problem/alexnet_conv3")]
FITTING = str(ROOT / "specs/mapping/three_level_alexnet_conv3_row_stationary.yaml")
VGG = {
    "files": [
        str(ROOT / "specs/arch/eyeriss_like_168.yaml"),
        str(ROOT / "specs/problem/vgg16_conv3_2.yaml"),
    ]
}


Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Calls a tool of a server that all tests share, which runs in the root of the clone."""
    with asking(ROOT) as shared:
        yield shared


def _paths(folder: Path, *names: str) -> list[str]:
    return [str(folder / name) for name in names]


def _validate(schema: str, document: Any) -> None:
    text = (ROOT / "docs/schema" / f"{schema}.schema.json").read_text()
    jsonschema.Draft202012Validator(json.loads(text)).validate(document)


def _texts(**texts: str) -> list[dict[str, str]]:
    return [{"name": f"{name}.yaml", "text": text} for name, text in texts.items()]


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """A folder with a network of two layers, and two architectures for it."""
    (tmp_path / "net.yaml").write_text(network("first", "second"))
    (tmp_path / "tree.yaml").write_text(TREE)
    (tmp_path / "large.yaml").write_text(TREE.replace("entries: 256", "entries: 1024"))
    return tmp_path


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_tools_describe_themselves(tmp_path: Path, mode: str) -> None:
    async def work(opened: Session) -> Any:
        return (await opened.client.list_tools()).tools

    tools = {tool.name: tool for tool in in_session(tmp_path, work, mode=mode)}
    assert tools.keys() == TOOL_NAMES - (set() if hasattr(tw, "check") else {"check"})
    for tool in tools.values():
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        assert tool.description
        for name, schema in tool.input_schema["properties"].items():
            assert schema["description"], f"{tool.name}: {name}"
    options = tools["map"].input_schema["properties"]
    assert options["time"]["default"] == "10s"
    assert options["max_delay"]["type"] == "integer"
    assert options["top_by"]["enum"] == ["loops", "tilings"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_map_answers_with_summary_and_mappings(net: Path, mode: str) -> None:
    arguments = {"files": ["tree.yaml", "net.yaml"], **SHORT}
    found = in_session(net, lambda opened: opened.call("map", arguments), mode=mode)
    assert not found.failed
    assert found.content.keys() == {"summary", "mappings", "warnings"}
    summary = found.content["summary"]
    _validate("summary", summary)
    same = tw.map(net / "tree.yaml", net / "net.yaml", **SHORT)  # type: ignore[arg-type]
    for key in ("layers", "total", "architecture", "network", "without_mapping"):
        assert summary[key] == json.loads(same.summary_json)[key]
    assert found.content["mappings"].keys() == {"first", "second"}
    for entry in summary["layers"]:
        mapping = found.content["mappings"][entry["name"]]
        scored = tw.evaluate(net / "tree.yaml", net / "net.yaml", mapping, layer=entry["name"])
        assert (scored.energy_pj, scored.cycles) == (entry["energy_pJ"], entry["cycles"])


def test_files_and_texts_are_the_same(ask: Ask, specs: Path) -> None:
    texts = _texts(arch=ARCH, conv=SHAPE)
    inline = ask("map", texts=texts, **SHORT)
    mixed = ask("map", files=_paths(specs, "conv.yaml"), texts=texts[:1], **SHORT)
    files = ask("map", files=_paths(specs, *CONV), **SHORT)
    assert not inline.failed
    for other in (mixed, files):
        assert other.content["mappings"] == inline.content["mappings"]
        assert other.content["summary"]["total"] == inline.content["summary"]["total"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"leakage": True}, {"leakage": True}),
        ({"dataflow": "weight-stationary"}, {"dataflow": "weight-stationary"}),
        (
            {"estimate": True, "technology": "28nm"},
            {"estimators": tw.Estimators(estimate=True, technology="28nm")},
        ),
    ],
    ids=["leakage", "dataflow", "prices"],
)
def test_how_specs_are_read(ask: Ask, given: Any, meant: Any) -> None:
    files = [str(ROOT / "specs/arch/eyeriss_like_168.yaml"), SPECS[1]]
    total = ask("map", files=files, **SHORT, **given).content["summary"]["total"]
    specs = tw.load(*files, **meant)
    expected = tw.map(specs, **SHORT)  # type: ignore[arg-type]
    assert total == json.loads(expected.summary_json)["total"]
    if "leakage" not in given:  # of which the specs say nothing
        assert total != ask("map", files=files, **SHORT).content["summary"]["total"]


def test_several_mappings(ask: Ask, specs: Path) -> None:
    found = ask("map", files=_paths(specs, *CONV), top=3, pareto="energy,delay", **SHORT)
    assert found.failed  # the library takes only one of the two
    assert found.content["code"] == "bad_usage"
    best = ask("map", files=_paths(specs, *CONV), top=3).content
    (mappings,) = best["top_mappings"].values()
    costs = [tw.evaluate(specs / "arch.yaml", specs / "conv.yaml", each).edp for each in mappings]
    assert len(mappings) == 3
    assert costs == sorted(costs)
    assert costs == [p["cost"]["edp_pJ_cycles"] for p in best["summary"]["layers"][0]["top"]]


def test_a_layer_without_a_mapping_is_told(ask: Ask, specs: Path) -> None:
    found = ask("map", files=_paths(specs, *CONV), max_delay=1, **SHORT)
    assert not found.failed
    (layer,) = found.content["summary"]["without_mapping"]
    (warning,) = found.content["warnings"]
    _validate("notice", warning)
    assert warning["code"] == "no_mapping"
    assert layer["reason"] in warning["message"]
    assert found.content["mappings"] == {}


def test_model_answers_with_all_counts(ask: Ask, specs: Path) -> None:
    found = ask("model", files=_paths(specs, *CONV, "mapping.yaml"))
    assert not found.failed
    _validate("stats", found.content["stats"])
    result = tw.evaluate(*(specs / name for name in (*CONV, "mapping.yaml")))
    assert found.content["stats"] == result.stats
    assert found.content["nest"] == result.nest


def test_a_mapping_that_cannot_run_is_an_error(ask: Ask, specs: Path) -> None:
    (specs / "bad.yaml").write_text(MAPPING.replace("R=3 P=16", "R=3 P=8"))
    words = _paths(specs, *CONV, "bad.yaml")
    found = ask("model", files=words)
    assert found == Answer(True, _line_of_program("model", *words))
    _validate("notice", found.content)
    assert (found.content["code"], found.content["line"]) == ("mapping_rejected", 2)


def test_a_mapping_that_does_not_fit_is_an_error(ask: Ask, specs: Path) -> None:
    (specs / "arch.yaml").write_text(ARCH.replace("entries: 64", "entries: 8"))
    words = _paths(specs, *CONV, "mapping.yaml")
    found = ask("model", files=words)
    assert found == Answer(True, _line_of_program("model", *words))
    assert (found.content["code"], found.content["file"]) == ("mapping_rejected", None)


def test_bound_is_the_document_of_the_program(ask: Ask, net: Path) -> None:
    files = _paths(net, "tree.yaml", "net.yaml")
    found = ask("bound", files=files)
    words = [program(), "bound", *files, "--json", "-"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert found.content["bound"] == json.loads(done.stdout)
    _validate("bound", found.content["bound"])
    less = ask("bound", files=files, capacity=24).content["bound"]
    assert less["layers"][0]["capacity_words"] == 24


def test_explain_says_why_a_mapping_costs_and_why_there_is_none(ask: Ask, specs: Path) -> None:
    found = ask("explain", files=_paths(specs, *CONV), time="2s")
    assert not found.failed
    _validate("explanation", found.content["explanation"])
    assert found.content["explanation"]["layers"][0]["runs"]
    demand = (
        "mapspace_constraints:\n- {target: Buf, type: temporal, factors: R=3 P=16}\n"
        "- {target: Buf, type: datatype, keep: [Weights, Inputs, Outputs]}\n"
    )
    tight = _texts(arch=ARCH.replace("entries: 64", "entries: 8"), limits=demand)
    none = ask("explain", files=_paths(specs, "conv.yaml"), texts=tight).content
    _validate("explanation", none["explanation"])
    assert not none["explanation"]["layers"][0]["runs"]
    own = ask("explain", files=_paths(specs, *CONV), mappings=[MAPPING], time="2s").content
    assert own["explanation"]["layers"][0]["runs"]
    assert own["text"] != found.content["text"]


@pytest.mark.skipif(not hasattr(tw, "check"), reason="this package has no tilewright.check yet")
def test_check_lists_findings(ask: Ask, specs: Path) -> None:
    odd = ARCH.replace("entries: 64", "entries: 64, entires: 32")
    found = ask("check", files=_paths(specs, "conv.yaml"), texts=_texts(arch=odd))
    assert not found.failed
    assert found.content["complete"]
    (finding,) = (each for each in found.content["findings"] if "entires" in each["message"])
    assert (finding["severity"], finding["file"]) == ("warning", "arch.yaml")


def _ratios(comparison: dict[str, Any]) -> list[dict[str, float]]:
    return [row["ratio"] for row in (comparison["total"], *comparison["layers"])]


def test_compare_sets_architectures_beside_each_other(ask: Ask, net: Path) -> None:
    sides = {"a": {"files": _paths(net, "tree.yaml")}, "b": {"files": _paths(net, "large.yaml")}}
    found = ask("compare", files=_paths(net, "net.yaml"), **sides, **SHORT).content["comparison"]
    _validate("comparison", found)
    assert found["comparable"]
    for side, arch in (("a", "tree"), ("b", "large")):
        alone = ask("map", files=_paths(net, f"{arch}.yaml", "net.yaml"), **SHORT).content[
            "summary"
        ]
        assert found[side]["architecture"] == arch
        for row, entry in zip(found["layers"], alone["layers"], strict=True):
            assert row["name"] == entry["name"]
            assert row[side] == {key: entry[key] for key in row[side]}
        assert found["total"][side] == {key: alone["total"][key] for key in found["total"][side]}
    for row in (found["total"], *found["layers"]):
        assert row["ratio"] == {key: row["b"][key] / row["a"][key] for key in row["ratio"]}
    swapped = {"a": sides["b"], "b": sides["a"]}
    other = ask("compare", files=_paths(net, "net.yaml"), **swapped, **SHORT).content["comparison"]
    for there, back in zip(_ratios(found), _ratios(other), strict=True):
        assert there == pytest.approx({key: 1 / value for key, value in back.items()})


def test_compare_reads_results(ask: Ask, net: Path) -> None:
    before = run_map(net, network("first", "second"), out="before")
    other = run_map(net, network("first", "third"), out="after")
    same = ask("compare", a={"result": str(before)}, b={"result": str(before)})
    assert all(set(ratio.values()) == {1.0} for ratio in _ratios(same.content["comparison"]))
    found = ask("compare", a={"result": str(before)}, b={"result": str(other)})
    comparison = found.content["comparison"]
    _validate("comparison", comparison)
    assert not comparison["comparable"]
    assert comparison["total"]["ratio"] is None
    rows = {row["name"]: row for row in comparison["layers"]}
    assert rows["first"]["ratio"]["cycles"] == 1
    assert (rows["second"]["b"], rows["third"]["a"], rows["third"]["ratio"]) == (None, None, None)


def test_layers_without_a_mapping_are_not_compared(ask: Ask, net: Path) -> None:
    sides = {"a": {"files": _paths(net, "tree.yaml")}, "b": {"files": _paths(net, "large.yaml")}}
    found = ask("compare", files=_paths(net, "net.yaml"), **sides, **SHORT, max_delay=1)
    comparison = found.content["comparison"]
    _validate("comparison", comparison)
    assert not comparison["comparable"]
    assert [row["ratio"] for row in comparison["layers"]] == [None, None]
    assert len(found.content["warnings"]) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"a": {"files": SPECS}}, "compare needs both 'a' and 'b'; 'b' is not given"),
        ({"a": {"result": "x", "files": SPECS}, "b": {}}, "a: a result stands alone"),
        ({"a": {"result": "nowhere"}, "b": {}}, "there is no folder 'nowhere'"),
    ],
)
def test_sides_that_make_no_sense(ask: Ask, arguments: Any, message: str) -> None:
    found = ask("compare", **arguments)
    assert found.failed
    assert found.content["code"] == "bad_usage"
    assert message in found.content["message"]


@pytest.mark.parametrize(
    ("tool", "arguments", "message", "suggestion"),
    [
        ("explian", {}, "unknown tool 'explian'; did you mean 'explain'?", "explain"),
        ("map", {"fils": []}, "unknown argument 'fils'; did you mean 'files'?", "files"),
        ("map", {"files": "arch.yaml"}, "map: files: 'arch.yaml' is not of type 'array'", None),
        ("map", {"texts": [{"name": "a"}]}, "map: texts[0]: 'text' is a required property", None),
        ("map", {}, "no spec files are given", None),
        ("map", {"files": SPECS[:1]}, "no problem", None),
        ("map", {"files": SPECS, "searcher": "optimum"}, "did you mean 'optimal'?", "optimal"),
        ("model", {"files": SPECS}, "no mapping", None),
        ("model", {"files": [*SPECS, FITTING], "layer": "fc"}, "unknown layer 'fc'", None),
    ],
)
def test_arguments_that_make_no_sense(
    ask: Ask, tool: str, arguments: Any, message: str, suggestion: str | None
) -> None:
    found = ask(tool, **arguments)
    assert found.failed
    _validate("notice", found.content)
    assert (found.content["code"], found.content["file"]) == ("bad_usage", None)
    assert message in found.content["message"]
    assert found.content["suggestion"] == suggestion


def _line_of_program(*words: str) -> Any:
    command = [program(), *words, "--error-format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return json.loads(done.stderr.splitlines()[-1])


def test_errors_are_the_lines_of_the_program(ask: Ask, specs: Path) -> None:
    bad = MAPPING.replace("target: Buf", "target: Bufer")
    (specs / "bad.yaml").write_text(bad)
    words = _paths(specs, *CONV, "bad.yaml")
    expected = _line_of_program("model", *words)
    assert (expected["line"], expected["suggestion"]) == (2, "Buf")
    assert ask("model", files=words) == Answer(True, expected)
    inline = ask("model", files=words[:2], texts=_texts(bad=bad))
    assert inline == Answer(True, {**expected, "file": "bad.yaml"})
    missing = _line_of_program("bound", "nowhere.yaml")
    assert ask("bound", files=["nowhere.yaml"]) == Answer(True, missing)


def test_warnings_are_the_lines_of_the_program(ask: Ask, specs: Path) -> None:
    odd = ARCH.replace("entries: 64", "entries: 64, entires: 32")
    (specs / "odd.yaml").write_text(odd)
    words = _paths(specs, "odd.yaml", "conv.yaml")
    expected = _line_of_program("bound", *words, "--quiet")
    found = ask("bound", files=words)
    assert not found.failed
    assert found.content["warnings"] == [expected]


def test_progress_only_rises(net: Path) -> None:
    counts: list[float] = []
    messages: list[str | None] = []

    async def note(count: float, _total: float | None, message: str | None) -> None:
        counts.append(count)
        messages.append(message)

    arguments = {"files": ["tree.yaml", "net.yaml"], **ENDLESS, "max_evaluated": 200_000}

    async def work(opened: Session) -> Answer:
        return await opened.call("map", arguments, progress_callback=note)

    summary = in_session(net, work).content["summary"]
    assert len(counts) >= 2
    assert all(before < after for before, after in pairwise(counts))
    assert counts[-1] == sum(layer["evaluated"] for layer in summary["layers"])
    assert "layer 2 of 2, second: 200,000 mappings" in messages


def _endless(tool: str) -> dict[str, Any]:
    if tool == "explain":
        return {**VGG, "time": "1h"}
    if tool == "compare":
        return {"a": VGG, "b": VGG, **ENDLESS}
    return {**VGG, **ENDLESS}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("tool", ["map", "explain", "compare"])
def test_a_search_blocks_nobody_and_can_be_cancelled(specs: Path, tool: str, mode: str) -> None:
    async def work(opened: Session) -> Answer:
        async with anyio.create_task_group() as calls:
            calls.start_soon(opened.call, tool, _endless(tool))
            await opened.until(lambda: len(opened.calls()) == 1)
            assert (await opened.client.list_tools()).tools
            beside = await opened.call("bound", {"files": CONV})
            assert len(opened.calls()) == 1  # the search goes on
            calls.cancel_scope.cancel()
        await opened.until(lambda: not opened.calls())
        again = await opened.call("bound", {"files": CONV})
        assert again == beside
        return again

    assert not in_session(specs, work, mode=mode).failed


def test_calls_that_take_too_long_are_ended(specs: Path) -> None:
    async def work(opened: Session) -> Answer:
        found = await opened.call("map", _endless("map"))
        assert opened.calls() == []
        return found

    found = in_session(specs, work, "--longest-call", "1s")
    assert found.failed
    _validate("notice", found.content)
    assert found.content["code"] == "interrupted"
    assert found.content["message"] == "map took longer than 1 s, and was ended"


def test_a_call_that_dies_takes_nobody_along(specs: Path) -> None:
    async def work(opened: Session) -> Answer:
        answers: list[Answer] = []

        async def call() -> None:
            answers.append(await opened.call("map", _endless("map")))

        async with anyio.create_task_group() as calls:
            calls.start_soon(call)
            await opened.until(lambda: len(opened.calls()) == 1)
            os.kill(opened.calls()[0], signal.SIGSEGV)
        assert not (await opened.call("bound", {"files": CONV})).failed
        return answers[0]

    found = in_session(specs, work)
    assert found.failed
    assert found.content["code"] == "internal"
    assert found.content["message"] == "the process of the call died of SIGSEGV"


def _contains(real: Any, shown: Any) -> bool:
    if isinstance(shown, dict):
        return all(key in real and _contains(real[key], shown[key]) for key in shown)
    if isinstance(shown, list):
        return len(real) == len(shown) and all(map(_contains, real, shown))
    return bool(real == shown)


def test_the_page_shows_what_happens() -> None:
    page = (ROOT / "docs/mcp.md").read_text()
    blocks = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", page, re.M | re.S)]
    (entry,) = blocks[0]["mcpServers"].values()
    assert (Path(entry["command"]).name, entry["args"]) == ("tilewright", ["mcp"])
    assert len(blocks) == 7

    async def work(opened: Session) -> list[Answer]:
        return [await opened.call(call["name"], call["arguments"]) for call in blocks[1::2]]

    for found, shown in zip(in_session(ROOT, work), blocks[2::2], strict=True):
        assert found.failed == ("severity" in shown)
        assert _contains(found.content, shown)
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == TOOL_NAMES


def _leave(_server: int) -> None:
    """The client closes the connection."""


def _kill(server: int) -> None:
    os.kill(server, signal.SIGKILL)


def _interrupt(server: int) -> None:
    os.kill(server, signal.SIGINT)


def _terminate(server: int) -> None:
    os.kill(server, signal.SIGTERM)


@pytest.mark.parametrize("end", [_leave, _kill, _interrupt, _terminate])
def test_no_search_outlives_its_server(tmp_path: Path, end: Callable[[int], None]) -> None:
    running: list[int] = []

    async def work(opened: Session) -> None:
        async def call() -> None:
            with suppress(MCPError):  # the connection is closed
                await opened.call("map", _endless("map"))

        async with anyio.create_task_group() as calls:
            calls.start_soon(call)
            await opened.until(lambda: len(opened.calls()) == 1)
            running.extend((opened.server, *opened.calls()))
            end(opened.server)
            if end is not _leave:
                await opened.until(lambda: opened.server not in children(os.getpid()))
            calls.cancel_scope.cancel()

    in_session(tmp_path, work)

    async def gone() -> None:
        with anyio.fail_after(20):
            while any(is_alive(process) for process in running):
                await anyio.sleep(0.02)

    anyio.run(gone)
    assert len(running) == 2
