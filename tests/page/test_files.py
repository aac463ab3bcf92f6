"""Photographs, PDFs and the camera: judged on the device, and what to do where there is no code."""

import io
from datetime import timedelta

from page_device import code_of
from page_frames import Look, code_sheet, seen

from sceau.domain.document_type import Carrier


def photograph(device, fate: str) -> dict[str, object]:
    written = io.BytesIO()
    carrier = Carrier.URL if fate == "extract" else Carrier.BINARY
    seen(code_sheet(device.state.codes[fate], carrier), Look(4, 12)).save(written, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": written.getvalue()}


def test_a_photograph_is_judged_on_the_device(device) -> None:
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    device.cut_off()
    page.set_input_files("#file", photograph(device, "revoked"))
    assert code_of(page) == "REVOKED"


def test_a_pdf_is_drawn_and_judged_on_the_device_and_then_offline_too(device) -> None:
    device.install()
    page = device.open()
    pdf = {"name": "extrait.pdf", "mimeType": "application/pdf", "buffer": device.state.pdf("extract")}
    page.set_input_files("#file", pdf)
    assert code_of(page) == "VALID"
    device.close(page)
    device.cut_off()
    page = device.open()
    page.set_input_files("#file", pdf)
    assert code_of(page) == "VALID"


def test_a_file_without_a_code_says_what_to_do(device) -> None:
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": b"not a picture"})
    page.wait_for_selector("#notice:has-text('ni une image')")


def test_amber_offers_the_number_as_the_next_thing_to_do(device) -> None:
    device.now += timedelta(days=30)
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "STATUS_UNKNOWN"
    page.click("#verdict-ask")
    page.wait_for_selector("#number-dialog[open]")
    assert page.input_value("#number-number") == device.state.numbers["valid"]


def test_the_number_of_another_states_paper_is_not_asked_of_our_server(device) -> None:
    device.hold_fate("foreign")
    page = device.open()
    assert code_of(page) == "NO_KEY_HELD"
    assert page.locator("#verdict-ask").count() == 0


ABILITIES = """
MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true, zoom: { min: 1, max: 4, step: 0.5 } });
MediaStreamTrack.prototype.applyConstraints = async (wanted) => { document.title = JSON.stringify(wanted.advanced[0]) };
"""


def test_torch_and_zoom_are_there_where_the_device_has_them(device) -> None:
    bare = device.open()
    bare.wait_for_selector("#hint:has-text('cadre')")
    assert not bare.is_visible("#torch")
    device.context.add_init_script(ABILITIES)
    page = device.open()
    page.click("#torch")
    page.wait_for_selector("#torch[aria-pressed=true]")
    assert page.title() == '{"torch":true}'
    page.fill("#zoom", "2.5")
    assert page.title() == '{"zoom":2.5}'


def test_the_camera_is_asked_for_once_a_visit(device) -> None:
    device.context.add_init_script(
        """const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        let asked = 0;
        navigator.mediaDevices.getUserMedia = (wanted) => { document.title = ++asked; return real(wanted) };"""
    )
    device.hold_fate("revoked")
    page = device.open()
    for _ in range(3):
        assert code_of(page) == "REVOKED"
        page.click("#verdict-again")
    assert code_of(page) == "REVOKED"
    assert page.title() == "1"


def test_same_counts_only_for_what_was_all_on_the_screen(new_device) -> None:
    device = new_device(viewport={"width": 320, "height": 420})
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "VALID"
    step = page.inner_text("#verdict .step")
    page.click("#verdict-same")
    assert page.inner_text("#verdict .step") == step
    page.click("#verdict-same")
    page.wait_for_selector("#verdict .step:has-text('2 sur')")
