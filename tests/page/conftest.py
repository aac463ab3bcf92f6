"""A real Chromium whose camera plays our printed papers, before a published directory on a static server.

Chromium is Debian's package `chromium`. Without it these tests are skipped, with CI set they fail.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from page_frames import Look, Sheet, code_sheet, desk, paper_sheet, seen, video
from page_house import NOW, PageHouse, page_house
from page_server import StaticServer, serving
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from small_ledger import small

from sceau.domain.document_type import Carrier

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--disable-quic", "--use-fake-ui-for-media-stream"),
    "--use-fake-device-for-media-stream",
)
PATIENCE_MS = 20_000  # a machine shared with other tests is slow; nothing waits that long when all is well


@pytest.fixture(scope="session")
def page_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageHouse]:
    """The state whose papers are scanned; nobody changes its directories."""
    folder = tmp_path_factory.mktemp("page")
    with small(folder / "home") as house:
        yield page_house(house, folder)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the camera plays, opened anew each time that a page asks for the camera."""
    return tmp_path_factory.mktemp("film") / "camera.mjpeg"


@pytest.fixture(scope="session")
def browser(film: Path) -> Iterator[Browser]:
    """One Chromium for each test process."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "no chromium: apt-get install chromium"
        pytest.fail(reason, pytrace=False) if os.environ.get("CI") else pytest.skip(reason)
    film.write_bytes(video([desk()]))
    with sync_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-video-capture={film}"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def site(page_state: PageHouse, tmp_path: Path) -> Iterator[StaticServer]:
    """The published directory, a copy of this test's own, on a static server."""
    folder = Path(shutil.copytree(page_state.public, tmp_path / "site"))
    with serving(folder, NOW.timestamp()) as server:
        yield server


@dataclass
class Device:
    """A phone: its browser with what it keeps, and what is held before its camera."""

    context: BrowserContext
    site: StaticServer
    film: Path
    state: PageHouse
    now: datetime = NOW

    def hold(self, sheet: Sheet | None, *looks: Look) -> None:
        """Hold a code before the camera; None: the desk without any."""
        frames = [seen(sheet, look, seed) for seed, look in enumerate(looks or [Look()])] if sheet else [desk()]
        self.film.write_bytes(video(frames * (4 // len(frames) + 1)))

    def hold_fate(self, fate: str, *looks: Look) -> None:
        """Hold one of the state's codes."""
        carrier = Carrier.URL if fate == "extract" else Carrier.BINARY
        self.hold(code_sheet(self.state.codes[fate], carrier), *looks)

    def hold_paper(self, fate: str, *looks: Look) -> None:
        """Hold the printed paper."""
        carrier = Carrier.URL if fate == "extract" else Carrier.BINARY
        self.hold(paper_sheet(self.state.pdf(fate), self.state.codes[fate], carrier), *looks)

    def open(self, fragment: str = "") -> Page:
        """Open the page, with the clock standing still."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.clock.set_fixed_time(self.now)
        page.goto(self.site.url + fragment)
        return page

    def install(self) -> Page:
        """The first visit, until the page would work with no network."""
        self.hold(None)
        page = self.open()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_selector("#age[data-tone=fresh]")
        page.close()
        return page

    def cut_off(self) -> None:
        """No network, and no server either."""
        self.site.down()
        self.context.set_offline(True)

    def reconnect(self) -> None:
        """The network is back."""
        self.site.up()
        self.context.set_offline(False)


@pytest.fixture
def new_device(
    browser: Browser, site: StaticServer, film: Path, page_state: PageHouse
) -> Iterator[Callable[..., Device]]:
    """`new_device(...)`: a browser profile of its own; options as of Playwright's new_context."""
    with ExitStack() as stack:

        def made(**options: Any) -> Device:
            settings = {"locale": "fr-FR", "timezone_id": "Africa/Bamako", "permissions": ["camera"]}
            settings |= {"viewport": {"width": 390, "height": 844}, "has_touch": True}
            context = browser.new_context(**{**settings, **options})
            stack.callback(context.close)
            device = Device(context, site, film, page_state)
            device.hold(None)
            return device

        yield made


@pytest.fixture
def device(new_device: Callable[..., Device]) -> Device:
    """One phone."""
    return new_device()


def code_of(page: Page) -> str:
    """The verdict that the page shows, once there is one."""
    section = page.wait_for_selector("#verdict[data-code]")
    return str(section.get_attribute("data-code"))
