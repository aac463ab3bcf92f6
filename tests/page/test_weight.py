"""The page comes over a poor link too."""

from page_weight import LIMIT_KB, first_visit_kb

from sceau.verify_api.page_files import page_files


def test_a_first_visit_is_light() -> None:
    assert first_visit_kb(page_files(bytes(range(32)), "verif.example")) < LIMIT_KB
