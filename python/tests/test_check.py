"""What is wrong, odd or in vain in specs."""

from pathlib import Path

import pytest

import tilewright as tw


def test_plain_specs_have_nothing(specs: Path) -> None:
    found = tw.check(specs / "arch.yaml", specs / "conv.yaml")
    assert len(found) == 0
    assert found.complete
    assert repr(found) == "nothing found"


def test_findings_have_a_place_and_a_suggestion(specs: Path) -> None:
    text = (specs / "arch.yaml").read_text().replace("storage:", "colour: 1\n  storage:", 1)
    (specs / "arch.yaml").write_text(text)
    with pytest.warns(tw.SpecWarning, match="nobody reads 'colour'"):
        found = tw.check(specs / "arch.yaml", specs / "conv.yaml")
    (finding,) = found
    assert (finding.severity, finding.code) == ("warning", "unread_key")
    assert finding.file == str(specs / "arch.yaml")
    assert finding.line is not None
    assert finding.code in repr(found)


def test_files_that_cannot_be_read_raise(specs: Path) -> None:
    (specs / "arch.yaml").write_text("arch: [")
    with pytest.raises(tw.SpecError, match="this is no YAML"):
        tw.check(specs / "arch.yaml")
