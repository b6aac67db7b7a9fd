"""Tilewright's own form: its schema, its page, and what `tilewright.convert` writes."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

import tilewright as tw

jsonschema = pytest.importorskip("jsonschema")
yaml = pytest.importorskip("yaml")

SCHEMA = json.loads((ROOT / "docs/schema/spec.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EDGE = ROOT / "specs/own/edge.yaml"
SPECS = [
    *sorted((ROOT / "specs/arch").glob("*.yaml")),
    *sorted((ROOT / "specs/network").glob("*.yaml")),
    *sorted((ROOT / "specs/problem").glob("*.yaml")),
    *sorted((ROOT / "specs/own").glob("*.yaml")),
]


def _blocks() -> list[str]:
    page = (ROOT / "docs/own-form.md").read_text()
    return re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


# Pieces of files, made whole.
def _whole(block: str) -> str:
    if block.startswith("  - name: Buffer"):
        return f"tilewright: 1\nmapspace:\n  levels:\n{block}"
    return block if block.startswith("tilewright:") else f"tilewright: 1\n{block}"


def test_the_page_shows_what_is_read() -> None:
    blocks = _blocks()
    assert len(blocks) >= 6
    for block in blocks:
        VALIDATOR.validate(yaml.safe_load(_whole(block)))
        assert tw.load(_whole(block))


def test_the_example_of_the_page_is_mapped() -> None:
    result = tw.map(_whole(_blocks()[0]), max_evaluated=200)
    assert [layer.name for layer in result.layers] == ["first", "second"]
    assert result.complete


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_what_is_converted_fits_the_schema(path: Path) -> None:
    text = tw.convert(path)
    VALIDATOR.validate(yaml.safe_load(text))
    assert tw.convert(tw.convert(text, to="v0.3")).partition("\n")[2] == text.partition("\n")[2]


def _objects(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, dict):
        yield path
        for key, value in node.items():
            yield from _objects(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _objects(value, (*path, index))


def _is_refused(document: Any) -> bool:
    try:
        specs = tw.load(json.dumps(document, indent=1) + "\n")
        tw.convert(specs)
    except (tw.SpecError, tw.UsageError):
        return True
    return False


# Every map of the example gets a key too many, and a value of another kind in each place.
def test_schema_and_reader_refuse_the_same() -> None:
    document = yaml.safe_load(EDGE.read_text())
    assert VALIDATOR.is_valid(document)
    assert not _is_refused(document)
    tried = 0
    for path in _objects(document):
        for key in ["unknown", *_at(document, path)]:
            changed = copy.deepcopy(document)
            _at(changed, path)[key] = ["unknown", {"unknown": []}]
            assert not VALIDATOR.is_valid(changed), (path, key)
            assert _is_refused(changed), (path, key)
            tried += 1
    assert tried > 100


def _at(node: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        node = node[step]
    return node


def test_needed_keys_are_needed_by_both() -> None:
    document = yaml.safe_load(EDGE.read_text())
    for path in _objects(document):
        for key in list(_at(document, path)):
            changed = copy.deepcopy(document)
            del _at(changed, path)[key]
            if not VALIDATOR.is_valid(changed):
                assert path == () or _is_refused(changed), (path, key)


def test_schema_knows_the_keys_of_the_reader() -> None:
    with pytest.raises(tw.SpecError, match="expected name, keep, bypass"):
        tw.load("tilewright: 1\nmapspace: {levels: [{name: a, unknownkey: 1}]}\n")
    keys = list(SCHEMA["$defs"]["mapspace"]["properties"]["levels"]["items"]["properties"])
    assert keys == ["name", "keep", "bypass", "temporal", "spatial", "min-parallelism"]


def test_specs_in_own_form_are_changed_like_others() -> None:
    specs = tw.load(EDGE)
    assert specs["Buffer"].size_kib == 64
    specs["Buffer"].size_kib = 32
    assert specs["Buffer"].entries == 32768
    assert "capacity: 32 KiB" in tw.convert(specs)
    assert tw.load(specs.yaml())["Buffer"].size_kib == 32
    assert specs != tw.load(EDGE)


def test_notes_are_warnings() -> None:
    with pytest.warns(tw.SpecWarning, match="are written as numbers"):
        text = tw.convert(ROOT / "specs/v04", to="v0.3")
    assert text.startswith("# Converted by tilewright from ")
    assert tw.load(text).layers == tw.load(ROOT / "specs/v04").layers


def test_unknown_forms_are_refused() -> None:
    form: Any = "v0.4"
    with pytest.raises(tw.UsageError, match=r"version 0\.4 is read, but not written"):
        tw.convert(EDGE, to=form)


def test_conversion_keeps_results() -> None:
    sources = (ROOT / "specs/arch/eyeriss_like_168.yaml", ROOT / "specs/network/lenet5.yaml")
    before = tw.map(*sources)
    for form in ("tilewright", "v0.3"):
        after = tw.map(tw.convert(*sources, to=form))
        assert after.energy_pj == before.energy_pj
        assert after.cycles == before.cycles
