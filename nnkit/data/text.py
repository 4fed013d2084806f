"""Text as data: Python's own manual, and characters to predict."""

from __future__ import annotations

import pydoc_data.topics

import numpy as np

from nnkit.validate import Array, integer


def python_text() -> str:
    """Return the language reference that ships with Python as one text, topics in order of name."""
    topics = pydoc_data.topics.topics
    return "\n\n".join(topics[name] for name in sorted(topics))


def character_sequences(text: str, length: int) -> tuple[Array, Array, str]:
    """Cut a text into sequences whose every character is to be predicted from those before it.

    Return x and y (N, length), indices into the alphabet, y one character later than x, and the
    alphabet, the text's different characters in order. What is left over at the end is dropped.
    ValueError when the text is too short for one sequence.
    """
    length = integer(length, "length", least=1)
    if not isinstance(text, str) or len(text) <= length:
        given = f"{len(text)} characters" if isinstance(text, str) else type(text).__name__
        raise ValueError(f"text has {given}; expected a string of at least {length + 1}")
    alphabet = "".join(sorted(set(text)))
    place = {character: i for i, character in enumerate(alphabet)}
    indices = np.array([place[character] for character in text])
    n = (len(text) - 1) // length
    x, y = indices[: n * length], indices[1 : n * length + 1]
    return x.reshape(n, length), y.reshape(n, length), alphabet
