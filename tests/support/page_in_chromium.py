"""The page's modules in a real Chromium: one JSON request a line, one answer a line, in order.

    python page_in_chromium.py DIR        DIR: a published page, and operations.js beside its index.html

A process of its own: Playwright allows one Chromium in a thread.
"""

import shutil
import sys
from pathlib import Path

from page_server import serving
from playwright.sync_api import sync_playwright

# As text: Playwright's own way to hand over objects loses a name like __proto__
ANSWER = "async (line) => JSON.stringify(await (await import('/operations.js')).answer(JSON.parse(line)))"

with serving(Path(sys.argv[1]), 0) as server, sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_page()
    page.goto(server.url + "page/vendor/LICENSES.txt")  # a document of that origin that runs nothing
    for line in sys.stdin:
        sys.stdout.write(page.evaluate(ANSWER, line) + "\n")
        sys.stdout.flush()
    browser.close()
