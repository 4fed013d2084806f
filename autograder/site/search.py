"""What Sphinx's search needs in Chinese."""

from __future__ import annotations


def prepare_search(language: str) -> None:
    """Let Sphinx search Chinese, whose words jieba finds; nothing is to be done for English."""
    if language != "zh":
        return
    import logging

    import jieba
    from sphinx.search.zh import SearchChinese

    jieba.setLogLevel(logging.WARNING)
    # Latin words are stemmed as English ones; Sphinx 9.0 names a stemmer that there is none of.
    SearchChinese.language_name = "English"
