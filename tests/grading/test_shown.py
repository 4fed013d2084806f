"""What a student's code shows and calls is collected within bounds and taken over cleanly."""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.preprocessors import LimitOutput

from autograder.grading.jailed.call_recorder import MAX_SEEN, CallRecorder
from autograder.grading.jailed.outputs import Outputs, Printed, Stream
from autograder.grading.jailed.protocol.wire import WireError
from autograder.grading.judging.clean_outputs import clean_all, few_lines, quoted, take
from autograder.grading.remote.protocol_client import CellRun, ProtocolClient
from autograder.grading.reports.exporter import FIGURE, FeedbackExporter


def test_printed_pieces_are_joined_and_cut_where_a_cell_has_shown_enough():
    shown = Outputs(10)
    for name, text in [("stdout", "ab"), ("stdout", "cd"), ("stderr", "e"), ("stdout", "fghijkl")]:
        shown.text(name, text)
    shown.text("stdout", "nothing more")
    cut = "\n[output cut here: a cell may show 10 bytes]\n"
    assert [(o["name"], o["text"]) for o in shown.finished()] == [
        ("stdout", "abcd"), ("stderr", "e"), ("stdout", "fghij" + cut),
    ]  # fmt: skip
    shown.start()
    assert (shown.finished(), shown.left) == ([], 10)
    shown.text("stdout", "x" * 10)
    assert shown.finished()[0]["text"] == "x" * 10


def test_rich_outputs_count_and_are_left_out_where_they_are_too_large():
    shown = Outputs(40)
    shown.data("display_data", {"text/plain": "x" * 20}, {"m": 1}, more=2)
    shown.data("display_data", {"k": b"123456", "j": 12}, {})
    assert shown.left == 0
    assert shown.items[0] == {
        "output_type": "display_data", "data": {"text/plain": "x" * 20}, "metadata": {"m": 1},
        "more": 2,
    }  # fmt: skip
    shown = Outputs(99)
    shown.data("display_data", {"text/plain": "x" * 90}, {})
    assert shown.finished()[0]["text"] == (
        "[an output of 100 bytes was left out: a cell may show 99 bytes]\n"
    )
    shown.error("N" * 201, "v" * 2001, [*map(str, range(61)), "z" * 20_001])
    error = shown.items[-1]
    assert (len(error["ename"]), len(error["evalue"]), len(error["traceback"])) == (200, 2000, 60)
    assert (error["traceback"][0], len(error["traceback"][-1])) == ("2", 20_000)


def test_outputs_are_cleared_at_once_or_with_the_next():
    shown = Outputs(100)
    shown.text("stdout", "a")
    shown.clear(wait=True)
    assert len(shown.items) == 1
    shown.text("stdout", "b")
    shown.text("stdout", "c")
    assert [o["text"] for o in shown.finished()] == ["bc"]
    shown.clear(wait=False)
    assert shown.items == []
    shown.text("stdout", "d")
    shown.clear(wait=True)
    shown.start()
    shown.text("stdout", "e")
    shown.error("E", "v", [])
    assert [o["output_type"] for o in shown.items] == ["stream", "error"]


def test_a_stream_is_a_text_file_that_passes_on_what_is_written():
    pieces: list[tuple[str, str]] = []
    stream = Stream("stderr", lambda name, text: pieces.append((name, text)))
    assert stream.write("äb") == 2
    assert pieces == [("stderr", "äb")]
    assert (stream.writable(), stream.isatty(), stream.fileno()) == (True, False, 2)
    assert Stream("stdout", None).fileno() == 1
    with pytest.raises(TypeError, match="must be str, not bytes"):
        stream.write(b"x")  # type: ignore[arg-type]


def test_what_a_function_prints_is_kept_up_to_a_bound_and_counted_beyond():
    printed = Printed(5)
    for text in ("abc", "defg", "hijkl"):
        printed.write("stdout", text)
    assert printed.take() == ("abcde", 12)
    assert printed.take() == ("", 0)
    printed.write("stdout", "12345")
    assert printed.take() == ("12345", 5)
    assert Printed().most == 4000


STREAMS = {"output_type": "stream", "name": "stdout"}


def test_only_outputs_of_a_known_form_are_taken_over():
    claimed = [
        "x", {"output_type": 1}, {"output_type": "other"}, STREAMS | {"text": 3},
        STREAMS | {"text": "a", "name": "log"}, STREAMS | {"text": "a", "name": 1},
        STREAMS | {"text": ""}, {"output_type": "error", "ename": 1, "evalue": "", "traceback": []},
        {"output_type": "error", "ename": "", "evalue": 1, "traceback": []},
        {"output_type": "error", "ename": "", "evalue": "", "traceback": "x"},
        {"output_type": "display_data", "data": []}, {"output_type": "display_data", "data": {}},
        {"output_type": "display_data", "data": {"text/javascript": "x", "text/plain": 1}},
        {"output_type": "display_data", "data": {"image/png": "not base64 <"}},
    ]  # fmt: skip
    assert take(claimed, 1000) == []


def test_outputs_are_bounded_one_by_one_and_together():
    error = {"output_type": "error", "ename": "N" * 201, "evalue": "v" * 2001,
             "traceback": ["z" * 20_001, 3, *("l" for _ in range(70))]}  # fmt: skip
    (kept,) = take([error], 1)
    assert (len(kept.ename), len(kept.evalue), len(kept.traceback)) == (200, 2000, 59)
    assert len(kept.traceback[0]) == 20_000
    texts = take(
        [STREAMS | {"text": "abc"}, STREAMS | {"text": "defg"}, STREAMS | {"text": "h"}], 5
    )
    assert [output.text for output in texts] == ["abc", "de"]
    assert take([STREAMS | {"text": "a"}], 0) == []
    rich = {"output_type": "execute_result", "data": {"text/plain": "12345"}, "execution_count": 3}
    first, second = take([rich, rich | {"execution_count": "4"}, rich], 10)
    assert (first.execution_count, second.execution_count) == (3, None)
    display = {"output_type": "display_data", "data": {"image/png": "aGk=\n"}}
    assert take([display], 5)[0].data == {"image/png": "aGk=\n"}
    assert take([display], 4) == []
    many = take([STREAMS | {"text": "a"}] * 1502, 5000)
    assert len(many) == 501
    assert many[-1].text == "[1,002 further outputs were left out]\n"
    assert len(take([STREAMS | {"text": "a"}] * 500, 5000)) == 500


def test_a_drawing_becomes_a_picture_and_text_loses_what_no_file_may_hold():
    svg = {"image/svg+xml": "<svg onload=x></svg>"}
    display = {"output_type": "display_data"}
    (drawn,) = take([display | {"data": svg}], 1000)
    assert re.fullmatch(r'<img src="data:image/svg\+xml;base64,\w+=*" alt="a drawing">',
                        drawn.data["text/html"])  # fmt: skip
    assert take([display | {"data": {"image/svg+xml": "no drawing"}}], 1000) == []
    (both,) = take([display | {"data": svg | {"text/html": "<b>x</b>"}}], 1000)
    assert both.data == {"text/html": "<b>x</b>"}
    text = "a\x00\x08\x0b\x0c\x0e\x1a\x1c\x1f\x7f\ufffe\uffffb\t\n\r\x1b[1mz\ud800"
    (kept,) = take([STREAMS | {"text": text}], 100)
    assert kept.text == "a" + "\ufffd" * 11 + "b\t\n\r\x1b[1mz?"
    assert quoted("\x1b[2J") == "\ufffd[2J"
    assert clean_all({"a": ["\x00", ("\x1b", 1)], "b": None}) == {
        "a": ["\ufffd", ["\ufffd", 1]], "b": None,
    }  # fmt: skip


def library(name: str) -> Any:
    """A module of this name whose `work` calls its own `helper`."""
    space: dict[str, Any] = {"__name__": name}
    exec("def helper():\n    return 1\ndef work():\n    return helper()\n", space)
    return SimpleNamespace(**space)


def test_calls_of_other_implementations_are_recorded_once_and_their_own_helpers_are_not():
    torch, conv = library("torch.nn"), library("nnkit.functional.conv")
    graph, graphics = library("nnkit.graph"), library("nnkit.graphics")
    sub, other = library("nnkit.graph.sub"), library("nnkit.other")
    more = [library(f"torch.m{number}") for number in range(MAX_SEEN + 5)]
    recorder = CallRecorder()
    recorder.start(("nnkit.functional.work", "nnkit.graph"), ("torch",))
    hook = sys.getprofile()
    with recorder:
        torch.work()
        conv.work()
        conv.helper()
        graph.helper()
        graphics.helper()
        other.work()
        with recorder:
            pass
        sub.work()
    assert sys.getprofile() is hook
    seen = {re.sub(r" \(line \d+: (.*)\)", r" < \1", entry) for entry in recorder.seen}
    assert seen == {
        "torch.nn.work < torch.work()",
        "nnkit.functional.work < conv.work()",
        "nnkit.graph.helper < graph.helper()",
        "nnkit.graph.sub.work < sub.work()",
    }
    recorder.start((), ())
    with recorder:
        assert sys.getprofile() is hook
    assert recorder.seen == set()
    recorder.start((), ("torch",))
    with recorder:
        for one in more:
            one.helper()
    assert len(recorder.seen) == MAX_SEEN == 20


def ran(message: tuple) -> CellRun:
    """What is made of a jail's message about a cell."""
    client = ProtocolClient.__new__(ProtocolClient)
    client.receive = lambda watch: message  # type: ignore[method-assign]
    return client.ran(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "message",
    [
        ("ran",), ("run", ([], True, 1)), ("ran", ([], True, 1), ()), ("ran", [[], True, 1]),
        ("ran", ([], True)), ("ran", ((), True, 1)), ("ran", ([], 1, 1)),
        ("ran", ([], True, True)), ("ran", ([], True, -1)), ("ran", ([], True, 10**6)),
    ],
)  # fmt: skip
def test_a_message_of_another_form_is_no_outcome_of_a_cell(message: tuple):
    with pytest.raises(WireError):
        ran(message)


def test_the_outcome_of_a_cell_is_read_up_to_the_last_number_it_may_have():
    assert ran(("ran", ([], True, 0))) == CellRun([], True, 0)
    assert ran(("ran", (["x"], False, 999_999))) == CellRun(["x"], False, 999_999)


def test_a_figure_without_a_text_gets_one_and_its_own_stays():
    nb = new_notebook(cells=[
        new_code_cell(outputs=[
            new_output("display_data", {"image/png": "aGk="}),
            new_output("display_data", {"image/jpeg": "aGk="},
                       metadata={"image/jpeg": {"alt": "a loss that falls"}}),
            new_output("display_data", {"text/plain": "hi"}),
        ])
    ])  # fmt: skip
    FeedbackExporter().from_notebook_node(nb)
    png, jpeg, text = nb.cells[0].outputs
    assert png.metadata == {"image/png": {"alt": FIGURE}}
    assert jpeg.metadata == {"image/jpeg": {"alt": "a loss that falls"}}
    assert text.metadata == {}


PIECES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["stdout", "stderr"]), st.integers(0, 700)),
        st.tuples(st.just("error"), st.integers(0, 300)),
        st.tuples(st.just("picture"), st.just(0)),
    ),
    max_size=6,
)


@given(PIECES)
def test_lines_are_cut_as_nbgrader_cuts_them(pieces):
    def outputs():
        made = []
        for kind, lines in pieces:
            texts = [f"line {n}" for n in range(lines)]
            if kind == "error":
                made.append(new_output("error", ename="E", evalue="", traceback=texts))
            elif kind == "picture":
                made.append(new_output("display_data", data={"image/png": ""}))
            else:
                made.append(new_output("stream", name=kind, text="\n".join(texts)))
        return made

    cell = new_code_cell(outputs=outputs())
    assert few_lines(outputs()) == LimitOutput().preprocess_cell(cell, {}, 0)[0].outputs
