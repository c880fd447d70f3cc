"""Forbid an app process the system calls that no exercise needs and that reach out of a check.

Kernel keyrings, System V and memfd memory outlive or escape what the host counts; `ioctl` on an
inherited socket would ask about the network it was made in; a lease on a file holds up whoever
opens it, a socket that lingers whoever closes it last, the grader too; sockets of other families
lead out of the network namespace; shared anonymous memory and pages in a pipe are held by a
process and shown by none; filters of sockets and io_setup take from a common stock of the machine;
the rest is attack surface. A refused call fails with EPERM, or ENOSYS where libraries have another
way. Linux on x86-64 and arm64.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
LOAD, MASK, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
NUMBER, ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
FIRST_ARGUMENT, SECOND_ARGUMENT, THIRD_ARGUMENT, FOURTH_ARGUMENT = 16, 24, 32, 40
X32 = 0x40000000
SOCKET_IOCTLS = (0x8900, 0x8A00)
FCNTL, SETSOCKOPT, SOCKET = (72, 25), (54, 208), (41, 198)
LEASE, NOTIFY = 1024, 1026  # commands of fcntl
SOL_SOCKET, OPTIONS = 1, (13, 26, 51)  # SO_LINGER, SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF
MMAP, SHARED_ANONYMOUS = (9, 222), 0x21  # counted nowhere once it is not in sight
FAMILIES = (1, 2, 10, 16)  # UNIX, INET, INET6, NETLINK

# The numbers are those of x86-64 and of arm64 (which has no inotify_init).
FORBIDDEN = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "perf_event_open": (298, 241),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "shmget": (29, 194), "shmat": (30, 196), "semget": (64, 190), "msgget": (68, 186),
    "mq_open": (240, 180), "memfd_secret": (447, 447),
    "bpf": (321, 280), "userfaultfd": (323, 282),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "open_tree_attr": (467, 467),
    "statmount": (457, 457), "listmount": (458, 458),
    "open_by_handle_at": (304, 265), "quotactl": (179, 60), "swapon": (167, 224),
    "reboot": (169, 142), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "acct": (163, 89),
    "syslog": (103, 116), "clock_settime": (227, 112), "settimeofday": (164, 170),
    "personality": (135, 92),
    # Counted for each user outside: as root that is the host's own root, for all of the machine.
    "io_setup": (206, 0), "vmsplice": (278, 75),
    "inotify_init": (253, 26), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
}  # fmt: skip
ABSENT = {
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "memfd_create": (319, 279),
}  # fmt: skip
MACHINES = {"x86_64": (0, 0xC000003E, 16), "aarch64": (1, 0xC00000B7, 29)}  # column, arch, ioctl


def install() -> bool:
    """Filter this process and all it will start; False on a machine that is not listed."""
    machine = MACHINES.get(platform.machine())
    if machine is None:
        return False
    code = program(*machine)
    buffer = ctypes.create_string_buffer(code)
    header = struct.pack("HP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return True


def program(column: int, architecture: int, ioctl: int) -> bytes:
    """The filter as classic BPF."""
    code = [
        _op(LOAD, ARCHITECTURE),
        _op(JUMP_EQUAL, architecture, 1, 0),
        _op(RETURN, FAIL | errno.EPERM),
        _op(LOAD, NUMBER),
        _op(JUMP_AT_LEAST, X32, 0, 1),
        _op(RETURN, FAIL | errno.ENOSYS),
    ]
    for calls, number in ((FORBIDDEN, errno.EPERM), (ABSENT, errno.ENOSYS)):
        for numbers in calls.values():
            code += [_op(JUMP_EQUAL, numbers[column], 0, 1), _op(RETURN, FAIL | number)]
    code += [
        _op(JUMP_EQUAL, FCNTL[column], 0, 5),
        _op(LOAD, SECOND_ARGUMENT),
        _op(JUMP_EQUAL, LEASE, 1, 0),
        _op(JUMP_EQUAL, NOTIFY, 0, 1),
        _op(RETURN, FAIL | errno.EPERM),
        _op(RETURN, ALLOW),
        _op(JUMP_EQUAL, MMAP[column], 0, 5),
        _op(LOAD, FOURTH_ARGUMENT),
        _op(MASK, SHARED_ANONYMOUS),
        _op(JUMP_EQUAL, SHARED_ANONYMOUS, 0, 1),
        _op(RETURN, FAIL | errno.EPERM),
        _op(RETURN, ALLOW),
        _op(JUMP_EQUAL, SETSOCKOPT[column], 0, 5 + len(OPTIONS)),
        _op(LOAD, SECOND_ARGUMENT),
        _op(JUMP_EQUAL, SOL_SOCKET, 0, 1 + len(OPTIONS)),
        _op(LOAD, THIRD_ARGUMENT),
        *(_op(JUMP_EQUAL, one, len(OPTIONS) - place, 0) for place, one in enumerate(OPTIONS)),
        _op(RETURN, ALLOW),
        _op(RETURN, FAIL | errno.EPERM),
        _op(JUMP_EQUAL, SOCKET[column], 0, 3 + len(FAMILIES)),
        _op(LOAD, FIRST_ARGUMENT),
        *(_op(JUMP_EQUAL, one, len(FAMILIES) - place, 0) for place, one in enumerate(FAMILIES)),
        _op(RETURN, FAIL | errno.EAFNOSUPPORT),
        _op(RETURN, ALLOW),
    ]
    first, past = SOCKET_IOCTLS
    code += [
        _op(JUMP_EQUAL, ioctl, 0, 4),
        _op(LOAD, SECOND_ARGUMENT),
        _op(JUMP_AT_LEAST, past, 2, 0),
        _op(JUMP_AT_LEAST, first, 0, 1),
        _op(RETURN, FAIL | errno.EPERM),
        _op(RETURN, ALLOW),
    ]
    return b"".join(code)


def _op(kind: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", kind, if_true, if_false, value)
