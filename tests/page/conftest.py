"""A real Chromium whose camera plays our printed papers, before a published directory on a static server.

Chromium is Debian's package `chromium`. Without it these tests are skipped, with CI set they fail.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from page_device import OPTIONS, Device, NoBrowser, chromium
from page_house import NOW, PageHouse, page_house
from page_server import StaticServer, serving
from playwright.sync_api import Browser
from small_ledger import small


@pytest.fixture(scope="session")
def page_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageHouse]:
    """The state whose papers are scanned; nobody changes its directories."""
    folder = tmp_path_factory.mktemp("page")
    with small(folder / "home") as house:
        yield page_house(house, folder)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the camera plays."""
    return tmp_path_factory.mktemp("film") / "camera.mjpeg"


@pytest.fixture(scope="module")
def browser(film: Path) -> Iterator[Browser]:
    """One Chromium for the tests of a file, in each process; Playwright's event loop ends with it."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(chromium(film))
        except NoBrowser as missing:
            pytest.fail(str(missing), pytrace=False) if os.environ.get("CI") else pytest.skip(str(missing))
        yield browser


@pytest.fixture
def site(page_state: PageHouse, tmp_path: Path) -> Iterator[StaticServer]:
    """The published directory, a copy of this test's own, on a static server."""
    folder = Path(shutil.copytree(page_state.public, tmp_path / "site"))
    with serving(folder, NOW.timestamp()) as server:
        yield server


@pytest.fixture
def new_device(
    browser: Browser, site: StaticServer, film: Path, page_state: PageHouse
) -> Iterator[Callable[..., Device]]:
    """`new_device(...)`: a browser profile of its own; options as of Playwright's new_context."""
    with ExitStack() as stack:

        def made(**options: Any) -> Device:
            context = browser.new_context(**{**OPTIONS, **options})
            stack.callback(context.close)
            device = Device(context, site, film, page_state)
            device.hold(None)
            return device

        yield made


@pytest.fixture
def device(new_device: Callable[..., Device]) -> Device:
    """One phone."""
    return new_device()
