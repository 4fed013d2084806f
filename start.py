"""Sets the course up and starts it. Needs nothing but Python 3.11 or newer.

The syntax is kept to what old Pythons parse, so that they can say that they are too old.
"""

import argparse
import ast
import contextlib
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

MINIMUM = (3, 11)
ROOT = os.path.dirname(os.path.abspath(__file__))

HELP = """\
Neural networks by writing them. Without a command: JupyterLab.

commands:
  lab         open your working copy, work/, in JupyterLab; further arguments go to it
  update      bring work/ up to date with the course; an assignment of a class:
              update FOLDER NEW_RELEASE (its folder, and the folder of the new release)
  progress    show which exercises are solved
  demo        grade a demo class of chapter 3 and say where its reports are
  test        run all tests; further arguments go to pytest
  site        build the course as a web site, site/, to be read without a network
  autograder  the instructor's command line; try: start.py autograder --help

--language zh before a command: the course in Chinese, with a working copy of its own, work-zh/.

The first run makes .venv in this folder with uv, which it gets with pip where there is none, and
takes a minute or two; to start over, delete .venv. A Python that has the course installed, a conda
environment say, is used as it is. All of this happens in this folder; only where you may not write
here are .venv and work/ made elsewhere, in nn-from-scratch-work in your home folder.
"""

NO_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeoutError|NameResolutionError|Temporary failure in name res"
    r"|Failed to establish a new connection|No route to host|Network is unreachable|ProxyError"
    r"|ReadTimeoutError|dns error|error sending request|client error \(Connect\)|Failed to fetch"
    r"|Connection refused|No matching distribution found",
    re.IGNORECASE,
)
NO_SPACE = re.compile("No space left on device|disk full|not enough space", re.IGNORECASE)
TOO_LONG = re.compile(r"Long Path|path too long|WinError 206|File ?name too long", re.IGNORECASE)
SHORTER = (
    "The path of this folder is too long for this system: move the project to a short one, "
    "C:\\course say, and run start.py there."
)
# A folder of the user's own to open: an instructor's course, say.
FOLDER_OPTION = re.compile(r"--(notebook-dir|(ServerApp|LabApp)\.(root|notebook)_dir)(=|$)")
HELPS = ("-h", "--help")
# What somebody types here.
CALLED = ("py" if os.name == "nt" else "python3") + " start.py"
START_PAGE = "--LabApp.default_url=/lab/tree/start.ipynb"


# What each purpose installs; the last file of a purpose includes those before it.
REQUIREMENTS = {
    "run": ["requirements.txt"],
    "site": ["requirements.txt", "requirements-site.txt"],
    "test": ["requirements.txt", "requirements-site.txt", "requirements-dev.txt"],
}
# The same as extras in pyproject.toml.
EXTRAS = {
    "run": ["lab", "grading"],
    "site": ["lab", "grading", "site"],
    "test": ["lab", "grading", "site", "dev"],
}
# pip's settings as uv calls them, and what stands between two values of one setting.
FOR_UV = {
    "cert": ("SSL_CERT_FILE", " "),
    "constraint": ("UV_CONSTRAINT", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "proxy": ("ALL_PROXY", " "),
    "trusted-host": ("UV_INSECURE_HOST", " "),
}
# For what cannot be kept in the project's folder.
ELSEWHERE = os.path.join("~", "nn-from-scratch-work")


class SetupError(Exception):
    """What went wrong and the way out, in one sentence."""


class Environment:
    """The virtual environment of the project: where it is, whether it is ready, how it is made.

    Files in it keep the state: `start-unfinished` exists while anything is being installed,
    `start-run`, `start-site`, `start-test` hold the fingerprint of what was installed completely,
    `start-place` where it was made.
    """

    def __init__(self, root, folder=None):
        self.root = root
        self.path = os.path.join(folder or root, ".venv")
        self.bin = os.path.join(self.path, "Scripts" if os.name == "nt" else "bin")
        self.python = os.path.join(self.bin, "python.exe" if os.name == "nt" else "python")
        self.unfinished = os.path.join(self.path, "start-unfinished")
        self.log = os.path.join(self.path, "start.log")
        self.place = os.path.join(self.path, "start-place")

    def stamp(self, purpose):
        """The file that says that the environment is ready for `purpose`, one of REQUIREMENTS."""
        return os.path.join(self.path, "start-" + purpose)

    def fingerprint(self, purpose):
        """What the environment is made from: the requirements, and this folder."""
        names = ["pyproject.toml"] + REQUIREMENTS[purpose]
        digest = hashlib.sha256(os.fsencode(self.root))
        for name in names:
            with open(os.path.join(self.root, name), "rb") as file:
                digest.update(file.read())
        return digest.hexdigest()

    def is_ready(self, purpose):
        """Whether a complete installation for `purpose` is there."""
        if os.path.exists(self.unfinished) or not os.path.exists(self.python):
            return False
        try:
            with open(self.stamp(purpose)) as file:
                return file.read() == self.fingerprint(purpose)
        except OSError:
            return False

    def prepare(self, purpose):
        """Make the environment ready for `purpose`; SetupError says why it cannot be."""
        if self.is_ready(purpose):
            return
        try:
            with alone(self.path + ".lock"):
                if not self.is_ready(purpose):  # another start.py may just have done it
                    say("Setting up (once; a minute or two) ...")
                    self._prepare(purpose)
        except PermissionError as error:
            raise SetupError(
                "This folder cannot be written to ({}): copy the project to a folder of your own "
                "and run start.py there.".format(error.filename or self.root)
            )
        except OSError as error:
            if NO_SPACE.search(str(error)):
                raise SetupError("The disk is full: free 3 GB and run again.")
            if TOO_LONG.search(str(error)) or getattr(error, "winerror", None) == 206:
                raise SetupError(SHORTER)
            if "Read-only" in str(error):
                raise SetupError(
                    "This folder is on a read-only disk: copy the project to a folder of your "
                    "own and run start.py there."
                )
            raise

    def _prepare(self, purpose):
        if self._has_moved():
            say("This folder has been moved: its .venv is made anew.")
            self._remove()
        if os.path.exists(self.unfinished) or not self._runs():
            self._remove()
        uv = shutil.which("uv")
        if not os.path.exists(self.python):
            self._create(uv)
        with open(self.unfinished, "w"):
            pass
        requirements = REQUIREMENTS[purpose][-1]
        uv = uv or self._fetched_uv()
        if not (uv and self._install_with_uv(uv, requirements)):
            if not self._runs("pip"):
                self._remove()
                self._create(None)
                with open(self.unfinished, "w"):
                    pass
            self._install_with_pip(requirements)
        self._no_news()
        with open(self.place, "wb") as file:
            file.write(os.fsencode(self.path))
        installed = set(REQUIREMENTS[purpose])
        for ready in [name for name in REQUIREMENTS if set(REQUIREMENTS[name]) <= installed]:
            with open(self.stamp(ready), "w") as file:
                file.write(self.fingerprint(ready))
        os.remove(self.unfinished)

    def _has_moved(self):
        """Whether .venv was made elsewhere: the programs in it name the Python of that place."""
        try:
            with open(self.place, "rb") as file:
                return file.read() != os.fsencode(self.path)
        except OSError:
            return False

    def _runs(self, module="encodings"):
        """Whether the environment's Python is new enough and imports `module`."""
        if not os.path.exists(self.python):
            return False
        code = "import sys, {}; sys.exit(sys.version_info < {!r})".format(module, MINIMUM)
        try:
            return not subprocess.call([self.python, "-c", code], stderr=subprocess.DEVNULL)
        except OSError:
            return False

    def _remove(self):
        """Delete a half-made environment, and nothing else that may be called .venv."""
        if os.path.islink(self.path) or os.path.isfile(self.path):
            raise SetupError("{} is no folder: move it away and run again.".format(self.path))
        if os.path.isdir(self.path):
            inside = os.listdir(self.path)
            if inside and not {"pyvenv.cfg", os.path.basename(self.unfinished)} & set(inside):
                raise SetupError(
                    "{} is no Python environment: move it away and run again.".format(self.path)
                )
            if os.path.exists(self.unfinished):
                say("Removing an unfinished .venv ...")
            shutil.rmtree(self.path)

    def _create(self, uv):
        # Before anything else, so that even a Ctrl-C while the folder is made is noticed.
        os.makedirs(self.path)
        with open(self.unfinished, "w"):
            pass
        if uv:
            # No --clear: an empty folder with our mark in it is what uv may fill.
            command = [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable]
            if not subprocess.call(command + [self.path], env=install_environment(self)):
                return
        if not (has_module("venv") and has_module("ensurepip")):
            raise SetupError(
                "This Python lacks its venv module: install it (Debian and Ubuntu: "
                "sudo apt install python3-venv) or install uv, then run again."
            )
        process = subprocess.run(
            [sys.executable, "-m", "venv", self.path],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if process.returncode:
            text = process.stdout.decode(errors="replace").strip()
            raise SetupError("Python could not make the environment .venv: {}".format(text))

    def _fetched_uv(self):
        """uv in the environment, installed by pip: both together are faster than pip alone.

        None where pip cannot: there may be no uv for this system, and pip then does without.
        """
        if not self._runs("pip"):
            return None
        command = [self.python, "-m", "pip", "install", "--quiet", "--retries", "2"]
        self._logged(command + ["--disable-pip-version-check", "--only-binary", ":all:", "uv"])
        return shutil.which("uv", path=self.bin)

    def _install_with_uv(self, uv, requirements):
        """Install with uv; False when it fails, so that pip can be tried."""
        command = [uv, "pip", "install", "--quiet", "--python", self.python]
        code, _ = self._logged(command + ["-r", requirements])
        if not code:
            code = self._install_project(command)[0]
        if code:
            say("uv could not install the packages; trying pip ...")
        return not code

    def _install_with_pip(self, requirements):
        command = [self.python, "-m", "pip", "install", "--quiet", "--retries", "2", "--no-compile"]
        command += ["--disable-pip-version-check", "--no-warn-script-location"]
        code, output = self._logged(command + ["-r", requirements])
        if not code:
            code, output = self._install_project(command)
        if code:
            raise SetupError(self._reason(output))
        # pip would compile one file after the other: a third of an installation's time. The
        # packages' own tests are never imported, and of the two largest packages only a part is:
        # Python compiles that itself when it is.
        left_out = r"[\\/](tests?|torch|sympy)[\\/]"
        compile_all = [self.python, "-m", "compileall", "-q", "-j", "0", "-x", left_out]
        self._logged(compile_all + [self._packages()])

    def _install_project(self, command):
        """Install this folder, so that what changes in it is used; the exit code and the output."""
        if is_writable(self.root):
            return self._logged(command + ["--no-deps", "-e", "."])
        # An installer would write beside the sources; this is all that it is about.
        place = os.path.join(self._packages(), "nn-from-scratch.pth")
        with open(place, "w", encoding="utf-8") as file:
            file.write(self.root + "\n")
        return 0, ""

    def _packages(self):
        """The folder of the environment's packages."""
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        return subprocess.check_output([self.python, "-c", code]).decode().strip()

    def _logged(self, command):
        """Run `command`, keep what it says in the log; its exit code and its output."""
        with open(self.log, "ab") as log:
            before = log.tell()
            with subprocess.Popen(
                command,
                cwd=self.root,
                env=install_environment(self),
                stdout=log,
                stderr=subprocess.STDOUT,
            ) as process:
                try:
                    self._wait(process)
                finally:
                    process.kill()
        with open(self.log, "rb") as log:
            log.seek(before)
            return process.returncode, log.read().decode(errors="replace")

    def _wait(self, process):
        """Wait for an installer, and say from time to time that it is at work."""
        while True:
            try:
                process.wait(20)
                return
            except subprocess.TimeoutExpired:
                there = len([name for name in os.listdir(self._packages()) if "dist-info" in name])
                say("  ... at work; packages installed: {}".format(there))

    def _reason(self, output):
        if NO_SPACE.search(output):
            return "The disk is full: free 3 GB and run again."
        if TOO_LONG.search(output):
            return SHORTER
        if NO_NETWORK.search(output):
            return (
                "The packages could not be downloaded: connect to the network (or set pip's proxy "
                "or mirror) and run again; details are in {}.".format(self.log)
            )
        lines = [line for line in output.splitlines() if line.strip()]
        last = lines[-1].strip() if lines else "no message"
        return "Installing the packages failed ({}): details are in {}; run again.".format(
            last, self.log
        )

    def _no_news(self):
        """Keep JupyterLab from asking a newcomer about news, and from looking for updates."""
        folder = os.path.join(self.path, "share", "jupyter", "lab", "settings")
        os.makedirs(folder, exist_ok=True)
        settings = {
            "@jupyterlab/apputils-extension:notification": {
                "fetchNews": "false",
                "checkForUpdates": False,
            }
        }
        with open(os.path.join(folder, "overrides.json"), "w") as file:
            json.dump(settings, file, indent=2)


class Installed:
    """The environment of the Python that runs this, which has the course and all it needs."""

    def __init__(self, root):
        self.root = root
        self.path = sys.prefix
        self.python = sys.executable
        self.bin = os.path.dirname(sys.executable)

    def is_ready(self, purpose):
        """Whether the course is installed from this folder, and every package of `purpose`."""
        import tomllib
        from importlib import metadata

        # This folder itself is on the path, with what another environment's installation left.
        path = [p for p in sys.path if os.path.realpath(p or ".") != os.path.realpath(self.root)]
        with open(os.path.join(self.root, "pyproject.toml"), "rb") as file:
            project = tomllib.load(file)["project"]
        ours = next(iter(metadata.distributions(name=project["name"], path=path)), None)
        if ours is None or not self._is_here(ours.read_text("direct_url.json")):
            return False
        known = {plain_name(d.metadata["Name"] or "") for d in metadata.distributions(path=path)}
        lists = [project["dependencies"]]
        lists += [project["optional-dependencies"][extra] for extra in EXTRAS[purpose]]
        names = [re.match(r"[\w.-]+", line).group() for lines in lists for line in lines]
        return {plain_name(name) for name in names} <= known

    def _is_here(self, origin):
        """Whether pip's note of an installation means this folder."""
        from urllib.parse import urlparse
        from urllib.request import url2pathname

        try:
            place = url2pathname(urlparse(json.loads(origin or "{}").get("url", "")).path)
        except ValueError:
            return False
        return os.path.realpath(place) == os.path.realpath(self.root)


def plain_name(name):
    """A package's name as packages are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_writable(folder):
    """Whether a file can be made in a folder: permissions, read-only disks, Windows."""
    import tempfile

    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def is_own(path):
    """Whether this user may write to a folder and nobody else is its owner."""
    who = getattr(os, "getuid", lambda: 0)()
    return is_writable(path) and who in (0, os.stat(path).st_uid)


def prepared(root, purpose):
    """The environment to use, ready for `purpose`."""
    environment = Environment(root)
    if os.path.realpath(sys.prefix) != os.path.realpath(environment.path):
        installed = Installed(root)
        if installed.is_ready(purpose):
            say("Using the Python that has the course installed, in {}.".format(sys.prefix))
            return installed
    if not environment.is_ready(purpose):
        there = os.path.isdir(environment.path)
        if not (is_own(environment.path) if there else is_writable(root)):
            home = own_folder()
            say("This folder cannot be written to: packages are installed in {}.".format(home))
            environment = Environment(root, home)
        environment.prepare(purpose)
    return environment


@contextlib.contextmanager
def alone(path):
    """Hold the file `path` so that one start.py at a time sets up; another waits and says so.

    The system lets go of it when a process ends, however it ends.
    """
    try:
        file = open(path, "a")  # noqa: SIM115 (closed below)
    except OSError:  # what cannot be written here is said where it is needed
        yield
        return
    with file:
        told = False
        while not hold(file):
            if not told:
                say("Another start.py is setting up; waiting for it ...")
            told = True
            time.sleep(0.5)
        yield


def hold(file):
    """Whether this process could take the lock on an open file."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except PermissionError:  # what Windows says where another has it
        if os.name == "nt":
            return False
        raise
    except OSError:
        pass  # a disk that knows no locks
    return True


def is_set_up(root, purpose):
    """Whether there is an environment for `purpose` in one of its places."""
    environments = Environment(root), Environment(root, os.path.expanduser(ELSEWHERE))
    return any(one.is_ready(purpose) for one in environments + (Installed(root),))


def own_folder():
    """The folder of this user for what cannot be kept in the project's, made where it lacks."""
    home = os.path.expanduser(ELSEWHERE)
    os.makedirs(home, exist_ok=True)
    return home


def work_name(language):
    """The name of a language's working copy."""
    return "work" if language in ("", "en") else "work-" + language


def work_folder(root, language=""):
    """The working copy's folder: in the project's, or in the user's own where that is another's."""
    name = work_name(language)
    place = os.path.join(root, name)
    if is_own(place) if os.path.isdir(place) else is_writable(root):
        return place
    return os.path.join(own_folder(), name)


def child_environment(environment):
    """Variables for a child: .venv first on PATH (nbgrader looks for alembic there).

    Libraries compute in one thread, unless somebody has said otherwise: the arrays are small, and
    threads that wait for one another make a notebook with scikit-learn in it take twice as long.
    """
    variables = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    variables.update(os.environ)
    variables["PATH"] = os.pathsep.join([environment.bin, variables.get("PATH", "")])
    variables["VIRTUAL_ENV"] = environment.path
    # A module of another project by the name of one of ours would take its place; and each process
    # of a class, or of the tests, would compile the course again.
    for name in ("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
        variables.pop(name, None)
    return variables


def learners_lab(variables, work):
    """Variables for a lab on the working copy: no panels for instructors, Validate in short.

    Which notebooks are open is kept with the copy: those of one language are not opened in another.
    """
    own = os.path.join(ROOT, "autograder", "learning", "jupyter")
    tabs = os.path.join(work, ".course", "workspaces")
    variables = dict({"JUPYTERLAB_WORKSPACES_DIR": tabs}, **variables)
    known = [variables[name] for name in ("JUPYTER_CONFIG_PATH",) if variables.get(name)]
    return dict(variables, JUPYTER_CONFIG_PATH=os.pathsep.join([own] + known))


def install_environment(environment):
    """Variables for the installers: whoever told pip where packages are has told uv."""
    variables = child_environment(environment)
    variables["PIP_USER"] = "0"  # "user = true" in pip.conf is refused in an environment
    for name, value in pip_settings().items():
        if name in FOR_UV:
            variable, between = FOR_UV[name]
            variables.setdefault(variable, between.join(value.split()))
            if name == "extra-index-url":
                # pip takes the best version of all indexes, uv by default the first index's.
                variables.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return variables


@functools.lru_cache(maxsize=None)
def pip_settings():
    """What files and variables tell pip, by name: {"index-url": "https://..."}."""
    settings = {}
    try:
        listed = subprocess.check_output(
            [sys.executable, "-m", "pip", "config", "list"], stderr=subprocess.DEVNULL
        ).decode(errors="replace")
    except (OSError, subprocess.CalledProcessError):  # a Python without pip
        listed = ""
    lines = listed.splitlines()
    for section in ("global.", "install.", ":env:."):
        for line in lines:
            name, equals, value = line.partition("=")
            if equals and name.startswith(section):
                settings[name[len(section) :]] = ast.literal_eval(value)
    for name in FOR_UV:
        variable = os.environ.get("PIP_" + name.upper().replace("-", "_"))
        if variable:
            settings[name] = variable
    return settings


def has_module(name):
    """Whether this Python can import `name`."""
    import importlib.util

    return importlib.util.find_spec(name) is not None


def is_root():
    """Whether this is the administrator of a Unix, as in most containers."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def short(language):
    """The language without its country, "zh" for "zh_CN"; SetupError for an unknown one."""
    code = language.replace("-", "_").split("_")[0].lower()
    known = ["en"] + sorted(
        name.split("-", 1)[1] for name in os.listdir(ROOT) if name.startswith("chapters-")
    )
    if code and code not in known:
        raise SetupError(
            "The course is not there in {!r}: it is in {}.".format(language, ", ".join(known))
        )
    return code


def say(text):
    """Print at once, also into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def commands(environment, name, rest, language="", work=None):
    """What `name` runs, one command line after the other. work: the working copy's folder."""
    python = environment.python
    learning = [python, "-m", "autograder.learning"]
    if language:
        learning += ["--language", language]
    if work:
        learning += ["--work", work]
    if name == "lab":
        if any(FOLDER_OPTION.match(argument) for argument in rest):
            return [[python, "-m", "jupyterlab"] + rest]
        work = work or os.path.join(environment.root, work_name(language))
        return [
            learning + ["open"],
            [python, "-m", "jupyterlab", "--notebook-dir=" + work, START_PAGE] + rest,
        ]
    if name in ("update", "progress"):
        return [learning + [name] + rest]
    if name == "test":
        if rest:
            return [[python, "-m", "pytest"] + rest]
        # One more than processors: a test that waits for a kernel or a jail leaves one idle.
        workers = str((os.cpu_count() or 1) + 1)
        # In the order given: by default those of few tests, the longest, would come last. The
        # notebooks, the longest files, begin, so that no worker is left with one at the end.
        parallel = ["-n", workers, "--dist", "loadfile", "--no-loadscope-reorder"]
        nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout", "300"]
        nbval += ["--nbval-sanitize-with", os.path.join("tests", "nbval_sanitize.cfg")]
        return [[python, "-m", "pytest"] + parallel + nbval + ["solutions", "tests"]]
    if name == "site":
        return [[python, "-m", "autograder.site"] + rest]
    if name == "demo":
        rest = ["demo"] + rest
    return [[python, "-m", "autograder.cli"] + rest]


def main(arguments):
    """Run one command; the exit code."""
    if sys.version_info < MINIMUM:
        raise SetupError(
            "This is Python {}.{}; the course needs Python {}.{} or newer: install it and run "
            "start.py with it.".format(*(tuple(sys.version_info[:2]) + MINIMUM))
        )
    parser = argparse.ArgumentParser(
        prog="start.py",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage=CALLED + " [--language zh] "
        "[lab | update | progress | demo | test | site | autograder] [arguments]",
    )
    parser.add_argument("--language", default="", help=argparse.SUPPRESS)
    parser.add_argument("command", nargs="?", default="lab", help=argparse.SUPPRESS)
    # What follows the command is the command's own, options too.
    number = 0
    while arguments[number : number + 1] and arguments[number].startswith("--language"):
        number += 1 if "=" in arguments[number] else 2
    # Options without a command are the lab's.
    first = arguments[number : number + 1]
    own_end = number if first and first[0].startswith("-") and first[0] not in HELPS else number + 1
    own, rest = arguments[:own_end], arguments[own_end:]
    chosen = parser.parse_args(own)
    name, language = chosen.command, short(chosen.language)
    known = ("lab", "update", "progress", "demo", "test", "site", "autograder")
    if name not in known:
        raise SetupError(
            "There is no command {!r}: it is one of {}.".format(name, ", ".join(known))
        )

    purpose = name if name in REQUIREMENTS else "run"
    if set(HELPS) & set(rest[:1]) and not is_set_up(ROOT, purpose):
        parser.print_help()
        say("{!r} has a help of its own, once the first run has set it up.".format(name))
        return 0
    begun = os.path.exists(os.path.join(ROOT, work_name(language)))
    if name == "progress" and not begun and not is_set_up(ROOT, purpose):
        say("Nothing is begun: '{}' makes your working copy and opens it.".format(CALLED))
        return 0
    environment = prepared(ROOT, purpose)
    work = None
    if name in ("lab", "update", "progress"):
        work = work_folder(ROOT, language)
        if os.path.dirname(work) == ROOT:
            work = None  # where it is without a word
        elif name == "lab":
            say("This folder is not yours to write to: your working copy is {}.".format(work))
    for command in commands(environment, name, rest, language, work):
        where = os.getcwd() if name == "update" else ROOT
        variables = child_environment(environment)
        if START_PAGE in command:
            at = work or os.path.join(environment.root, work_name(language))
            variables = learners_lab(variables, at)
        if "autograder.cli" in command:  # for its usage lines: what somebody typed
            variables["AUTOGRADER_CALLED"] = CALLED + " autograder"
        if language:
            variables["NN_COURSE_LANGUAGE"] = language
        code = subprocess.call(command, cwd=where, env=variables)
        if code:
            if START_PAGE in command and "--allow-root" not in rest and is_root():
                say("JupyterLab starts as root only where it is told to: start.py lab --allow-root")
            return code
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        sys.exit("start.py: {}".format(error))
    except KeyboardInterrupt:
        sys.exit("start.py: stopped; run it again to go on.")
