"""The trust list as its page describes it: what the documentation shows is what we write and read."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sceau.keys.keyring import Purpose
from sceau.keys.trust_list import read_trust_list, write_trust_list


@pytest.fixture(scope="session")
def page() -> str:
    return (Path(__file__).resolve().parents[2] / "docs/format/trust.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    return page.split(f"```{language}\n")[1].split("```")[0]


def test_the_list_of_the_documentation_is_what_we_write_and_read(page: str, state: Any) -> None:
    """docs/format/trust.md shows this list: its bytes never change by accident."""
    plain = tuple(key for key in state.trust.keys if not key.certificate and key.purpose is not Purpose.EVENT)
    trust = replace(state.trust, keys=plain, csca=())
    shown = bytes.fromhex(block(page, "hex"))
    assert shown.hex() == write_trust_list(trust, state.root).hex()
    assert state.root.public.hex() in page
    assert read_trust_list(shown, state.root.public) == trust


def test_the_verifier_of_the_documentation_reads_our_lists(page: str, state: Any) -> None:
    """The page's own code, which shares none with ours, reads the sample and the list of this test."""
    words: dict[str, Any] = {}
    exec(block(page, "python"), words)  # the page is ours
    sample = words["read_list"](bytes.fromhex(block(page, "hex")), "trust", state.root.public)
    assert [key["purpose"] for key in sample[7]["keys"]] == ["lists", "seal"]
    ours = write_trust_list(state.trust, state.root)
    assert words["read_list"](ours, "trust", state.root.public)[7]["csca"] == [state.csca]
    for at in range(0, len(ours), 7):
        with pytest.raises(Exception, match=r".*"):
            words["read_list"](ours[:at] + bytes([ours[at] ^ 1]) + ours[at + 1 :], "trust", state.root.public)
