"""Puts the pipeline into nbgrader's configuration: `configure(c)` in the course folder's.

Names only: what they stand for (nbgrader_steps.py) loads nbconvert, and each of our commands reads
the configuration.
"""

from __future__ import annotations

from typing import Any

from autograder.cells import EXPERIMENT

STEPS = "autograder.grading.nbgrader_steps"
NBGRADER = "nbgrader.preprocessors"


def configure(c: Any) -> None:
    """Make `nbgrader autograde` and the formgrader's button grade like `autograder grade`.

    c: nbgrader's configuration, after `c.CourseDirectory.root` was set. Late penalties, manual
    grading, feedback and export stay as they are configured.
    """
    c.Autograde.exporter_class = f"{STEPS}.RepairingExporter"
    c.Autograde.pre_convert_hook = f"{STEPS}.before_autograde"
    c.Autograde.sanitize_preprocessors = [
        f"{STEPS}.RepairSubmission",
        f"{NBGRADER}.ClearOutput",
        f"{NBGRADER}.OverwriteKernelspec",
        f"{NBGRADER}.OverwriteCells",
        f"{NBGRADER}.CheckCellMetadata",
    ]
    c.Autograde.autograde_preprocessors = [
        f"{STEPS}.JailExecute",
        f"{NBGRADER}.LimitOutput",
        f"{NBGRADER}.SaveAutoGrades",
        f"{NBGRADER}.AssignLatePenalties",
        f"{STEPS}.KeepResult",
        f"{NBGRADER}.CheckCellMetadata",
    ]
    c.OverwriteCells.add_missing_cells = True
    # Where the jail is off (see JailExecute), nbgrader's own executor leaves out experiments too.
    c.Execute.skip_cells_with_tag = EXPERIMENT
    c.GenerateFeedback.exporter_class = "autograder.grading.reports.exporter.FeedbackExporter"
    c.GenerateFeedback.preprocessors = [
        f"{STEPS}.ShowReports",
        f"{NBGRADER}.ClearHiddenTests",
        "autograder.grading.reports.grades.GetAllGrades",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
