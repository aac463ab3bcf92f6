"""What the page says in Bambara, by the French text as it stands in the tables; what is missing is said in French."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {}
