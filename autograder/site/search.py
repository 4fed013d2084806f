"""What Sphinx's search needs in Chinese."""

from __future__ import annotations

import re

HAN = re.compile("[\u4e00-\u9fff]+")
LATIN = re.compile(r"\w+", re.ASCII)
# The browser asks for the same pairs that the index holds; other words stay whole.
SPLITTER = r"""
function splitQuery(query) {
  return (query.match(/[\u4e00-\u9fff]+|\w+/g) || [])
    .flatMap(word => /^[\u4e00-\u9fff]{3,}$/.test(word)
      ? Array.from({length: word.length - 1}, (_, i) => word.slice(i, i + 2)) : [word]);
}
"""


def pairs(text: str) -> list[str]:
    """Each two neighbors of a run of Chinese characters; of 梯度消失, 梯度, 度消 and 消失.

    A word list would cut a term in the text and not in the query, which then finds nothing.
    """
    runs = HAN.findall(text)
    return [run[i : i + 2] for run in runs for i in range(len(run) - 1)]


def prepare_search(language: str) -> None:
    """Let Sphinx search Chinese by pairs of characters; nothing is to be done for English."""
    if language != "zh":
        return
    from sphinx.search.zh import SearchChinese

    def split(self: SearchChinese, text: str) -> list[str]:
        words = LATIN.findall(text)
        self.latin_terms.update(words)
        return pairs(text) + words

    SearchChinese.split = split  # type: ignore[method-assign, assignment]
    SearchChinese.js_splitter_code = SPLITTER
    # Latin words are stemmed as English ones; Sphinx 9.0 names a stemmer that there is none of.
    SearchChinese.language_name = "English"
