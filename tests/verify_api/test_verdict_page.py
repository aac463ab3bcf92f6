"""docs/format/verdict.md is what the code does; its tables and its example are read here."""

import json
import re
from pathlib import Path

from sceau.domain.standing import REASON_CODES
from sceau.verify_api.meaning import REASONS, TABLE, Note
from sceau.verify_api.schema import VerdictBody
from sceau.verify_api.verdict import Code

PAGE = (Path(__file__).parents[2] / "docs/format/verdict.md").read_text()


def test_the_page_lists_the_codes_in_their_order_with_their_colours() -> None:
    rows = re.findall(r"^\| ([A-Z_]+) \| (\w+) \|", PAGE, re.MULTILINE)
    assert rows == [(code.value, row.colour.value) for code, row in TABLE.items()]


def test_the_page_lists_the_notes() -> None:
    section = PAGE.partition("| note | meaning |")[2].partition("## 3")[0]
    assert re.findall(r"^\| ([A-Z_]+) \|", section, re.MULTILINE) == [note.name for note in Note]


def test_the_page_lists_the_reasons_and_each_has_a_sentence() -> None:
    section = PAGE.partition("| reason | published of | meaning |")[2].partition("A reason in the ledger")[0]
    rows = re.findall(r"^\| ([a-z_, ]+) \|", section, re.MULTILINE)
    assert [code for row in rows for code in row.split(", ")] == list(REASON_CODES) == list(REASONS)


def test_the_example_is_a_verdict() -> None:
    example = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1])
    assert VerdictBody.model_validate(example).code is Code.VALID
    assert list(example) == list(VerdictBody.model_fields)
    assert example["reason"]["en"] == TABLE[Code.VALID].reason.en
    assert example["todo"]["en"] == TABLE[Code.VALID].todo.en


def test_every_text_exists_in_both_languages() -> None:
    labels = [label for row in TABLE.values() for label in (row.reason, row.todo)] + [note.value for note in Note]
    labels += REASONS.values()
    for label in labels:
        assert label.fr
        assert label.en
        assert label.fr != label.en
        assert set(re.findall(r"{\w+}", label.fr)) == set(re.findall(r"{\w+}", label.en))
