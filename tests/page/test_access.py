"""axe-core finds nothing that keeps somebody from using the page: by day and by night, in French and in Bambara."""

import io
from pathlib import Path

import axe_playwright_python
import pytest
from page_frames import code_sheet

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RUN = "axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)"


def violations(page) -> list[str]:
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in page.evaluate(RUN)]


def look(page) -> None:
    page.evaluate(AXE)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "bm"])
def test_nobody_is_kept_out(new_device, scheme, language) -> None:
    device = new_device(color_scheme=scheme)
    device.context.add_init_script(f"localStorage.setItem('sceau.language', '{language}')")
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    look(page)
    for button in ("#more", "#number"):
        page.click(button)
        look(page)
        page.keyboard.press("Escape")
    for fate in ("revoked", "never", "foreign", "valid"):
        judge(device, page, fate)
        look(page)
        if fate == "revoked":
            page.click("#verdict-report")
            look(page)
            page.keyboard.press("Escape")
        while page.locator("#verdict-same").count():
            page.click("#verdict-same")
        look(page)
        page.click("#verdict-again")
    device.now = device.now.replace(year=2027)
    page = device.open()
    page.wait_for_selector("#age[data-tone=too_old]")
    look(page)


@pytest.mark.parametrize("fate", ["never", "foreign", "valid"])
def test_letters_twice_as_large_cut_nothing_off(device, fate) -> None:
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    page.evaluate("document.documentElement.style.fontSize = '34px'")
    judge(device, page, fate)
    for seen in ("#age", "#verdict .foot button >> nth=0", "#verdict .foot button >> nth=-1"):
        box = page.locator(seen).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    wide, room = page.locator("#verdict").evaluate("(at) => [at.scrollWidth, at.clientWidth]")
    assert wide == room


def judge(device, page, fate: str) -> None:
    written = io.BytesIO()
    code_sheet(device.state.codes[fate]).picture.save(written, "PNG")
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": written.getvalue()})
    page.wait_for_selector("#verdict[data-code]")


def test_axe_finds_what_is_wrong(device) -> None:
    """The control."""
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    page.evaluate("document.querySelector('#more span').remove()")
    page.evaluate(AXE)
    assert any(one.startswith("button-name") for one in violations(page))
