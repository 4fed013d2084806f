"""The law: whatever is handed in, the run ends in time and harms nobody.

It says in clean text what came of each submission.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from autograder.building.layout import Layout
from autograder.coursefolder.course import Course
from autograder.coursefolder.release import release_course
from autograder.coursefolder.shown import shown
from autograder.coursefolder.submitted import IGNORED
from autograder.demo.notebooks import Notebooks
from autograder.grading.classroom.classrun import grade_class
from autograder.grading.reports.feedback import write_feedback
from autograder.grading.reports.write import write_report
from tests.classroom.fuzz.trees import NOTEBOOK, Tree
from tests.classroom.smallclass import FIRST

CHAPTER = "03_fuzz"
OTHERS = ("anna", "zoe")
SECONDS = 60.0
# What may not be shown: control characters (but the end of a line), half characters, turned text.
UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MOST_SHOWN = 200_000


def processor_seconds() -> float:
    """What this process and its finished children have computed: a busy neighbor breaks no law."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


class Here(Executor):
    """Jobs done at once in this process: no worker has to start."""

    def __init__(self, workers: int) -> None: ...

    def submit(self, fn: Callable, /, *args: Any, **options: Any) -> Future:
        """As any executor."""
        done: Future = Future()
        try:
            done.set_result(fn(*args, **options))
        except Exception as error:
            done.set_exception(error)
        return done


class Class:
    """A course of one small notebook with two honest students, graded once without anybody else."""

    def __init__(self, root: Path) -> None:
        layout = Layout(root)
        folder = layout.solutions / CHAPTER
        folder.mkdir(parents=True)
        points = {'"points": 20': '"points": 49', '"points": 30': '"points": 50'}
        text = FIRST
        for old, new in points.items():
            text = text.replace(old, new)
        (folder / "01_ramp.py").write_text(text, encoding="utf-8")
        self.root = root / "course"
        names = ("relu_forward", "relu_backward")
        release_course(self.root, layout=layout, names=lambda number: names)
        released, source = self.root / "release" / CHAPTER, self.root / "source" / CHAPTER
        self.solved = Notebooks.solved(released, source)
        self.blank = Notebooks.untouched(released)
        self.submitted = self.root / "submitted"
        for student in OTHERS:
            self.solved.save(self.submitted / student / CHAPTER)
        self.course = Course.open(self.root)
        self.names = set(os.listdir(self.submitted))
        self.grade()
        self.alone = self.others()
        assert all(b'"score": 50' in files["result"] for files in self.alone.values())

    def grade(self) -> Any:
        """Grade everybody anew."""
        return grade_class(self.course, CHAPTER, workers=1, regrade=True, make_executor=Here)

    def others(self) -> dict[str, dict[str, bytes]]:
        """Files and results of the two, without what was measured in seconds."""
        found = {}
        for student in OTHERS:
            kept = json.loads((self.root / "results" / CHAPTER / f"{student}.json").read_text())
            plain = re.sub(r'"(\w*seconds)": [\d.e-]+', r'"\1": 0', json.dumps(kept))
            folder = self.root / "autograded" / student / CHAPTER
            files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*")}
            handed_in = (self.submitted / student / CHAPTER / NOTEBOOK).read_bytes()
            found[student] = {**files, "result": plain.encode(), "handed in": handed_in}
        return found

    def holds(self, tree: Tree, feedback: bool = False) -> None:
        """Hand in a tree, grade, and raise AssertionError where the law is broken."""
        self.clear()
        solved, blank = self.solved.notebooks[NOTEBOOK], self.blank.notebooks[NOTEBOOK]
        tree.write(self.submitted, CHAPTER, solved, blank)
        started = processor_seconds()
        run = self.grade()
        page, table = write_report(self.course, CHAPTER, self.root / "report.html")
        assert processor_seconds() - started < SECONDS
        assert not run.faults, run.tracebacks
        assert self.others() == self.alone
        name = os.fsdecode(tree.student)
        graded = name in run.graded
        # What an editor leaves behind is nobody's work.
        left = {os.fsencode(one) for one in IGNORED}
        nothing = tree.place == "loose" and all(
            (where or name).split(b"/")[0] in left for where, name, *_ in tree.files
        )
        handed_in = tree.place != "nothing" and not nothing
        assert graded or shown(name) in run.passed_over or not handed_in, (name, run)
        said = [*run.passed_over, *run.passed_over.values(), *run.unscored.values()]
        for texts in (*run.reasons.values(), *run.evidence.values()):
            said += texts
        for text in [*said, page.read_text("utf-8"), table.read_text("utf-8")]:
            assert not UNCLEAN.search(text), repr(UNCLEAN.search(text))
            assert len(text) < MOST_SHOWN
        if feedback and graded:
            write_feedback(self.course, CHAPTER, [name], force=True)
            for made in (self.root / "feedback" / name / CHAPTER).glob("*.html"):
                text = made.read_text("utf-8")
                assert "<script>alert" not in text
                assert not UNCLEAN.search(text), repr(UNCLEAN.search(text))

    def clear(self) -> None:
        """Take everything of the last tree away."""
        for name in set(os.listdir(self.submitted)) - set(OTHERS):
            path = self.submitted / name
            for where, folders, _ in os.walk(path):
                for folder in folders:
                    if not os.path.islink(os.path.join(where, folder)):
                        os.chmod(os.path.join(where, folder), 0o755)
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
