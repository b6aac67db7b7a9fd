"""The schema of certificates, in docs/, takes what the program writes and nothing else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from report_runs import network, run_map

jsonschema = pytest.importorskip("jsonschema")
SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "certificate.schema.json"


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("certified")
    out = run_map(folder, network("first", "second"), "--estimate", "--max-delay=100000")
    return json.loads((out / "certificate.json").read_text())


def test_what_the_program_writes_is_valid(validator: Any, certificate: Any) -> None:
    validator.validate(certificate)
    assert certificate["budgets"]
    assert certificate["estimators"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda c: c.pop("layers"),
        lambda c: c.update(inputs=[]),
        lambda c: c.update(batch=1.5),
        lambda c: c.update(format="tilewright certificate 1"),
        lambda c: c.update(constraints=[]),
        lambda c: c["budgets"].update(max_area=1),
        lambda c: c["inputs"][0].update(sha256=""),
        lambda c: c["layers"][0].update(mapping=""),
        lambda c: c["layers"][0].pop("proven"),
        lambda c: c["layers"][0].update(best="0"),
    ],
)
def test_what_is_forged_is_not(
    validator: Any, certificate: Any, forge: Callable[[Any], object]
) -> None:
    copy = json.loads(json.dumps(certificate))
    forge(copy)
    assert not validator.is_valid(copy)
