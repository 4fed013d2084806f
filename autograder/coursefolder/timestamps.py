"""The time of a submission, from the file timestamp.txt that collecting puts beside it.

Only forms that mean one moment are taken: 2026-03-01 13:00:00 with UTC, an offset, or a place of
the time zone database behind it (none means UTC, as in nbgrader), or seconds since 1970. For all
others the submission counts as on time and a remark says so.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.coursefolder.shown import shown

NAME = "timestamp.txt"
MOST = 400
FORM = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(.*)", re.DOTALL
)
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)?(?:\s*\(.*\))?")
EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
YEARS = range(1970, 2300)  # in all others programs read and write dates differently
RIGHT = "write it as 2026-03-01 13:00:00 UTC"


@dataclass(frozen=True)
class Submitted:
    """When a submission was handed in. text: in nbgrader's form, None where it is not known."""

    text: str | None = None
    remarks: tuple[str, ...] = ()


def submitted_at(folder: Path) -> Submitted:
    """Read the time of the submission in `folder`; never raises."""
    try:
        if folder.is_symlink():
            return Submitted()
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(folder / NAME, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise IsADirectoryError
            data = file.read(MOST)
    except (FileNotFoundError, NotADirectoryError):
        return Submitted()
    except (OSError, ValueError):
        return Submitted(None, (f"{NAME} cannot be read: counts as on time",))
    return moment(data)


def moment(data: bytes) -> Submitted:
    """Return what the bytes of a timestamp.txt say."""
    remarks = []
    encoding = "utf-8"
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            encoding = name
            remarks.append(f"{NAME} was saved as {name}, read as such")
    text = data.decode(encoding, "replace").strip()
    if not text:
        return Submitted(None, (f"{NAME} is empty: counts as on time; {RIGHT}",))
    try:
        if EPOCH.fullmatch(text):
            seconds = float(text) / (1000 if len(text) == 13 else 1)
            when = datetime.fromtimestamp(seconds, UTC)
            remarks.append(
                f"{NAME} says {text}, read as seconds since 1970: {when:%Y-%m-%d %H:%M:%S} UTC"
            )
        else:
            when = written(text)
        when = when.astimezone(UTC)
        if when.year not in YEARS:
            raise ValueError(f"the year {when.year} is none of a submission")
    except (ValueError, OverflowError, OSError, KeyError) as error:
        words = f"{NAME} says {shown(text, 60)!r}, {error}: counts as on time; {RIGHT}"
        return Submitted(None, (*remarks, words))
    return Submitted(f"{when:%Y-%m-%d %H:%M:%S.%f} UTC", tuple(remarks))


def written(text: str) -> datetime:
    """Return the moment that a text means; ValueError, with the reason, if it may mean several."""
    match = FORM.fullmatch(text)
    if match is None:
        raise ValueError("which is no unambiguous time")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        when = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0),
                        int((fraction or "0").ljust(6, "0")[:6]))  # fmt: skip
    except ValueError:
        raise ValueError("which is no time") from None
    offset = OFFSET.fullmatch(zone)
    if zone in ("", "UTC", "Z", "GMT"):
        return when.replace(tzinfo=UTC)
    if offset:
        sign, hours, minutes = offset.groups()
        return datetime.fromisoformat(f"{when.isoformat()}{sign}{hours}:{minutes or '00'}")
    if not re.fullmatch(r"[A-Za-z]+(/[A-Za-z0-9_+-]+)+", zone):
        raise ValueError(f"and {shown(zone, 20)!r} may mean several time zones")
    try:
        return when.replace(tzinfo=ZoneInfo(zone))
    except (OSError, LookupError, ValueError):
        raise ValueError(f"and {shown(zone, 40)!r} is no time zone") from None
