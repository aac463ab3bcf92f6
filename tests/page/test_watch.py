"""Looking through the camera again after a stop: what the look before it had seen is of another paper."""

from page_device import aside, code_of
from playwright.sync_api import Route

SLOW = """async () => {
  const { Watch } = await import("/page/watch.js");
  const asked = [], told = [];
  const camera = { rest() {}, frame: () => ({}), next() {} };
  const decoder = { codes: () => new Promise((resolve) => asked.push(resolve)) };
  const settle = () => new Promise((then) => setTimeout(then));
  const watch = new Watch(camera, decoder, (codes) => told.push(...codes), () => {});
  watch.start();
  watch.stop();
  watch.start();
  asked[0](["the paper before"]);
  await settle();
  for (const later of asked.slice(1)) later([]);
  await settle();
  return told;
}"""
TWICE = """async () => {
  const { Watch } = await import("/page/watch.js");
  let looks = 0;
  const frames = [];
  const camera = { rest() {}, frame: () => ({}), next: (then) => frames.push(then) };
  const decoder = { codes: async () => (looks++, []) };
  const watch = new Watch(camera, decoder, () => {}, () => {});
  const settle = () => new Promise((then) => setTimeout(then));
  watch.start();
  await settle();
  watch.stop();
  watch.start();
  await settle();
  looks = 0;
  for (const then of frames.splice(0)) then();
  await settle();
  return looks;
}"""
COUNTED = "let shown = 0; navigator.vibrate = () => (document.title = ++shown)"  # as each verdict is shown
FOUND = """async () => {
  const video = document.getElementById("video");
  while (!video.srcObject || !video.paused) await new Promise((then) => setTimeout(then, 20));
}"""


def test_a_look_begun_before_a_stop_shows_nothing_after_it(device) -> None:
    assert aside(device).evaluate(SLOW) == []


def test_stopped_and_started_it_looks_once_at_a_time(device) -> None:
    assert aside(device).evaluate(TWICE) == 1


def test_looked_at_again_while_a_paper_is_judged_it_looks_for_no_other(device) -> None:
    """The first visit waits for its lists; who looks away meanwhile is shown the answer once."""
    held: list[Route] | None = []
    device.context.route("**/*.pack", lambda route: route.continue_() if held is None else held.append(route))
    device.context.add_init_script(COUNTED)
    device.hold_fate("valid")
    page = device.open()
    page.evaluate(FOUND)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(1500)  # time enough to find the code again
    waiting, held = held, None
    for route in waiting:
        route.continue_()
    assert code_of(page) == "VALID"
    page.wait_for_timeout(500)
    assert page.title() == "1"
