"""What leaves the device: nothing of what is scanned; and whoever is asked: nobody but the page's own server."""

from urllib.parse import urlsplit

from page_device import code_of


def fragment_of(device) -> str:
    return "#" + device.state.codes["extract"].decode().partition("#")[2]


def test_a_phones_own_camera_opens_the_verdict_and_the_server_learns_nothing(device) -> None:
    fragment = fragment_of(device)
    page = device.open(fragment)
    assert code_of(page) == "VALID"
    assert page.url == device.site.url
    assert page.evaluate("history.length") <= 2
    page.wait_for_selector("#lists-problem:has-text('sont à jour')", state="attached")
    asked = "\n".join(device.site.log)
    assert "index.html" in asked or "GET / " in asked
    assert not any(fragment[at : at + 12] in asked for at in range(1, len(fragment) - 12, 12))


def test_a_code_that_opens_the_open_page_is_judged_too(device) -> None:
    device.hold(None)
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    page.evaluate(f"location.hash = '{fragment_of(device)}'")
    assert code_of(page) == "VALID"
    assert page.url == device.site.url


def test_what_the_camera_reads_reaches_no_server(device) -> None:
    asked: list[str] = []
    device.context.on("request", lambda request: asked.append(f"{request.method} {request.url} {request.post_data}"))
    device.hold_fate("extract")
    page = device.open()
    assert code_of(page) == "VALID"
    page.wait_for_selector("#lists-problem:has-text('sont à jour')", state="attached")
    assert {urlsplit(one.split()[1]).netloc for one in asked if "blob:" not in one} == {
        urlsplit(device.site.url).netloc
    }
    assert {one.split()[0] for one in asked} == {"GET"}
    assert not any("?" in one or "KƐITA" in one for one in asked)


def test_the_policy_stands_in_the_page_itself_and_forbids_what_is_not_its_own(device) -> None:
    page = device.open()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.wait_for_selector("#age[data-tone=fresh]")
    tried = page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', (error) => error.name)")
    assert tried == "TypeError"
    assert any("Content Security Policy" in text for text in refused)


KEPT = """new Promise((done) => {
  indexedDB.open("sceau").onsuccess = ({ target: { result } }) => {
    const asked = result.transaction("kept").objectStore("kept").getAllKeys();
    asked.onsuccess = () => done([...asked.result, ...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
  };
})"""


def test_nothing_of_what_was_scanned_is_kept(device) -> None:
    device.hold_fate("extract")
    page = device.open()
    assert code_of(page) == "VALID"
    page.wait_for_selector("#lists-problem:has-text('sont à jour')", state="attached")
    assert sorted(page.evaluate(KEPT)) == ["deltas", "full", "latest", "root", "seen"]
