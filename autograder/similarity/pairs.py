"""Pairs of texts that share passages, by winnowing of their tokens with copydetect.

Schleimer, Wilkerson, Aiken: "Winnowing: local algorithms for document fingerprinting" (SIGMOD
2003), which is what MOSS does. Names, comments and blanks do not count. As in MOSS, a passage that
was handed out, or that many have, is nobody's copy.
"""

from __future__ import annotations

import hashlib
import io
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autograder.coursefolder.trouble import CourseTrouble

if TYPE_CHECKING:
    from copydetect import CodeFingerprint

# Passages of at least this many characters, names counting one, are found; K are noticed.
GUARANTEED, K = 45, 35
# MOSS's own number: a passage that more texts have is common knowledge.
COMMON = 10
# Shared characters below which a pair is not worth a look.
LEAST = 200


@dataclass(frozen=True)
class Pair:
    """Two texts that share passages.

    shared: their length in characters, names counting one.  parts: what share that is of each text,
    without what was given.  marked: both texts as HTML, escaped, the passages in <mark>.
    """

    names: tuple[str, str]
    shared: int
    parts: tuple[float, float]
    marked: tuple[str, str]


def similar(
    texts: Mapping[str, str],
    given: Iterable[str] = (),
    together: Iterable[Iterable[str]] = (),
    most: int = 50,
) -> list[Pair]:
    """Return the pairs that share most, at most `most` of them, the longest first.

    given: texts that nobody has from a classmate.  together: names that are one group's.
    Raises CourseTrouble without copydetect.
    """
    handed_out = {value for text in given for value in fingerprint("", text).hashes}
    prints = {name: fingerprint(name, text) for name, text in texts.items()}
    holders = defaultdict(list)
    for name, one in prints.items():
        for value in one.hashes:
            holders[value].append(name)
    common = {value for value, who in holders.items() if len(who) > COMMON} | handed_out
    for one in prints.values():
        leave_out(one, common)
    groups = {pair for group in together for pair in itertools.permutations(group, 2)}
    counts: Counter[tuple[str, str]] = Counter()
    for value, who in holders.items():
        if value not in common:
            counts.update(itertools.combinations(sorted(who), 2))
    likely = [pair for pair, _ in counts.most_common(4 * most + len(groups)) if pair not in groups]
    pairs = [compared(prints[a], prints[b]) for a, b in likely]
    found = [pair for pair in pairs if pair.shared >= LEAST]
    return sorted(found, key=lambda pair: (-pair.shared, pair.names))[:most]


def fingerprint(name: str, text: str) -> CodeFingerprint:
    """Return copydetect's fingerprint of a Python text, the same in every process.

    copydetect chooses passages by Python's own hash, which is another one in each.
    """
    try:
        from copydetect import CodeFingerprint
        from copydetect.utils import winnow
    except ImportError:
        raise CourseTrouble(
            "Comparing submissions needs copydetect: pip install 'nn-from-scratch[similar]'."
        ) from None
    window = GUARANTEED - K + 1
    made = CodeFingerprint(name, K, window, language="python", fp=io.StringIO(text))
    code = made.filtered_code
    grams = [code[at : at + K].encode("utf-8", "replace") for at in range(len(code) - K + 1)]
    digests = [int.from_bytes(hashlib.blake2b(one, digest_size=7).digest()) for one in grams]
    chosen, places = winnow(np.array(digests, dtype=np.int64), window, remove_duplicates=False)
    found: dict[int, list[int]] = defaultdict(list)
    for value, place in zip(chosen.tolist(), places.tolist(), strict=True):
        found[value].append(place)
    made.hashes, made.hash_idx = set(found), dict(found)
    return made


def leave_out(one: CodeFingerprint, common: set[int]) -> None:
    """Take hashes out of a fingerprint.

    copydetect can do so itself, but takes a hash that a text has twice for one that was given.
    """
    from copydetect.utils import get_token_coverage

    one.hashes -= common
    one.hash_idx = {value: at for value, at in one.hash_idx.items() if value in one.hashes}
    one.token_coverage = get_token_coverage(one.hash_idx, one.k, len(one.filtered_code))


def compared(one: CodeFingerprint, other: CodeFingerprint) -> Pair:
    """Compare two fingerprints passage by passage."""
    from copydetect import compare_files
    from copydetect.utils import highlight_overlap

    shared, parts, slices = compare_files(one, other)
    marked = ["", ""]
    for side, text in enumerate((one, other) if shared else ()):
        marked[side], _ = highlight_overlap(
            text.raw_code, slices[side], "<mark>", "</mark>", truncate=3, escape_html=True
        )
    return Pair(
        (one.filename, other.filename),
        int(shared),
        (min(1.0, float(parts[0])), min(1.0, float(parts[1]))),
        (marked[0], marked[1]),
    )
