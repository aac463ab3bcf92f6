"""A phone for the tests of the page: a real Chromium, what it keeps, and what is held before its camera."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from page_frames import Look, Sheet, code_sheet, desk, paper_sheet, seen, video
from page_house import NOW, PageHouse
from page_server import StaticServer
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sceau.domain.document_type import Carrier

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--disable-quic", "--use-fake-ui-for-media-stream"),
    "--use-fake-device-for-media-stream",
)
PATIENCE_MS = 20_000  # a machine shared with other tests is slow; nothing waits that long when all is well
OPTIONS: dict[str, Any] = {
    "locale": "fr-FR",
    "timezone_id": "Africa/Bamako",
    "permissions": ["camera"],
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
}


class NoBrowser(Exception):
    """Chromium is not installed."""


@contextmanager
def chromium(film: Path) -> Iterator[Browser]:
    """Debian's Chromium; its camera plays `film`, opened anew each time that a page asks for the camera."""
    path = shutil.which("chromium")
    if path is None:
        raise NoBrowser("no chromium: apt-get install chromium")
    film.write_bytes(video([desk()]))
    with sync_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-video-capture={film}"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@dataclass
class Device:
    """A phone: its browser with what it keeps, and what is held before its camera."""

    context: BrowserContext
    site: StaticServer
    film: Path
    state: PageHouse
    now: datetime | None = NOW  # where its clock stands still; None: it goes
    url: str = ""  # of another server than `site`

    def hold(self, sheet: Sheet | None, *looks: Look) -> None:
        """Hold a code before the camera; None: the desk without any."""
        frames = [seen(sheet, look, seed) for seed, look in enumerate(looks or [Look()])] if sheet else [desk()]
        self.play(frames * (4 // len(frames) + 1))

    def play(self, frames: list[Image.Image]) -> None:
        """Show these pictures. The file is replaced as a whole, for a camera that is being closed still reads it."""
        draft = self.film.with_suffix(".draft")
        draft.write_bytes(video(frames))
        draft.replace(self.film)

    def hold_fate(self, fate: str, *looks: Look) -> None:
        """Hold one of the state's codes."""
        carrier = Carrier.URL if fate == "extract" else Carrier.BINARY
        self.hold(code_sheet(self.state.codes[fate], carrier), *looks)

    def hold_paper(self, fate: str, *looks: Look) -> None:
        """Hold the printed paper."""
        carrier = Carrier.URL if fate == "extract" else Carrier.BINARY
        self.hold(paper_sheet(self.state.pdf(fate), self.state.codes[fate], carrier), *looks)

    def open(self, fragment: str = "") -> Page:
        """Open the page."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        if self.now:
            page.clock.set_fixed_time(self.now)
        page.goto((self.url or self.site.url) + fragment)
        return page

    def close(self, page: Page) -> None:
        """Leave the page, its camera first: the next page must open the camera anew."""
        page.evaluate("document.getElementById('video').srcObject?.getTracks().forEach((track) => track.stop())")
        page.close()

    def install(self) -> None:
        """The first visit, until the page would work with no network."""
        self.hold(None)
        page = self.open()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_selector("#age[data-tone=fresh]")
        self.close(page)

    def cut_off(self) -> None:
        """No network, and no server either."""
        self.site.down()
        self.context.set_offline(True)

    def reconnect(self) -> None:
        """The network is back."""
        self.site.up()
        self.context.set_offline(False)


def aside(device: Device) -> Page:
    """A page of the same origin that runs nothing by itself."""
    page = device.context.new_page()
    page.goto(device.site.url + "page/icon.svg")
    return page


def code_of(page: Page) -> str:
    """The verdict that the page shows, once there is one."""
    section = page.wait_for_selector("#verdict[data-code]")
    return str(section.get_attribute("data-code")) if section else ""
