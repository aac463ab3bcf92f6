"""A device whose clock is ahead says that its clock, and nothing else, tells that a paper has expired."""

from datetime import timedelta

import pytest
from page_device import code_of

LANGUAGES = {
    "fr": ("horloge de cet appareil", "1er avril 2027", "20 décembre 2026"),
    "en": ("this device's clock", "1 April 2027", "20 December 2026"),
    "bm": ("Minɛn in ka lɛri", "1 awirili 2027", "20 desanburu 2026"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clock_is_named_and_shown(device, language) -> None:
    device.install()
    device.cut_off()
    device.now = device.now.replace(year=2027, month=4, day=1)  # after the visa's last day
    device.context.add_init_script(f"localStorage.setItem('sceau.language', '{language}')")
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "EXPIRED"
    reason = page.inner_text("#verdict .reason")
    assert all(word in reason for word in LANGUAGES[language])


def test_what_the_lists_know_to_be_over_needs_no_clock(device) -> None:
    device.now += timedelta(days=2)
    device.hold_fate("expired")
    page = device.open()
    assert code_of(page) == "EXPIRED"
    assert "horloge" not in page.inner_text("#verdict .reason")
