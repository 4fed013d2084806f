"""The walls of the jail: its own root, no network, no other process, no rights, small limits.

Two steps, because the first costs much and is needed once: `enter_worker` gives the pre-warmed
process namespaces and a minimal read-only root; `enter_submission` is what each fork of it does
before the first line of student code runs.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
from dataclasses import dataclass, field

from . import kernel, seccomp

NOBODY = 65534
HOME = "/home/student"
# The notebook's folder is one below, so that no file of a student meets the jail's own `tmp`.
WORK = f"{HOME}/notebook"
OTHERS = kernel.CLONE_NEWNS | kernel.CLONE_NEWUTS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWNET
DEVICES = ("null", "zero", "full", "random", "urandom")
PASSWD = f"student:x:{NOBODY}:{NOBODY}:student:{HOME}:/bin/sh\n"


@dataclass
class Walls:
    """What a fork needs to know.

    proc: descriptor of the system's /proc; pids: of the worker's pid namespace.
    """

    proc: int = -1
    pids: int = -1
    is_root: bool = False
    show: list[str] = field(default_factory=list)
    hide: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)


def enter_worker(walls: Walls) -> None:
    """Give this single-threaded process its own namespaces and root; return in a child of it.

    OSError where the system does not allow it.
    """
    walls.is_root = os.geteuid() == 0 and has_nobody("uid") and has_nobody("gid")
    uid, gid = os.geteuid(), os.getegid()
    try:
        if not walls.is_root:
            raise PermissionError
        kernel.unshare(OTHERS | kernel.CLONE_NEWPID)
    except PermissionError:
        walls.is_root = False
        kernel.unshare(OTHERS | kernel.CLONE_NEWPID | kernel.CLONE_NEWUSER)
        map_user("/proc/self", uid, gid)
    child = os.fork()
    if child:
        follow(child)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    walls.proc = high(os.open("/proc", os.O_RDONLY | os.O_DIRECTORY))
    walls.pids = high(os.open("self/ns/pid", os.O_RDONLY, dir_fd=walls.proc))
    build_root(walls)


def has_nobody(kind: str) -> bool:
    """Return whether this user namespace has another user than the one who made it.

    Root of a container may be nothing but the name of an ordinary user.
    """
    with open(f"/proc/self/{kind}_map", "rb") as file:
        spans = [tuple(map(int, line.split())) for line in file]
    return any(first <= NOBODY < first + count for first, _, count in spans)


def high(descriptor: int) -> int:
    """Move a descriptor out of the way of number 3, which is the child's socket."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 100)
    os.close(descriptor)
    return moved


def follow(child: int) -> None:
    """End when the child does."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: os.kill(child, signal.SIGKILL))
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 255)


def map_user(process: str, uid: int, gid: int, proc: int | None = None) -> None:
    """Map one user and one group into this process's user namespace, as themselves."""
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        path = f"{process}/{name}"
        file = os.open(path, os.O_WRONLY, dir_fd=proc)
        try:
            os.write(file, text.encode())
        except OSError as error:
            raise OSError(error.errno, error.strerror, path) from None
        finally:
            os.close(file)


def build_root(walls: Walls) -> None:
    """Make a small tmpfs the root, with the folders in `show` at their own places.

    Those in `hide` are covered.
    """
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", "/tmp", "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=4m,mode=755")
    os.mkdir("/tmp/old")
    os.mkdir("/tmp/new")
    kernel.pivot_root("/tmp", "/tmp/old")
    os.chdir("/")
    # Bound onto itself: a root has to be a mount of its own.
    kernel.mount("tmpfs", "/new", "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=4m,mode=755")
    for folder in ("dev", "etc", "empty", "old", HOME[1:]):
        os.makedirs(f"/new/{folder}")
    for path in sorted(walls.show):
        show(path)
    for device in DEVICES:
        open(f"/new/dev/{device}", "w").close()
        kernel.mount(f"/old/dev/{device}", f"/new/dev/{device}", flags=kernel.MS_BIND)
    with open("/new/etc/passwd", "w") as file:
        file.write(PASSWD)
    for name in ("ld.so.cache", "localtime"):
        with (
            contextlib.suppress(OSError),
            open(f"/old/etc/{name}", "rb") as source,
            open(f"/new/etc/{name}", "wb") as copy,
        ):
            copy.write(source.read())
    # Locks and queues between processes are files in this folder.
    os.symlink(f"{HOME}/shm", "/new/dev/shm")
    # Where Python or the course is installed below /tmp, that folder stands there already,
    # read-only;
    # TMPDIR points into the home all the same.
    if not os.path.lexists("/new/tmp"):
        os.symlink(f"{HOME}/tmp", "/new/tmp")
    for path in walls.hide:
        if os.path.isdir(f"/new{path}") and not os.path.islink(f"/new{path}"):
            kernel.bind_read_only("/new/empty", f"/new{path}")
        elif os.path.isfile(f"/new{path}"):
            kernel.bind_read_only("/new/dev/null", f"/new{path}")
    kernel.pivot_root("/new", "/new/old")
    os.chdir("/")
    kernel.unmount("/old")
    os.rmdir("/old")
    mount_home(walls, "32m")
    flags = (
        kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV
    )
    kernel.mount("", "/", flags=flags)


def show(path: str) -> None:
    """Bind one folder or file read-only; a symbolic link is made again."""
    source, target = f"/old{path}", f"/new{path}"
    if os.path.lexists(target):
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(source):
        os.symlink(os.readlink(source), target)
    elif os.path.isdir(source):
        os.mkdir(target)
        kernel.bind_read_only(source, target)
    elif os.path.exists(source):
        open(target, "w").close()
        kernel.bind_read_only(source, target)


def mount_home(walls: Walls, size: str) -> None:
    """Mount a fresh private folder, the only writable one."""
    data = f"size={size},nr_inodes=4096,mode=700"
    if walls.is_root:
        data += f",uid={NOBODY},gid={NOBODY}"
    kernel.mount("tmpfs", HOME, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, data)
    for folder in (f"{HOME}/tmp", f"{HOME}/shm", WORK):
        os.mkdir(folder, 0o700)
        if walls.is_root:
            os.chown(folder, NOBODY, NOBODY)


def next_child_in_own_pids(walls: Walls) -> None:
    """Let the next fork start a pid namespace."""
    kernel.setns(walls.pids, kernel.CLONE_NEWPID)
    kernel.unshare(kernel.CLONE_NEWPID)


def enter_submission(walls: Walls) -> None:
    """Give a fresh child its own namespaces and folder, before student code runs.

    It keeps no rights, and no descriptor but 3.
    """
    numbers = walls.numbers
    kernel.unshare(OTHERS)
    mount_home(walls, str(numbers["disk"]))
    with contextlib.suppress(OSError):
        file = os.open("self/oom_score_adj", os.O_WRONLY, dir_fd=walls.proc)
        os.write(file, b"1000")
        os.close(file)
    if walls.is_root:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        # A process that changed its user may not be looked at in /proc, not even by itself.
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    uid, gid = os.getuid(), os.getgid()
    limit(resource.RLIMIT_NPROC, numbers["processes"])
    kernel.unshare(kernel.CLONE_NEWUSER)
    map_user("self", uid, gid, walls.proc)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    close_all_but_3()
    set_limits(numbers)
    os.chdir(WORK)
    seccomp.install()


def close_all_but_3() -> None:
    """Close what was inherited; descriptors 0 to 2 are /dev/null."""
    os.closerange(4, 65536)


def set_limits(numbers: dict[str, int]) -> None:
    """Set the resource limits of one process."""
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_CPU, numbers["cpu_seconds"])
    limit(resource.RLIMIT_FSIZE, numbers["file_size"])
    limit(resource.RLIMIT_NOFILE, numbers["open_files"])
    limit(resource.RLIMIT_NPROC, numbers["processes"])
    for name in ("RLIMIT_MSGQUEUE", "RLIMIT_MEMLOCK", "RLIMIT_RTPRIO"):
        if hasattr(resource, name):
            limit(getattr(resource, name), 0)
    limit(resource.RLIMIT_AS, numbers["address_space"])


def limit(kind: int, most: int) -> None:
    """Lower a limit, never raise it."""
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (most, most))
