"""The page as `sceau serve` gives it, under its headers: the number is asked for, a report kept, a PDF drawn."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from checker_server import running
from page_device import Device, code_of
from page_house import NOW, PageHouse

from sceau.seals.recognise import parse
from sceau.seals.seal import look_up_code
from sceau.verify_api.reports import Reports
from sceau.verify_api.service import Settings


@pytest.fixture
def served(page_state: PageHouse, new_device: Callable[..., Device], tmp_path: Path) -> Iterator[Device]:
    """A phone before the real checker."""
    root = page_state.house.ledger.keystore.signer("root").public
    (tmp_path / "reports").mkdir()
    now = NOW.timestamp
    settings = Settings(page_state.public, root, now, reports=tmp_path / "reports", rate="10000/minute")
    with running(settings) as port:
        device = new_device()
        device.url = f"http://127.0.0.1:{port}/"
        yield device


def test_the_page_lives_under_the_checkers_own_headers(served, tmp_path) -> None:
    served.hold_fate("forged")
    page = served.open()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    assert code_of(page) == "FORGED"
    page.click("#verdict-report")
    page.click("#report-send")
    page.wait_for_selector("#notice:has-text('envoyé')")
    (report,) = Reports(tmp_path / "reports").read()
    assert report["code"] == "FORGED"
    assert [text for text in refused if "Security Policy" in text] == []


def test_number_and_letters_of_the_paper(served) -> None:
    state = served.state
    letters = look_up_code(parse(state.codes["suspended"]).seal_id)
    page = served.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    page.click("#number")
    page.fill("#number-number", state.numbers["suspended"])
    page.fill("#number-letters", " ".join(letters[at : at + 4] for at in range(0, 16, 4)))
    page.click("#number-ask")
    page.wait_for_selector("#number-answer[data-tone=red]:has-text('Suspendu')")


def test_a_pdf_is_drawn_under_those_headers(served) -> None:
    page = served.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    pdf = served.state.pdf("extract")
    page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf})
    assert code_of(page) == "VALID"
