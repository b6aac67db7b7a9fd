from typing import Any

__version__: str

class Specs:
    @property
    def architecture(self) -> str: ...
    @property
    def network(self) -> str: ...
    @property
    def files(self) -> list[str]: ...
    @property
    def has_mapping(self) -> bool: ...
    @property
    def layers(self) -> list[dict[str, Any]]: ...
    @property
    def warnings(self) -> list[tuple[str, str, int, int]]: ...

class Search:
    def __init__(
        self,
        specs: Specs,
        *,
        objective: str | None,
        searcher: str | None,
        time: str | None,
        total_time: str | None,
        seed: int | None,
        threads: int | None,
        max_evaluated: int | None,
        max_valid: int | None,
        victory_condition: int | None,
        both_axes: bool,
        batch: int | None,
    ) -> None: ...
    @property
    def warnings(self) -> list[tuple[str, str, int, int]]: ...
    def run(self) -> dict[str, Any]: ...

def load(paths: list[str]) -> Specs: ...
def evaluate(specs: Specs, layer: str | None) -> dict[str, Any]: ...
