"""Whose a file of a download is: numbers and names of the platform, the roster, the groups.

A number alone decides nothing in Moodle: participants have another one in each assignment, and a
group's may equal somebody's. So the name has to agree with the roster's, and where the number is
not in it, one name that nobody else has is enough. Canvas's numbers are the users', everywhere.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.coursefolder.shown import HIDDEN, shown
from autograder.coursefolder.submitted import MAX_NAME
from autograder.platforms.collected import Collected
from autograder.platforms.downloads import HandedIn
from autograder.platforms.roster import Roster, called

LETTERS = MAX_NAME // 4 - 14  # a letter has up to four bytes, a number of Canvas up to 13 digits


@dataclass
class People:
    """Who is in the course. roster: None where none was ever given.

    notebooks: the names of the chapter's notebooks.
    """

    platform: str
    roster: Roster | None
    groups: Mapping[str, list[str]]
    notebooks: frozenset[str]
    found: Collected

    def settled(self, ways: Mapping[str, Sequence[HandedIn]]) -> dict[str, HandedIn | None]:
        """Choose one reading of each path: who is known, then whose other files are certain."""
        best = {}
        for path, found in ways.items():
            most = max(map(self._evidence, found), default=0)
            best[path] = [one for one in found if self._evidence(one) == most]
        certain = {(b[0].who, b[0].user) for b in best.values() if len(b) == 1}
        chosen: dict[str, HandedIn | None] = {}
        for path, among in best.items():
            likely = [one for one in among if (one.who, one.user) in certain]
            chosen[path] = next(iter(likely or among), None)
            if len(likely) != 1 and len(among) > 1:
                first, second = (likely or among)[:2]
                self.found.doubtful.append(
                    f"{shown(path)} (taken for {shown(first.who)}, number {first.user}; perhaps "
                    f"{shown(second.who)}, number {second.user})"
                )
        self.numbers: dict[str, set[str]] = defaultdict(set)
        for one in filter(None, chosen.values()):
            self.numbers[squeezed(one.who)].add(one.user)
        return chosen

    def _evidence(self, one: HandedIn) -> int:
        row = self.roster.row_of(one.user) if self.roster else None
        known = 0
        if self._groups(one.who):
            known = 3
        elif row is not None:
            known = 2 if squeezed(called(row)) == squeezed(one.who) else 1
        return 2 * known + (one.file in self.notebooks)

    def _groups(self, who: str) -> list[str]:
        """Return the groups whose name is `who` as the platform writes it."""
        return [
            g for g in self.groups if g == who or (squeezed(who) and squeezed(g) == squeezed(who))
        ]

    def students(self, one: HandedIn) -> list[str] | str:
        """Return the names under which the course knows who handed in a file, or why it cannot."""
        groups = self._groups(one.who)
        if len(groups) > 1:
            return f"may be of {' or '.join(map(shown, groups))}: rename one of these groups"
        if groups:
            return self._members(groups[0], one)
        student = self._student(one)
        if student:
            return [student]
        made = one.who if self.platform == "folder" else made_of(one)
        if self.roster is not None and made not in self.found.unknown:
            self.found.unknown.append(made)
        return [made]

    def _members(self, group: str, one: HandedIn) -> list[str]:
        members = list(self.groups[group])
        known = self.roster.rows if self.roster else members
        for name in members:
            if name not in known and name not in self.found.unknown:
                self.found.unknown.append(name)
        if self.platform == "canvas" and self.roster:
            by = self.roster.student(one.user)
            if by and by not in members:
                self.found.outside[shown(group)] = by
        return members

    def _student(self, one: HandedIn) -> str | None:
        if self.roster is None:
            return None
        if self.platform == "folder":
            return one.who if one.who in self.roster.rows else None
        student, row = self.roster.student(one.user), self.roster.row_of(one.user)
        if row is None or student is None:
            return self._by_name(one.who) if self.platform == "moodle" else None
        agrees = squeezed(called(row)) in ("", squeezed(one.who))
        if self.platform == "canvas":
            if not agrees:
                self.found.renamed[one.who] = student
            return student
        return student if agrees or called_so(one.who, called(row)) else self._by_name(one.who)

    def _by_name(self, who: str) -> str | None:
        """Return the one member of a name that no second number of the download has."""
        assert self.roster is not None
        several = len(self.numbers[squeezed(who)]) > 1
        found = [s for s, row in self.roster.rows.items() if called_so(who, called(row))]
        if several or len(found) != 1:
            return None
        if found[0] not in self.found.by_name:
            self.found.by_name.append(found[0])
        return found[0]


def called_so(who: str, name: str) -> bool:
    """Whether Moodle's `who` is a member's name, a group's and a dash perhaps in front."""
    ends = [who, *(who[place + 1 :] for place, letter in enumerate(who) if letter == "-")]
    return bool(squeezed(name)) and squeezed(name) in map(squeezed, ends)


def squeezed(name: str) -> str:
    """Return a name as it is compared: letters and digits, small; platforms leave out the rest."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def made_of(one: HandedIn) -> str:
    """Return a name that can be a folder's: the platform's words and its number, never cut."""
    return f"{cleaned(one.who)}_{one.user}"


def cleaned(name: str) -> str:
    """Return words for a folder's name: blanks as underscores, no slashes, not hidden, not long."""
    name = HIDDEN.sub("", unicodedata.normalize("NFC", name)).replace("/", "").strip().lstrip(".")
    return "_".join(name.split())[:LETTERS] or "nameless"


def composed(one: HandedIn) -> HandedIn:
    """Return a plain folder's file with the student's letters as other systems write them."""
    return replace(one, who=unicodedata.normalize("NFC", one.who))
