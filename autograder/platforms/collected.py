"""What became of a download: who has files now, and what the instructor should know."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.coursefolder.shown import shown
from autograder.platforms.archive import Member


@dataclass
class Collected:
    """What became of a download. students: name -> files that lie in submitted/ now.

    unchanged: students whose files were there already.  replaced: whose earlier files were moved.
    late: marked so by the platform, which gives no time.  unknown: nobody the roster has, under a
    name made of the download's.  left_out: file -> why it was not taken.
    renamed: the download's name, where the roster has another for that id -> student; such is a
    group's.  fewer: student -> notebooks that their earlier hand-in had and this one has not.
    untimed: students whose timestamp.txt belonged to the files that were replaced.
    """

    platform: str
    students: dict[str, list[str]] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    fewer: dict[str, list[str]] = field(default_factory=dict)
    untimed: list[str] = field(default_factory=list)

    def leave_out(self, member: Member, why: str) -> None:
        """Note a file that is not taken; two may look alike once they are cleaned."""
        name = shown(member.path)
        while name in self.left_out:
            name += "'"
        self.left_out[name] = why
