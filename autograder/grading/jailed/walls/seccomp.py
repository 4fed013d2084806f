"""A filter that refuses the system calls no notebook needs: what is not there cannot be attacked.

Classic BPF, put together by hand: a list of numbers a machine, each answered with "not permitted".
The namespaces already confine the process; this removes the doors that have been broken before.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from . import kernel

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NEW_NAMESPACE = 0x7E020080  # CLONE_NEW* flags, cgroup and time namespaces too

# name: (x86_64, aarch64)
REFUSED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsmount": (432, 432),
    "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "syslog": (103, 116), "acct": (163, 89),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162),
    "personality": (135, 92), "quotactl": (179, 60), "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264), "fanotify_init": (300, 262), "lookup_dcookie": (212, 18),
    "pidfd_getfd": (438, 438), "kcmp": (312, 272), "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194), "shmat": (30, 196), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180), "socket": (41, 198), "vhangup": (153, 58),
}  # fmt: skip
X32 = 0x40000000


def install() -> bool:
    """Put the filter on this process and all its children.

    Returns False on a kind of machine whose numbers are not here.
    """
    machine = platform.machine()
    if machine not in ("x86_64", "aarch64"):
        return False
    code = assemble(machine)
    buffer = ctypes.create_string_buffer(b"".join(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    program = Program(len(code), ctypes.addressof(buffer))
    kernel.prctl(kernel.PR_SET_SECCOMP, 2, ctypes.addressof(program))
    return True


def assemble(machine: str) -> list[bytes]:
    """Return the filter's instructions for a machine."""
    column = ("x86_64", "aarch64").index(machine)
    architecture, clone = (0xC000003E, 56) if column == 0 else (0xC00000B7, 220)
    refuse, absent = ERRNO | errno.EPERM, ERRNO | errno.ENOSYS

    def instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("<HBBI", code, yes, no, value)

    program = [
        instruction(LOAD, 4),
        instruction(EQUAL, architecture, 1, 0),
        instruction(RETURN, KILL),
        instruction(LOAD, 0),
    ]
    if column == 0:
        program += [instruction(AT_LEAST, X32, 0, 1), instruction(RETURN, absent)]
    # clone3 hides its flags from filters; the C library then falls back to clone.
    program += [instruction(EQUAL, 435, 0, 1), instruction(RETURN, absent)]
    for numbers in REFUSED.values():
        program += [instruction(EQUAL, numbers[column], 0, 1), instruction(RETURN, refuse)]
    program += [
        instruction(EQUAL, clone, 0, 3),
        instruction(LOAD, 16),
        instruction(ANY_BIT, NEW_NAMESPACE, 0, 1),
        instruction(RETURN, refuse),
        instruction(RETURN, ALLOW),
    ]
    return program
