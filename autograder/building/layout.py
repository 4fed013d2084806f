"""Where things are: the folders of the project, of each language, and the notebooks in them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
ENGLISH = "en"
# The pages of docs/ that are pages of the site, too, and translated with it.
MANUALS = ("teaching", "hub", "scaling", "nnkit")


@dataclass(frozen=True)
class Layout:
    """The project's folders, below `root`. language: "" as written, in English, or "zh_CN", say."""

    root: Path = PROJECT_ROOT
    language: str = ""

    def authored(self) -> Layout:
        """Return this layout; ValueError where there are no texts, in an installed copy."""
        if not self.solutions.is_dir():
            raise ValueError(
                f"{self.root} has no texts: they are in the project's checkout, not in an "
                "installed copy. Run this with the checkout's own installation, pip install -e "
                "FOLDER"
            )
        return self

    @property
    def solutions(self) -> Path:
        """Authored texts and executed notebooks."""
        return self.root / "solutions"

    @property
    def chapters(self) -> Path:
        """The students' notebooks: `chapters`, or `chapters-zh`."""
        return self.root / f"chapters{self._suffix}"

    @property
    def start(self) -> Path:
        """The text of the start page; it belongs to no chapter and has nothing to hide."""
        return self.solutions / "start.py"

    @property
    def start_page(self) -> Path:
        """The notebook made from it."""
        return self.chapters / "start.ipynb"

    @property
    def manuals(self) -> list[Path]:
        """The manuals that are there."""
        paths = [self.root / "docs" / f"{name}.md" for name in MANUALS]
        return [path for path in paths if path.exists()]

    def student(self, text: Path) -> Path:
        """Return the student's notebook made from the authored `text`."""
        return self.chapters / text.parent.name / f"{text.stem}.ipynb"

    def executed(self, text: Path) -> Path:
        """Return the executed notebook made from the authored `text`."""
        return self.root / f"solutions{self._suffix}" / text.parent.name / f"{text.stem}.ipynb"

    @property
    def _suffix(self) -> str:
        return f"-{self.language.split('_')[0]}" if self.language else ""

    def catalog(self, text: Path) -> Path:
        """Return the translations of an authored text: `locale/zh_CN/LC_MESSAGES/03_01.po`."""
        parts = [text.parent.name, text.stem] if text.parent != self.solutions else [text.stem]
        name = "_".join(part.split("_")[0] for part in parts)
        return self.root / "locale" / self.language / "LC_MESSAGES" / f"{name}.po"

    def languages(self) -> list[str]:
        """Return the languages besides English that there are translations for, in order."""
        return sorted(path.parent.name for path in self.root.glob("locale/*/LC_MESSAGES"))

    def editions(self) -> list[Layout]:
        """Return the folders of all languages, English first."""
        return [replace(self, language=language) for language in ("", *self.languages())]

    def edition(self, language: str) -> Layout:
        """Return the folders of a language, "zh_CN" or "zh" in short; ValueError for an unknown."""
        if language in ("", ENGLISH):
            return replace(self, language="")
        for known in self.languages():
            if language.replace("-", "_") in (known, known.split("_")[0]):
                return replace(self, language=known)
        known_ones = ", ".join([ENGLISH, *self.languages()])
        raise ValueError(f"there is no edition {language!r}: the course has {known_ones}")

    def chapter_folders(self) -> list[Path]:
        """Folders of `solutions/` that hold an authored text, in order."""
        return sorted({path.parent for path in self.solutions.glob("[0-9]*/[0-9]*.py")})

    def texts(self, folder: Path) -> list[Path]:
        """Return the authored texts of one chapter, in order."""
        return sorted(folder.glob("[0-9]*.py"))

    def select(self, names: Sequence[str]) -> list[Selection]:
        """Return the chapters and texts that `names` mean; ValueError for a name that means none.

        A name is a chapter ("3", "03", "03_feedforward"), a folder, or a text or notebook file.
        """
        folders = self.chapter_folders()
        if not names:
            return [Selection(folder, self.texts(folder), True) for folder in folders]
        chosen: dict[Path, Selection] = {}
        for name in names:
            for folder in folders:
                if self._is_chapter(name, folder):
                    chosen[folder] = Selection(folder, self.texts(folder), True)
                    break
                path = Path(name)
                text = folder / f"{path.stem}.py"
                if path.parent.name in ("", folder.name) and text in self.texts(folder):
                    selection = chosen.setdefault(folder, Selection(folder, [], False))
                    if text not in selection.texts:
                        selection.texts.append(text)
                    break
            else:
                known = ", ".join(folder.name for folder in folders) or "none"
                raise ValueError(f"{name!r} is neither a chapter ({known}) nor a notebook of one")
        return list(chosen.values())

    @staticmethod
    def _is_chapter(name: str, folder: Path) -> bool:
        if name.isdigit():
            return int(name) == chapter_number(folder)
        path = Path(name)
        return path.name == folder.name and (name == folder.name or path.is_dir())


@dataclass
class Selection:
    """What to build of one chapter; `whole` when the chapter itself was asked for."""

    folder: Path
    texts: list[Path]
    whole: bool


def chapter_number(folder: Path) -> int:
    """3 for `03_feedforward`."""
    return int(folder.name.split("_")[0])


def write_atomic(path: Path, text: str) -> bool:
    """Write `text` unless the file holds it already; whoever reads sees the old or the new file."""
    if path.exists() and path.read_text(encoding="utf-8", errors="surrogateescape") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True
