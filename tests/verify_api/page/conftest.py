"""The page's judge, and Python's lists put before both."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, NoReturn

import pytest
from declared_seals import sealed
from page_judge import Judge

from sceau.domain.document_type import document_types
from sceau.keys.trust_list import write_trust_list
from sceau.verify_api.scan import scan


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked so runs in a real browser too, whose cryptography and decompression are not Node's."""
    if "engine" in metafunc.fixturenames:
        everywhere = metafunc.definition.get_closest_marker("in_chromium_too")
        metafunc.parametrize("engine", ("node", "chromium") if everywhere else ("node",), scope="session")


@pytest.fixture(scope="session")
def judge(engine: str, tmp_path_factory: pytest.TempPathFactory, missing: Callable[[str], NoReturn]) -> Iterator[Judge]:
    """One process for all tests of a worker."""
    if engine == "chromium" and shutil.which("chromium") is None:
        missing("no chromium: apt-get install chromium")
    with Judge.on(tmp_path_factory.mktemp("page"), engine) as judge:
        yield judge


class Both:
    """The same scan by Python and by the page; `differences` are the codes about which they do not say the same."""

    def __init__(self, judge: Judge, made: Any, state: Any, **without: bool) -> None:
        self._lists = (
            state.trust,
            None if without.get("status") is False else state.status_list,
            None if without.get("issued") is False else state.issued_list,
        )
        self._judge = judge
        _, status, issued = self._lists
        about = ("authority", "version")
        judge.ask(
            "know",
            name="state",
            trust=write_trust_list(state.trust, made.ROOT).hex(),
            root=made.ROOT.public.hex(),
            status=status
            and {
                **{name: getattr(status, name) for name in about},
                "issuedAt": status.issued_at,
                "asOf": status.as_of,
                "rows": [
                    [key.hex(), entry.state, entry.reason, entry.since.isoformat()]
                    for key, entry in status.entries.items()
                ],
            },
            issued=issued
            and {
                **{name: getattr(issued, name) for name in about},
                "issuedAt": issued.issued_at,
                "asOf": issued.as_of,
                "keys": [made.listed(seal).hex() for seal in state.issued],
            },
        )

    def differences(self, codes: Sequence[bytes], today: date, host: str | None = None) -> list[tuple[str, Any, Any]]:
        """What Python says and what the page says, where that is not the same, for at most three codes."""
        cases = [[code.hex(), today.isoformat(), host] for code in codes]
        said = self._judge.ask("scan", known="state", cases=cases)
        pairs = (
            (code, scan(code, *self._lists, today, host).to_json(), page)
            for code, page in zip(codes, said, strict=True)
        )
        return [
            (code.hex(), python, page)
            for code, python, page in pairs
            if python != page or _order(python) != _order(page)
        ][:3]


def _order(verdict: dict[str, Any]) -> list[str]:
    return [*verdict, *verdict["fields"]]


@pytest.fixture
def both(judge: Judge, made: Any, state: Any) -> Any:
    """Both checkers on `state`, as it is when asked."""
    return lambda **without: Both(judge, made, state, **without)


@pytest.fixture(scope="session")
def sealed_types(made: Any) -> list[bytes]:
    """One seal of each declared type, in its own carrier."""
    return [sealed(made, declared) for declared in document_types().values()]
