"""docs/format/verdict.md is what the code does; its tables and its example are read here."""

import json
import re
from pathlib import Path

from sceau.verify_api.meaning import TABLE, Note
from sceau.verify_api.schema import VerdictBody
from sceau.verify_api.verdict import Code

PAGE = (Path(__file__).parents[2] / "docs/format/verdict.md").read_text()


def test_the_page_lists_the_codes_in_their_order_with_their_colours() -> None:
    rows = re.findall(r"^\| ([A-Z_]+) \| (\w+) \|", PAGE, re.MULTILINE)
    assert rows == [(code.value, row.colour.value) for code, row in TABLE.items()]


def test_the_page_lists_the_notes() -> None:
    section = PAGE.partition("| note | meaning |")[2].partition("## 3")[0]
    assert re.findall(r"^\| ([A-Z_]+) \|", section, re.MULTILINE) == [note.name for note in Note]


def test_the_example_is_a_verdict() -> None:
    example = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1])
    assert VerdictBody.model_validate(example).code is Code.VALID
    assert list(example) == list(VerdictBody.model_fields)
    assert example["reason"]["en"] == TABLE[Code.VALID].reason.en
    assert example["todo"]["en"] == TABLE[Code.VALID].todo.en


def test_every_text_exists_in_both_languages() -> None:
    labels = [label for row in TABLE.values() for label in (row.reason, row.todo)] + [note.value for note in Note]
    for label in labels:
        assert label.fr
        assert label.en
        assert label.fr != label.en
        assert set(re.findall(r"{\w+}", label.fr)) == set(re.findall(r"{\w+}", label.en))
