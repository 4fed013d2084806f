"""Which tests concern a module: a table, the longest beginning of the module's path counts."""

from __future__ import annotations

NN, GRADING, CLASSROOM = "tests/nnkit/test_", "tests/grading/test_", "tests/classroom/test_"
CHECKING, BUILDING = "tests/checking/test_", "tests/building/test_"
SOME_EXERCISES = [
    f"tests/exercises/test_every_exercise.py::test_{test}[{name}]"
    for test in ("reference_passes", "right_variants_pass", "known_mistakes_are_rejected_and_named")
    for name in ("affine_backward", "softmax")
]
ENGINE = [
    *(
        CHECKING + name + ".py"
        for name in (
            "sentences",
            "comparing",
            "engine",
            "diagnose",
            "raised",
        )
    ),
    *SOME_EXERCISES,
    *(CHECKING + name + ".py" for name in ("slips", "shapes", "own_text")),
]
TESTS = {
    "nnkit": [NN + "bad_input.py", NN + "layers.py", NN + "layer_state.py"],
    "nnkit/data": [NN + "data.py", NN + "least_numbers.py", NN + "defaults.py"],
    "nnkit/functional": [NN + name + ".py" for name in (
        "defaults", "pairs_promises", "pairs_directions", "bad_input", "pairs_torch",
        "lifted_pairs", "cache",
    )],
    "nnkit/functional/attention.py": [NN + "attention.py"],
    "nnkit/functional/pool.py": [NN + "pool.py", NN + "layers.py"],
    "nnkit/functional/residual.py": [NN + "residual.py"],
    "nnkit/functional/gelu.py": [NN + name + ".py" for name in (
        "gelu", "pairs_directions", "pairs_torch", "pairs_promises",
    )],
    "nnkit/functional/conv": [NN + name + ".py" for name in (
        "defaults", "conv_memory", "conv_others", "conv2d", "bad_input",
    )],
    "nnkit/functional/recurrent": [NN + name + ".py" for name in (
        "recurrent", "recurrent_analysis", "cache", "bad_input",
    )],
    "nnkit/gradcheck.py": [NN + "gradcheck.py", NN + "defaults.py"],
    "nnkit/graph.py": [NN + "graph.py"],
    "nnkit/init.py": [NN + "init_and_metrics.py", NN + "layer_starts.py", NN + "validate.py"],
    "nnkit/validate.py": [NN + "validate.py", NN + "bad_input.py"],
    "nnkit/layers": [NN + name + ".py" for name in (
        "defaults", "least_numbers", "layer_starts", "layer_sizes", "layers", "layer_state",
        "bad_input",
    )],
    "nnkit/metrics.py": [NN + "init_and_metrics.py"],
    "nnkit/optim": [NN + name + ".py" for name in (
        "least_numbers", "defaults", "optim", "train", "bad_input",
    )],
    "nnkit/plot": [NN + name + ".py" for name in (
        "drawings", "plot", "plot_linear_models", "plot_ch01", "plot_ch03", "plot_ch05",
        "plot_ch05_cells", "plot_drawings", "plot_convolutions", "graph",
    )],
    "nnkit/plot/slider.py": [NN + "plot.py", NN + "slider_colors.py"],
    "nnkit/train": [NN + name + ".py" for name in ("train", "layer_state", "defaults")],
    "autograder/checking": ENGINE,
    "autograder/checking/randomness.py": [CHECKING + "randomness.py", CHECKING + "engine.py"],
    "autograder/checking/exercise.py": [CHECKING + "exercise.py", *ENGINE],
    "autograder/checking/compare.py": [CHECKING + "comparing.py"],
    "autograder/checking/locate.py": [CHECKING + "comparing.py", CHECKING + "borders.py"],
    "autograder/checking/values.py": [CHECKING + "comparing.py"],
    "autograder/checking/judge.py": [
        CHECKING + "reports.py", CHECKING + "probes.py", *ENGINE, CHECKING + "who_is_judged.py",
    ],
    "autograder/checking/verdict.py": [CHECKING + "reports.py", CHECKING + "probes.py", *ENGINE],
    "autograder/checking/public.py": [
        *ENGINE, CHECKING + "reproduce.py", CHECKING + "hostile_input.py",
        "tests/learning/test_announce.py",
    ],
    "autograder/checking/grading_check.py": [*ENGINE, GRADING + "executor.py"],
    "autograder/checking/called.py": [
        *ENGINE, CHECKING + "hostile_input.py", CHECKING + "who_is_judged.py",
    ],
    "autograder/checking/alike.py": [CHECKING + "comparing.py", *ENGINE],
    "autograder/checking/cause.py": [CHECKING + "reports.py", *ENGINE],
    "autograder/checking/report.py": [CHECKING + "reports.py", *ENGINE],
    "autograder/checking/showing.py": [CHECKING + "engine.py", CHECKING + "messages.py"],
    "autograder/checking/hints.py": [CHECKING + "hints.py"],
    "autograder/checking/instead.py": [CHECKING + "instead.py"],
    "autograder/checking/as_code.py": [CHECKING + "reproduce.py"],
    "autograder/checking/kinds": [CHECKING + "probes.py", *ENGINE],
    "autograder/checking/drawing.py": [CHECKING + "probes.py", *ENGINE],
    "autograder/checking/seeds.py": [CHECKING + "probes.py", *ENGINE],
    "autograder/checking/kinds/memory.py": [CHECKING + "unusual_memory.py", *ENGINE],
    "autograder/checking/kinds/edges.py": [
        CHECKING + "unusual_memory.py", *ENGINE, CHECKING + "edges.py",
    ],
    "autograder/checking/reproduce.py": [CHECKING + "reports.py", CHECKING + "reproduce.py"],
    "autograder/checking/shape_patterns.py": [CHECKING + "diagnose.py", CHECKING + "sentences.py"],
    "autograder/checking/diagnose.py": [CHECKING + "diagnose.py", CHECKING + "sentences.py"],
    "autograder/checking/own_text.py": [CHECKING + "own_text.py"],
    "autograder/checking/raised.py": [CHECKING + "raised.py", CHECKING + "hostile_input.py"],
    "autograder/checking/slips.py": [CHECKING + "sentences.py", CHECKING + "slips.py"],
    "autograder/checking/caches.py": [CHECKING + "caches.py"],
    "autograder/checking/misfit.py": [CHECKING + "caches.py"],
    "autograder/checking/catalogue.py": [CHECKING + "catalogue.py", CHECKING + "messages.py"],
    "autograder/checking/messages.py": [CHECKING + "messages.py"],
    "autograder/checking/mistakes": [
        CHECKING + "mistake_changes.py", CHECKING + "mistakes.py", *SOME_EXERCISES,
    ],
    "autograder/checking/quiz.py": [CHECKING + "comparing.py", CHECKING + "quiz.py"],
    "autograder/checking/remote.py": [GRADING + "call_runner.py"],
    "autograder/checking/runner.py": [
        CHECKING + "reports.py", CHECKING + "engine.py", CHECKING + "hostile_input.py",
        CHECKING + "state_between_calls.py",
        GRADING + "call_runner.py", *SOME_EXERCISES,
    ],
    "autograder/checking/xray": [
        CHECKING + "xray_edits.py", CHECKING + "xray_bench.py", CHECKING + "xray.py",
        CHECKING + "own_text.py",
    ],
    "autograder/building": [BUILDING + name + ".py" for name in ("parts", "runs", "rules")],
    "autograder/building/commands.py": [BUILDING + "commands.py"],
    "autograder/building/execute.py": [BUILDING + "runs.py", BUILDING + "build.py"],
    "autograder/building/shell_check.py": [BUILDING + "runs.py", BUILDING + "cli.py"],
    "autograder/building/folding.py": [BUILDING + "folding.py"],
    "autograder/building/handed_out.py": ["tests/learning/test_copies.py"],
    "autograder/building/student.py": [BUILDING + "parts.py", BUILDING + "build.py"],
    "autograder/coursefolder": [CLASSROOM + name + ".py" for name in (
        "timestamps", "which_file", "penalties", "names", "classrun",
    )],
    "autograder/grading": [GRADING + name + ".py" for name in (
        "records", "one_error_costs_once", "executor", "proxies",
    )],
    "autograder/grading/commands.py": [
        GRADING + "command_words.py", GRADING + "tables.py", CLASSROOM + "faults.py",
        CLASSROOM + "names.py",
    ],
    "autograder/grading/export.py": [CLASSROOM + "names.py", CLASSROOM + "platforms.py"],
    "autograder/grading/judging": [GRADING + name + ".py" for name in (
        "records", "one_error_costs_once", "executor",
    )],
    "autograder/grading/judging/clean_outputs.py": [
        GRADING + "shown.py", CLASSROOM + "active.py", GRADING + "executor.py",
    ],
    "autograder/grading/judging/results.py": [GRADING + "records.py"],
    "autograder/grading/judging/executor.py": [
        GRADING + "reading.py", GRADING + "executor.py", GRADING + "one_error_costs_once.py",
    ],
    "autograder/grading/judging/verdict.py": [GRADING + "records.py"],
    "autograder/grading/judging/testcell.py": [
        GRADING + "testcell_alone.py", GRADING + "one_error_costs_once.py",
    ],
    "autograder/grading/judging/outcome.py": [
        GRADING + "testcell_alone.py", GRADING + "records.py", CLASSROOM + "answers.py",
    ],
    "autograder/grading/remote": [
        GRADING + "records.py", GRADING + "shown.py", GRADING + "proxies.py",
    ],
    "autograder/grading/remote/exceptions.py": [GRADING + "files_and_names.py"],
    "autograder/grading/jailed/files.py": [GRADING + "files_and_names.py"],
    "autograder/grading/classroom/identities.py": [GRADING + "files_and_names.py"],
    "autograder/grading/remote/protocol_client.py": [
        GRADING + "client_alone.py", GRADING + "proxies.py", GRADING + "call_runner.py",
    ],
    "autograder/grading/remote/process.py": [
        GRADING + "process_alone.py", GRADING + "proxies.py", GRADING + "executor.py",
    ],
    "autograder/grading/remote/session.py": [
        GRADING + "session_alone.py", GRADING + "proxies.py", GRADING + "executor.py",
    ],
    "autograder/grading/remote/stopwatch.py": [GRADING + "stopwatch.py"],
    "autograder/grading/sandbox": [GRADING + "executor.py", GRADING + "limits.py"],
    "autograder/grading/sandbox/jail.py": [GRADING + "jail_orders.py", GRADING + "executor.py"],
    "autograder/grading/sandbox/machine.py": [GRADING + "machine.py", GRADING + "executor.py"],
    "autograder/grading/sandbox/usage.py": [GRADING + "machine.py", GRADING + "executor.py"],
    "autograder/grading/jailed": [GRADING + name + ".py" for name in (
        "shown", "executor", "proxies", "as_at_home",
    )],
    "autograder/grading/jailed/walls": [
        GRADING + "jailed_alone.py", GRADING + "executor.py", GRADING + "machine.py",
    ],
    "autograder/grading/jailed/walls/seccomp.py": [GRADING + "filter.py"],
    "autograder/grading/classroom": [CLASSROOM + "gradebook.py", CLASSROOM + "classrun.py"],
    "autograder/grading/classroom/engine.py": [CLASSROOM + "engine.py"],
    "autograder/grading/classroom/parcel.py": [GRADING + "reading.py", CLASSROOM + "engine.py"],
    "autograder/grading/classroom/fingerprints.py": [CLASSROOM + "fingerprints.py"],
    "autograder/grading/classroom/penalties.py": [CLASSROOM + "penalties.py"],
    "autograder/grading/classroom/workers.py": [
        GRADING + "workers_by_script.py", GRADING + "workers.py", CLASSROOM + "faults.py",
    ],
    "autograder/grading/jailed/protocol": [
        GRADING + "wire_limits.py", GRADING + "wire.py", GRADING + "mirror.py",
    ],
    "autograder/grading/sanitize/read.py": [
        GRADING + "reading.py", CLASSROOM + "sanitize.py", CLASSROOM + "which_file.py",
    ],
    "autograder/grading/submission.py": [
        GRADING + "records.py", CLASSROOM + "faults.py", CLASSROOM + "classrun.py",
    ],
    "autograder/grading/reports": [GRADING + "report_numbers.py", CLASSROOM + "report.py"],
    "autograder/grading/reports/feedback.py": [GRADING + "feedback_alone.py"],
    "autograder/grading/reports/conversion.py": [
        GRADING + "feedback_alone.py", CLASSROOM + "names.py",
    ],
    "autograder/grading/reports/plots.py": [GRADING + "plots.py", GRADING + "report_numbers.py"],
    "autograder/grading/reports/exporter.py": [GRADING + "shown.py"],
    "autograder/grading/reports/write.py": [GRADING + "tables.py", CLASSROOM + "report.py"],
    "autograder/grading/sanitize/identify.py": [
        GRADING + "identify.py", CLASSROOM + "answers.py", CLASSROOM + "sanitize.py",
    ],
    "autograder/grading/sanitize/changes.py": [GRADING + "records.py", CLASSROOM + "sanitize.py"],
    "autograder/grading/sanitize/active.py": [CLASSROOM + "active.py", CLASSROOM + "sanitize.py"],
    "autograder/grading/sanitize/walk.py": [
        GRADING + "other_forms.py", CLASSROOM + "sanitize.py", CLASSROOM + "names.py",
    ],
    "autograder/grading/sanitize/foreign.py": [
        GRADING + "other_forms.py", CLASSROOM + "which_file.py", CLASSROOM + "sanitize.py",
    ],
    "autograder/grading/sanitize/candidates.py": [
        GRADING + "candidates.py", CLASSROOM + "which_file.py", CLASSROOM + "sanitize.py",
    ],
    "autograder/grading/sanitize": [
        GRADING + "other_forms.py", *(CLASSROOM + name + ".py" for name in (
            "sanitize", "answers", "which_file",
        )),
    ],
    "autograder/grading/nbgrader_hooks.py": [
        CLASSROOM + "faults.py", CLASSROOM + "classrun.py", CLASSROOM + "exchange.py",
    ],
    "autograder/grading/nbgrader_steps.py": [
        CLASSROOM + "faults.py", CLASSROOM + "classrun.py", CLASSROOM + "exchange.py",
    ],
    "autograder/grading/judging/experiments.py": [GRADING + "one_error_costs_once.py"],
}  # fmt: skip
# Left out, with what begins so: each takes half a minute or more, a mutant would cost minutes.
LEFT_OUT = [
    "tests/checking/test_mistakes.py::test_every_mistake_of_the_course_differs_from_its_reference",
    "tests/checking/test_messages.py::test_every_text_of_code_exercises_and_quizzes_is_translated",
    "tests/building/test_course.py::test_stock_nbgrader_grades_solution_and_untouched_release",
    "tests/grading/test_limits.py",
]


# A law over the records of all modules; the numbers that the manual promises.
EVERYWHERE = ["tests/setup/test_records.py", GRADING + "bounds.py"]


def tests(path: str) -> list[str]:
    """Return the files and folders of tests that concern a module."""
    longest = max((key for key in TESTS if f"{path}/".startswith(f"{key}/")), key=len)
    return [*TESTS[longest], *EVERYWHERE]
