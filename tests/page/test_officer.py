"""What an officer does with the page: compare, refuse, report, ask by number, change language and light."""

from datetime import timedelta

import pytest
from page_device import code_of
from page_frames import code_sheet
from playwright.sync_api import expect

from sceau.domain.document_type import Carrier
from sceau.verify_api.reports import Report


def steps_through(page) -> int:
    """Answer "same" to every step; how many there were."""
    count = 0
    while page.get_attribute("#verdict", "data-tone") == "compare":
        page.click("#verdict-same")
        count += 1
    return count


def test_green_is_reached_by_comparing_every_step_and_in_no_other_way(device) -> None:
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "VALID"
    first = page.inner_text("#verdict .body")
    assert "MARTIN" in first
    assert "3 février 1990" in first
    page.keyboard.press("Enter")
    assert page.get_attribute("#verdict", "data-tone") == "compare"
    assert steps_through(page) == 4
    assert (code_of(page), page.get_attribute("#verdict", "data-tone")) == ("ACCEPTED", "green")
    assert "Accepter" in page.inner_text("#verdict .head")


def test_leaving_the_comparison_shows_no_green(device) -> None:
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "VALID"
    page.click("#verdict-same")
    page.keyboard.press("Escape")
    assert (code_of(page), page.inner_text("#verdict .step")) == ("VALID", "Étape 1 sur 4")


def test_a_typed_machine_readable_zone_proves_nothing(device) -> None:
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    page.click("#number")
    page.fill("#paste", "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL898902C<3UTO6908061F9406236ZE184226")
    page.click("#paste-judge")
    assert (code_of(page), page.get_attribute("#verdict", "data-tone")) == ("NOT_SIGNED", "amber")


def test_a_genuine_seal_behind_a_strange_address_is_amber_and_can_be_reported(device) -> None:
    seal = device.state.codes["extract"].partition(b"#")[2]
    device.hold(code_sheet(b"HTTPS://VERIF.ELSEWHERE.TEST/#" + seal, Carrier.URL))
    page = device.open()
    assert (code_of(page), page.get_attribute("#verdict", "data-tone")) == ("VALID", "amber")
    assert "adresse" in page.inner_text("#verdict .notes")
    assert page.is_visible("#verdict-report")


def test_the_keyboard_compares_too(new_device) -> None:
    device = new_device(viewport={"width": 1280, "height": 800}, has_touch=False)
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "VALID"
    for _ in range(4):
        page.keyboard.press("1")
    assert code_of(page) == "ACCEPTED"


def test_a_key_that_is_held_down_is_one_answer(new_device) -> None:
    device = new_device(viewport={"width": 1280, "height": 800}, has_touch=False)
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "VALID"
    for _ in range(6):
        page.keyboard.down("1")  # a second one without `up` is what a held key repeats
    assert (code_of(page), page.inner_text("#verdict .step")) == ("VALID", "Étape 2 sur 4")


def test_what_the_keyboard_is_on_is_seen(device) -> None:
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "file"
    assert page.locator(".controls .button").evaluate("(at) => getComputedStyle(at).outlineStyle") == "solid"


def test_one_difference_is_red_and_is_reported_without_any_data_of_the_person(device) -> None:
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "VALID"
    page.click("#verdict-same")
    page.click("#verdict-different")
    assert (code_of(page), page.get_attribute("#verdict", "data-tone")) == ("MISMATCH", "red")
    page.click("#verdict-report")
    page.fill("#report-place", "Gogui")
    shown = page.inner_text("#report-content")
    page.click("#report-send")
    page.wait_for_selector("#notice:has-text('envoyé')")
    (report,) = device.site.reports
    assert (report["code"], report["place"], report["at"]) == ("MISMATCH", "Gogui", "2026-12-20T09:00:00.000Z")
    assert '"Gogui"' in shown
    assert Report.model_validate(report).code == "MISMATCH"  # what the checker's own endpoint takes
    assert not {"MARTIN", "12AB34567", "1990-02-03"} & set(str(report).replace("'", " ").split())


def test_a_report_waits_for_the_network_across_visits(device) -> None:
    device.install()
    device.cut_off()
    device.hold_fate("forged")
    page = device.open()
    assert code_of(page) == "FORGED"
    page.click("#verdict-report")
    page.click("#report-send")
    page.wait_for_selector("#notice:has-text('gardé')")
    device.close(page)
    assert device.site.reports == []
    device.reconnect()
    device.open().wait_for_selector("#lists-problem:has-text('sont à jour')", state="attached")
    (report,) = device.site.reports
    assert (report["code"], report["seal_id"], report["lists"]["status"]["version"]) == ("FORGED", None, 2)


def test_the_result_is_hidden_after_two_minutes(device) -> None:
    device.hold_fate("valid")
    page = device.context.new_page()
    page.clock.install(time=device.now)
    page.goto(device.site.url)
    assert code_of(page) == "VALID"
    page.clock.fast_forward(90_000)
    assert "MARTIN" in page.inner_text("#verdict")
    page.clock.fast_forward(31_000)
    page.wait_for_selector("#verdict", state="hidden")
    page.wait_for_selector("#hint:has-text('deux minutes')")
    page.wait_for_timeout(1000)  # the paper still lies before the camera
    assert "MARTIN" not in page.content()
    page.click("#resume")
    assert code_of(page) == "VALID"


def test_the_number_asked_for_is_hidden_with_the_result(device) -> None:
    """Amber fills number and letters in; who leaves the dialog open leaves nothing on the screen either."""
    device.hold_fate("valid")
    page = device.context.new_page()
    page.clock.install(time=device.now + timedelta(days=2))
    page.goto(device.site.url)
    assert code_of(page) == "VALID"
    page.click("#verdict-ask")
    assert page.input_value("#number-number") == device.state.numbers["valid"]
    device.hold(None)
    page.clock.fast_forward(121_000)
    page.wait_for_selector("#number-dialog", state="hidden")
    for field in ("#number-number", "#number-letters"):  # emptied by an event that comes after the closing
        expect(page.locator(field)).to_have_value("")


def test_a_report_that_is_refused_holds_up_no_other(device) -> None:
    device.install()
    device.cut_off()
    device.hold_fate("forged")
    page = device.open()
    for place in ("refused", "Gogui"):
        page.wait_for_selector("#verdict-report")
        page.click("#verdict-report")
        page.fill("#report-place", place)
        page.click("#report-send")
        page.wait_for_selector("#notice:has-text('gardé')")
    device.reconnect()
    device.site.refused = "refused"
    page.click("#age")
    page.click("#update")
    page.wait_for_selector("#lists-problem:has-text('sont à jour')")
    assert [report["place"] for report in device.site.reports] == ["Gogui"]


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "Révoqué"), ("en", "Revoked"), ("bm", "A bɔra a la")], ids=["fr", "en", "bm"]
)
def test_three_languages(device, language, word) -> None:
    device.hold_fate("revoked")
    page = device.open()
    assert code_of(page) == "REVOKED"
    page.click("#age")
    page.check(f"[name=language][value={language}]", force=True)
    page.keyboard.press("Escape")
    assert page.inner_text("#verdict-word") == word
    assert page.get_attribute("html", "lang") == language
    page.reload()
    assert code_of(page) == "REVOKED"
    assert page.inner_text("#verdict-word") == word


def test_night_follows_the_device_or_the_switch(new_device) -> None:
    day, night = "rgb(244, 246, 243)", "rgb(11, 19, 16)"  # --ground

    def ground() -> str:
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    page = new_device(color_scheme="dark").open()
    assert ground() == night
    page.wait_for_selector("#age[data-tone=fresh]")
    page.click("#more")
    page.check("[name=theme][value=light]", force=True)
    assert ground() == day
    page.emulate_media(color_scheme="light")
    page.check("[name=theme][value=dark]", force=True)
    assert ground() == night
    page.check("[name=theme][value=auto]", force=True)
    assert ground() == day
    page.emulate_media(color_scheme="dark")
    assert ground() == night


@pytest.mark.parametrize(
    ("state", "reason", "tone", "told"),
    [
        ("issued", None, "amber", "Délivré, et rien n'est publié contre lui."),
        ("revoked", "stolen", "red", "ne l'acceptez pas. Il a été déclaré volé."),
    ],
)
def test_number_and_letters_ask_the_server(device, state, reason, tone, told) -> None:
    device.site.states["VPA260001/status?code=ABCD"] = {"state": state, "reason": reason}
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    page.click("#number")
    page.fill("#number-number", "VPA260001")
    page.fill("#number-letters", "ABCD")
    page.click("#number-ask")
    page.wait_for_selector(f"#number-answer[data-tone={tone}]")
    assert told in page.inner_text("#number-answer")
    page.fill("#number-letters", "ABCE")
    page.click("#number-ask")
    page.wait_for_selector("#number-answer[data-tone=red]:has-text('Aucun document')")


def test_a_server_of_files_alone_knows_no_number_and_accuses_nobody(device) -> None:
    device.site.files_alone = True
    page = device.open()
    page.wait_for_selector("#age[data-tone=fresh]")
    page.click("#number")
    page.click("#number-ask")  # nothing typed: nothing asked
    assert page.inner_text("#number-answer") == ""
    page.fill("#number-number", "VPA260001")
    page.fill("#number-letters", "ABCD")
    page.click("#number-ask")
    page.wait_for_selector("#number-answer[data-tone=amber]:has-text('Pas de réponse')")


@pytest.mark.parametrize(
    ("language", "words"), [("fr", ("court séjour", "30\u00a0jours")), ("en", ("short stay", "30 days"))]
)
def test_values_are_shown_as_they_are_printed(device, language, words) -> None:
    device.context.add_init_script(f"localStorage.setItem('sceau.language', '{language}')")
    device.hold_fate("revoked")
    page = device.open()
    assert code_of(page) == "REVOKED"
    shown = page.inner_text("#verdict .body")
    assert all(word in shown for word in words)


@pytest.mark.parametrize(("language", "word"), [("fr", "multiples"), ("en", "multiple"), ("bm", "siɲɛ caman")])
def test_many_entries_are_said_in_words(device, language, word) -> None:
    device.context.add_init_script(f"localStorage.setItem('sceau.language', '{language}')")
    device.hold_fate("suspended")
    page = device.open()
    assert code_of(page) == "SUSPENDED"
    assert page.locator("#verdict dd", has_text=word).count() == 1


@pytest.mark.parametrize("width", [320, 390])
def test_a_machine_readable_zone_keeps_its_lines(new_device, width) -> None:
    device = new_device(viewport={"width": width, "height": 844})
    device.hold_fate("valid")
    page = device.open()
    assert code_of(page) == "VALID"
    zone = page.locator("#verdict .zone")
    while not zone.count():
        page.click("#verdict-same")
    height, line = zone.evaluate("(at) => [at.clientHeight, parseFloat(getComputedStyle(at).lineHeight)]")
    assert height < 3 * line
    assert zone.evaluate("(at) => at.scrollWidth <= at.clientWidth")


def test_a_notice_leaves_the_buttons_free(device) -> None:
    device.hold_fate("never")
    page = device.open()
    assert code_of(page) == "NOT_ISSUED"
    page.click("#verdict-report")
    page.click("#report-send")
    page.wait_for_selector("#notice:not([hidden])")
    above, below = (page.locator(one).bounding_box() for one in ("#notice", "#verdict"))
    assert above["y"] + above["height"] <= below["y"]
    page.click("#verdict-again")
