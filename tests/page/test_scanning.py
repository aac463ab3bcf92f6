"""What an officer sees when a paper is held before the camera: with a network, without one, and never by luck."""

import pytest
from page_frames import Look, code_sheet, several

FATES = {
    "valid": ("VALID", "compare"),
    "extract": ("VALID", "compare"),
    "revoked": ("REVOKED", "red"),
    "suspended": ("SUSPENDED", "red"),
    "expired": ("EXPIRED", "red"),
    "never": ("NOT_ISSUED", "red"),
    "forged": ("FORGED", "red"),
}


def verdict(page) -> tuple[str, str]:
    section = page.wait_for_selector("#verdict[data-code]")
    return section.get_attribute("data-code"), section.get_attribute("data-tone")


@pytest.mark.parametrize("fate", FATES)
def test_the_camera_tells_each_fate_with_the_server_dead_and_the_network_off(device, fate) -> None:
    device.install()
    device.cut_off()
    device.hold_fate(fate)
    assert verdict(device.open()) == FATES[fate]


def test_a_foreign_seal_names_its_issuer_and_says_that_no_key_is_held(device) -> None:
    device.hold_fate("foreign")
    page = device.open()
    assert verdict(page)[0] in ("UNKNOWN_ISSUER", "NO_KEY_HELD")
    assert "UTTS" in page.inner_text("#verdict")


@pytest.mark.parametrize("fate", ["valid", "extract"])
def test_the_printed_paper_is_read_from_its_pixels(device, fate) -> None:
    device.hold_paper(fate)
    assert verdict(device.open())[0] == "VALID"


@pytest.mark.parametrize(
    "look",
    [Look(angle=10), Look(angle=90), Look(angle=187), Look(blur=0.5), Look(noise=60), Look(4, 7, 0.8, 50, (300, 120))],
    ids=str,
)
def test_tilted_blurred_and_noisy(device, look) -> None:
    device.hold_fate("extract", look)
    assert verdict(device.open())[0] == "VALID"


def test_of_several_codes_the_worst_is_shown_first(device) -> None:
    sheets = [code_sheet(device.state.codes[fate]) for fate in ("valid", "revoked")]
    device.play([several(sheets)] * 4)
    page = device.open()
    assert verdict(page)[0] == "REVOKED"
    page.click("#verdict-other")
    assert verdict(page) == ("VALID", "compare")


def test_without_the_service_worker_a_dead_server_is_a_dead_page(new_device) -> None:
    """The control: neither luck nor a cache of the browser makes the tests above pass."""
    device = new_device(service_workers="block")
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    device.close(page)
    device.cut_off()
    with pytest.raises(Exception, match=r"ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED)"):
        device.open()
