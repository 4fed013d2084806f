"""What became of a download: who has files now, and what the instructor should know."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.coursefolder.shown import shown


@dataclass
class Collected:
    """What became of a download. students: name -> files that lie in submitted/ now.

    unchanged: students whose files were there already.  replaced: whose earlier files were moved.
    late: student -> how much, as far as the platform says it.  unknown: nobody the roster has,
    under a name made of the download's, or so in groups.csv.  left_out: file -> why it was not
    taken.  renamed: the download's name, where the roster has another for that id -> student; such
    is a group's.  outside: group -> the student who handed in for it, whom groups.csv has not in
    it.  by_name: students whose number the roster lacks.  doubtful: files with two readings, and
    names in an unknown code.  absent: who has handed in something, the worksheet says, and nothing
    of it is here.  fewer: student -> notebooks that their earlier hand-in had and this one has not.
    untimed: students whose timestamp.txt belonged to the files that were replaced.
    """

    platform: str
    students: dict[str, list[str]] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    late: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    by_name: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    fewer: dict[str, list[str]] = field(default_factory=dict)
    untimed: list[str] = field(default_factory=list)

    def leave_out(self, path: str, why: str) -> None:
        """Note a file that is not taken; two may look alike once they are cleaned."""
        name = shown(path)
        while name in self.left_out:
            name += "'"
        self.left_out[name] = why
