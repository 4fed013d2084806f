"""timestamp.txt: a moment that only one reading allows, or a remark and no penalty."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nbgrader.utils import parse_utc

from autograder.coursefolder.timestamps import moment, submitted_at

RIGHT = "2026-03-01 13:00:00"


@pytest.mark.parametrize(
    "text",
    ["2026-03-01 13:00:00 UTC", "2026-03-01 13:00:00", "2026-03-01T13:00:00Z",
    "2026-03-01 14:00:00 +0100",
     "2026-03-01 14:00 +01:00", "2026-03-01 14:00:00.000000 Europe/Berlin", "2026-3-1 08:00:00 "
                                                                            "America/New_York"],
)  # fmt: skip
def test_unambiguous_forms_are_read_without_a_remark(text):
    read = moment(text.encode())
    assert str(parse_utc(read.text)) == RIGHT
    assert read.remarks == ()


@pytest.mark.parametrize(
    "data",
    [
        f"\ufeff{RIGHT} UTC".encode(),
        f"{RIGHT} UTC".encode("utf-16"),
        b"1772370000",
        b"1772370000000",
    ],
)
def test_other_encodings_and_seconds_are_read_with_a_remark(data):
    read = moment(data)
    assert str(parse_utc(read.text)) == RIGHT
    assert len(read.remarks) == 1


@pytest.mark.parametrize(
    "text",
    ["01.03.2026", "03/01/2026 13:00", "yesterday", "2026-03-01 13:00:00 CST", "2026-13-01 13:00",
    "", "9" * 300,
     "2026-03-01", "2026-03-01 13:00 ../../etc/passwd", "\x00\x1b[31m", "2026-03-01 13:00 "
                                                                        "Mars/Olympus"],
)  # fmt: skip
def test_ambiguous_forms_count_as_on_time_and_say_so(text):
    read = moment(text.encode())
    assert read.text is None
    assert "counts as on time" in read.remarks[-1]
    assert "\x1b" not in read.remarks[-1]


def test_a_link_a_folder_and_no_file(tmp_path):
    assert submitted_at(tmp_path).remarks == ()
    (tmp_path / "timestamp.txt").symlink_to("/etc/hostname")
    assert "cannot be read" in submitted_at(tmp_path).remarks[0]
    (tmp_path / "timestamp.txt").unlink()
    (tmp_path / "timestamp.txt").mkdir()
    assert "cannot be read" in submitted_at(tmp_path).remarks[0]


@given(st.datetimes(), st.timedeltas(timedelta(hours=-23), timedelta(hours=23)))
@example(datetime(1, 1, 1), timedelta(hours=14))
@example(datetime(9999, 12, 31, 23, 59, 59), timedelta(hours=-14))
def test_every_date_of_every_zone_is_that_moment_or_counts_as_on_time(when, offset):
    zone = timezone(timedelta(minutes=offset // timedelta(minutes=1)))
    text = f"{when.replace(microsecond=0).isoformat(' ')} {zone.tzname(None).removeprefix('UTC')}"
    read = moment(text.encode())
    if 1971 <= when.year <= 2298:
        there = when.replace(microsecond=0, tzinfo=zone)
        assert parse_utc(read.text) == there.astimezone(UTC).replace(tzinfo=None)
    elif when.year < 1969 or when.year > 2300:
        assert read.text is None
        assert "counts as on time" in read.remarks[-1]
