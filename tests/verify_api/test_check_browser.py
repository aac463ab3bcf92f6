"""/check in a real Chromium: without JavaScript it works, and axe-core finds nothing that somebody could not use."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from checker_server import running

from sceau.verify_api.service import Settings


@pytest.fixture
def address(made, state, tmp_path: Path) -> Iterator[str]:
    state.issue(made.extract())
    (tmp_path / "reports").mkdir()
    folder = state.publish(tmp_path / "published")
    told = Settings(folder, made.ROOT.public, lambda: float(made.NOON), reports=tmp_path / "reports")
    with running(told) as port:
        yield f"http://127.0.0.1:{port}/check"


@pytest.fixture
def browser(missing) -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        missing("no Chromium: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def test_a_browser_without_javascript_gets_the_verdict(made, browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False, locale="fr-FR").new_page()
    page.goto(address)
    page.get_by_label("Texte du code").fill(made.extract().decode())
    page.get_by_role("button", name="Vérifier").click()
    assert "VALID" in page.get_by_role("heading", level=2).inner_text()
    assert page.get_by_text("Fatoumata TRAORÉ").is_visible()
    page.get_by_text("Une donnée diffère").click()
    page.get_by_label("Lieu (facultatif)").fill("Kidira")
    page.get_by_role("button", name="Envoyer le signalement").click()
    assert page.get_by_role("heading", level=2).inner_text() == "Signalement gardé"
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Check a document"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(made, browser, address: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for language in ("fr", "en", "bm"):
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 700}).new_page()
        for text in (None, made.extract().decode(), made.visa(by=made.OTHER_VISAS).decode("latin-1"), ""):
            page.goto(f"{address}?lang={language}")
            if text is not None:
                page.locator("#text").fill(text)
                page.locator("main > form button").click()
                if page.locator("summary").count():
                    page.locator("summary").click()
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
