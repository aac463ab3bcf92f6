"""What a device keeps: lists that never go back, whatever is reloaded, wiped, cut in half, refused or set wrong."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from page_device import aside, code_of
from page_house import PageHouse

from sceau.keys.signed_list import open_list, sign_list
from sceau.keys.trust_list import read_trust_list, write_trust_list
from sceau.seals import pack
from sceau.seals.pack_index import Listed, Named, read_index, write_index
from sceau.verify_api.page_files import page_files

WIPE = "new Promise((done) => { indexedDB.deleteDatabase('sceau').onsuccess = done })"
CUT = """new Promise((done) => {
  indexedDB.open("sceau").onsuccess = ({ target: { result } }) => {
    const table = result.transaction("kept", "readwrite").objectStore("kept");
    table.get("full").onsuccess = ({ target }) => {
      table.put(target.result.slice(0, target.result.length / 2), "full").onsuccess = done;
    };
  };
})"""
EMPTIED = """new Promise((done) => {
  indexedDB.open("sceau").onsuccess = ({ target: { result } }) => {
    result.transaction("kept", "readwrite").objectStore("kept").clear().onsuccess = () => { result.close(); done() };
  };
})"""
NEWER = """new Promise((done) => {
  indexedDB.open("sceau").onsuccess = ({ target: { result } }) => {
    const table = result.transaction("kept", "readwrite").objectStore("kept");
    table.get("seen").onsuccess = ({ target }) => {
      table.put({ ...target.result, version: 99 }, "seen").onsuccess = () => { result.close(); done() };
    };
  };
})"""
KEPT_VERSION = """new Promise((done) => {
  indexedDB.open("sceau").onsuccess = ({ target: { result } }) => {
    const asked = result.transaction("kept").objectStore("kept").get("seen");
    asked.onsuccess = () => { result.close(); done(asked.result?.version); };
  };
})"""
TAKEN_OVER = """new Promise((done) => {
  const look = async () => {
    const { waiting, installing, active } = await navigator.serviceWorker.getRegistration();
    if (!waiting && !installing && active.state === "activated") done();
    else setTimeout(look, 20);
  };
  look();
})"""
NO_INDEXED_DB = (
    "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('private', 'SecurityError') } })"
)
DAMAGED = "IDBObjectStore.prototype.get = () => { throw new DOMException('damaged', 'UnknownError') }"
NO_CAMERA = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError') }"


def put_packs(folder: Path, source: Path) -> None:
    shutil.rmtree(folder / "pack")
    shutil.copytree(source / "pack", folder / "pack")


def full_pack(state: PageHouse) -> Path:
    return next((state.public / "pack").glob("full-*.pack"))


def test_older_lists_are_refused_after_a_reload_and_said_to_be(device) -> None:
    device.install()
    put_packs(device.site.folder, device.state.earlier)
    device.hold_fate("revoked")
    page = device.open()
    assert code_of(page) == "REVOKED"
    page.wait_for_selector("#lists-problem:has-text('plus anciennes')", state="attached")


def test_lists_of_a_day_before_do_not_know_yet(device) -> None:
    """The control of the test above: these lists are good ones, only older."""
    put_packs(device.site.folder, device.state.earlier)
    device.hold_fate("revoked")
    assert code_of(device.open()) == "VALID"


def test_wiped_storage_says_that_there_are_no_lists_and_heals_with_a_network(device) -> None:
    device.install()
    aside(device).evaluate(WIPE)
    device.cut_off()
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "NO_LISTS"
    device.reconnect()
    page.click("#verdict-again")
    assert code_of(page) == "VALID"


def test_a_pack_cut_in_half_is_refused_and_the_one_before_stays(device) -> None:
    put_packs(device.site.folder, device.state.earlier)
    device.install()
    put_packs(device.site.folder, device.state.public)
    for path in (device.site.folder / "pack").glob("*.pack"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "VALID"
    page.wait_for_selector("#lists-problem:has-text('refusées')", state="attached")


def comes_to_keep(page, version: int) -> bool:
    """Whether the device keeps lists of this version within 20 seconds: nothing else tells when they are stored."""
    for _ in range(200):
        if page.evaluate(KEPT_VERSION) == version:
            return True
        page.wait_for_timeout(100)
    return False


def test_only_what_is_new_is_fetched_also_where_a_delta_took_the_place_of_another(device, tmp_path) -> None:
    """Published every hour, a phone fetches the day's delta again and the full pack never."""
    folder = tmp_path / "later"
    shutil.copytree(device.state.public, folder)
    device.install()
    watching, fetched = aside(device), []
    for _ in range(2):
        device.state.publish(folder)
        newest = read_index((folder / "pack" / "index.json").read_bytes())[-1].named
        put_packs(device.site.folder, folder)
        device.site.log.clear()
        page = device.open()
        assert comes_to_keep(watching, newest.version)
        fetched.append(newest.continues)
        assert [line for line in device.site.log if ".pack" in line and newest.file not in line] == []
        device.close(page)
    assert fetched[0] == fetched[1]


def test_a_kept_pack_that_is_damaged_is_said_to_be_and_judges_nothing(device) -> None:
    device.install()
    aside(device).evaluate(CUT)
    device.cut_off()
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "NO_LISTS"
    assert "abîmées" in page.text_content("#lists-problem")


def test_a_pack_signed_by_a_revoked_key_is_refused(device) -> None:
    device.install()
    state, keystore = device.state, device.state.house.ledger.keystore
    trust_message, message = pack.read_file(full_pack(state).read_bytes(), pack.FULL)
    trust = read_trust_list(trust_message, keystore.signer("root").public)
    lists = keystore.signer("lists")
    held = next(key for key in trust.keys if key.kid == lists.kid)
    signed = open_list(message, pack.FULL, held, 1)
    version = signed.version + 50
    revoked = replace(held, status="revoked", ended_on=held.valid_from)
    keys = tuple(revoked if key is held else key for key in trust.keys)
    later = type(trust)(trust.authority, version, trust.issued_at, trust.next_update, keys, trust.csca)
    times = (version, trust.issued_at, trust.next_update)
    content = pack.write_file(
        write_trust_list(later, keystore.signer("root")),
        sign_list(pack.FULL, trust.authority, *times, signed.as_of + 50, signed.body, lists),
    )
    named = Named(version)
    folder = device.site.folder / "pack"
    (folder / named.file).write_bytes(content)
    (folder / "index.json").write_bytes(write_index([Listed.of(named, signed.as_of + 50, content)]))
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "VALID"
    page.wait_for_selector("#lists-problem:has-text('refusées')", state="attached")


def test_with_no_pack_at_all_the_answer_is_amber_and_says_what_to_do(device) -> None:
    shutil.rmtree(device.site.folder / "pack")
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "NO_LISTS"
    assert page.get_attribute("#verdict", "data-tone") == "amber"
    assert page.inner_text("#age") == "Aucune liste"


def test_stale_lists_warn_then_no_longer_say_yes_and_never_block(device) -> None:
    device.install()
    device.cut_off()
    device.hold_fate("valid")
    seen = []
    for days in (1, 3, 21):
        device.now += timedelta(days=days)
        page = device.open()
        seen.append((code_of(page), page.get_attribute("#verdict", "data-tone"), page.inner_text("#age-text")))
        device.close(page)
    assert seen == [
        ("VALID", "compare", "Listes d'hier"),
        ("VALID", "amber", "Listes de 4 jours"),
        ("STATUS_UNKNOWN", "amber", "Listes de 25 jours"),
    ]


def test_a_clock_a_year_behind_makes_nothing_green_and_is_said_to_be_wrong(device) -> None:
    device.install()
    device.cut_off()
    device.hold_fate("valid")
    device.now -= timedelta(days=365)
    page = device.open()
    assert code_of(page) == "VALID"
    assert page.get_attribute("#verdict", "data-tone") == "amber"
    assert "horloge" in page.inner_text("#alarm")


def test_a_clock_set_back_does_not_make_old_lists_new(device) -> None:
    device.install()
    device.cut_off()
    device.hold_fate("valid")
    device.now += timedelta(days=20)
    page = device.open()
    assert code_of(page) == "STATUS_UNKNOWN"
    device.close(page)
    device.now -= timedelta(days=20)
    page = device.open()
    assert code_of(page) == "STATUS_UNKNOWN"
    assert "horloge" in page.inner_text("#alarm")


def test_a_clock_that_was_a_year_ahead_is_forgiven_once_the_server_agrees(device) -> None:
    device.install()
    device.now += timedelta(days=365)
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "EXPIRED"
    page.wait_for_selector("#alarm:not([hidden])")
    device.close(page)
    device.now -= timedelta(days=365)
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    page.wait_for_selector("#alarm", state="hidden")
    device.close(page)
    assert code_of(device.open()) == "VALID"


def test_a_server_that_does_not_agree_with_the_device_forgives_nothing(device) -> None:
    """A clock set back a week, and a server that tells another time than it."""
    page = device.open()
    told = "import('./page/clock.js').then(({ latest }) => %s.map((served) => latest(9e9, 8.4e9, 0, served)))"
    assert page.evaluate(told % "[null, 8.4e9, 8.3e9, 9e9]") == [9e9, 8.4e9, 9e9, 9e9]


def test_private_mode_without_storage_works_and_says_what_is_missing(device) -> None:
    device.context.add_init_script(NO_INDEXED_DB)
    device.hold_fate("revoked")
    page = device.open()
    assert code_of(page) == "REVOKED"
    assert "privé" in page.inner_text("#alarm")


INSTALLED = """Promise.race([
  new Promise((done) => setTimeout(() => done("neither"), 20_000)),
  navigator.serviceWorker.register("sw.js").then(({ installing, waiting, active }) => {
    const worker = installing ?? waiting ?? active;
    const settled = () => ["redundant", "activated"].includes(worker.state);
    return new Promise((done) => {
      worker.addEventListener("statechange", () => settled() && done(worker.state));
      if (settled()) done(worker.state);
    });
  }),
])"""


@pytest.mark.parametrize(("altered", "state"), [(b"", "activated"), (b"\n", "redundant")])
def test_a_version_with_an_altered_file_is_not_installed(device, altered: bytes, state: str) -> None:
    """The reader of codes is named by no tag with a digest: only the worker's list holds it."""
    with (device.site.folder / "page" / "decode_worker.js").open("ab") as file:
        file.write(altered)
    assert device.open().evaluate(INSTALLED) == state


def test_storage_that_cannot_be_read_is_said_and_judges_nothing(device) -> None:
    device.context.add_init_script(DAMAGED)
    device.hold_fate("valid")
    page = device.open()
    page.wait_for_selector("#hint:has-text('ne fonctionne pas')")
    assert page.evaluate("document.body.dataset.view") != "verdict"


def test_a_refused_camera_leaves_photo_number_and_text(device) -> None:
    device.context.add_init_script(NO_CAMERA)
    page = device.open()
    page.wait_for_selector("#hint:has-text('refusée')")
    page.wait_for_selector("#age[data-tone=fresh]")
    page.click("#number")
    page.fill("#paste", device.state.codes["extract"].decode())
    page.click("#paste-judge")
    assert code_of(page) == "VALID"


@pytest.mark.parametrize("file", ["decode_worker.js", "vendor/zxing/reader/zxing_reader.wasm"])
def test_a_reader_that_does_not_start_is_said_to_be_missing(new_device, file) -> None:
    device = new_device(service_workers="block")
    (device.site.folder / "page" / file).unlink()
    device.hold_fate("valid")
    page = device.open()
    page.wait_for_selector("#hint:has-text('ne fonctionne pas')")
    page.click("#number")
    page.fill("#paste", device.state.codes["extract"].decode())
    page.click("#paste-judge")
    assert code_of(page) == "VALID"


def test_two_tabs_share_the_newer_lists(device) -> None:
    put_packs(device.site.folder, device.state.earlier)
    device.install()
    device.hold_fate("revoked")
    first = device.open()
    assert code_of(first) == "VALID"
    put_packs(device.site.folder, device.state.public)
    second = device.open()
    assert code_of(second) in ("VALID", "REVOKED")
    second.wait_for_selector("#lists-problem:has-text('sont à jour')", state="attached")
    device.site.down()
    first.bring_to_front()
    first.keyboard.press("2")  # the data differ: that verdict is over
    first.click("#verdict-again")
    assert code_of(first) == "REVOKED"


def test_a_tab_does_not_go_back_to_what_another_left_on_the_disk(device) -> None:
    device.install()
    page = device.open()
    page.wait_for_selector("#lists-problem:has-text('sont à jour')", state="attached")
    other = aside(device)
    other.evaluate(EMPTIED)  # as where the disk took no more, or forgot
    put_packs(device.site.folder, device.state.earlier)
    other.evaluate("new BroadcastChannel('sceau').postMessage('lists')")
    page.click("#age")
    page.click("#update")
    page.wait_for_selector("#lists-problem:has-text('plus anciennes')")
    assert other.evaluate(KEPT_VERSION) is None


def test_a_tab_does_not_write_older_lists_over_newer_ones(device) -> None:
    put_packs(device.site.folder, device.state.earlier)
    device.install()
    page = device.open()
    page.wait_for_selector("#lists-problem:has-text('sont à jour')", state="attached")
    other = aside(device)
    other.evaluate(NEWER)  # another tab kept them a moment ago
    put_packs(device.site.folder, device.state.public)
    page.click("#age")
    page.click("#update")
    page.wait_for_selector("#lists dd:text-is('2')")
    page.wait_for_selector("#lists-problem:has-text('sont à jour')")
    assert other.evaluate(KEPT_VERSION) == 99


def publish_page(device, root: bytes | None = None) -> None:
    """A later version of the page, perhaps under another root."""
    root = root or device.state.house.ledger.keystore.signer("root").public
    for name, content in page_files(root, None).items():
        (device.site.folder / name).write_bytes(content)


def test_a_new_version_of_the_page_waits_while_a_verdict_is_shown(device) -> None:
    device.install()
    device.hold_fate("revoked")
    page = device.open()
    assert code_of(page) == "REVOKED"
    publish_page(device)
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => true)")
    page.wait_for_selector("#notice:has-text('nouvelle version')")
    assert code_of(page) == "REVOKED"
    page.click("#notice")
    page.evaluate(TAKEN_OVER)
    with page.expect_navigation():
        page.click("#verdict-again")
    assert code_of(page) == "REVOKED"
    assert json.loads(page.evaluate("fetch('page/config.js').then((r) => r.text())")[15:-2])["host"] is None


def test_a_new_version_that_another_tab_let_in_waits_for_the_verdict_to_be_over(device) -> None:
    device.install()
    device.hold_fate("revoked")
    page, other = device.open(), device.open()
    assert code_of(page) == code_of(other) == "REVOKED"
    publish_page(device)
    other.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => true)")
    other.click("#notice")
    page.evaluate(TAKEN_OVER)
    assert code_of(page) == "REVOKED"
    with page.expect_navigation():
        page.click("#verdict-again")
    assert code_of(page) == "REVOKED"


def test_another_root_is_an_alarm_and_the_first_goes_on_counting(device) -> None:
    device.install()
    publish_page(device, bytes(range(32)))
    device.hold_fate("valid")
    page = device.open()
    page.wait_for_selector("#notice:has-text('nouvelle version')")
    page.click("#notice")
    page.evaluate(TAKEN_OVER)
    with page.expect_navigation():
        page.keyboard.press("Escape")
    page.wait_for_selector("#alarm:has-text('ALERTE')")
    assert code_of(page) == "VALID"
