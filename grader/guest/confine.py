"""Shut one app process in: its own namespaces, no capabilities, few system calls, hard limits.

Runs in the warm host (inside bubblewrap, where it still holds capabilities over its own user
namespace), before any student code. A pid namespace per test means that one SIGKILL ends
everything a test left behind; a mount namespace means that its /tmp is born empty and dies with it;
a net namespace, that it cannot talk to the process forked ahead for the next test.
Linux only. Constants are from linux/sched.h, mount.h, prctl.h, capability.h and sockios.h.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import socket
import struct
from pathlib import Path
from typing import Any

from . import seccomp

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x00020000, 0x08000000, 0x20000000
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 4, 24, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
CAPABILITY_VERSION_3 = 0x20080522
FIRST_UID, USERS = 1000, 32  # mapped by serving/bubblewrap.py, when root grades

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *args: Any) -> None:
    if getattr(_libc, name)(*args) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


class PidNamespaces:
    """Makes each `fork` below land in a pid namespace of its own."""

    def __init__(self) -> None:
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self) -> int:
        """`os.fork()`, with the child as process 1 of a new pid namespace."""
        _call("unshare", CLONE_NEWPID)
        pid = os.fork()
        if pid:
            _call("setns", self._own, CLONE_NEWPID)
        return pid


def forbid_user_namespaces() -> None:
    """No process in here can make a user namespace and gain capabilities in it."""
    with open("/proc/sys/user/max_user_namespaces", "w") as setting:
        setting.write("0")


def confine(limits: dict[str, int], vm_bytes: int, user: int) -> None:
    """Give up everything, for good, in the calling process.

    Args:
        user: number of the host; when root grades, its apps are a user of their own.
        limits: `memory`, `tmp`, `file` in bytes, `processes`, `open_files`, `cpu` in seconds.
        vm_bytes: address space the warm host already uses; `memory` comes on top of it.
    """
    _call("unshare", CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET)
    with socket.socket() as any_socket:
        up = struct.pack("16sH14x", b"lo", IFF_UP)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, up)
    options = b"size=%d,nr_inodes=4096,mode=1777" % limits["tmp"]
    for folder in (b"/tmp", b"/dev/shm"):
        _mount(b"tmpfs", folder, b"tmpfs", MS_NOSUID | MS_NODEV, options)
    # Nothing in there: not the terminals of the host, no file of an app, of which none is counted.
    empty = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC
    _mount(b"tmpfs", b"/dev/pts", b"tmpfs", empty, b"size=4k,nr_inodes=1,mode=555")
    _mount(b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None)
    _drop_privileges(FIRST_UID + user % USERS)
    for name, value in (
        (resource.RLIMIT_CORE, 1),  # 0 does not count where a program takes the core: 1 does
        (resource.RLIMIT_AS, vm_bytes + limits["memory"]),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_FSIZE, limits["file"]),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, 256),  # timers too; counted for each user outside
        (resource.RLIMIT_MEMLOCK, 64 << 10),
    ):
        hard = resource.getrlimit(name)[1]  # ours may be lower already
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))
    seccomp.install()


def _mount(source: bytes, target: bytes, kind: bytes, flags: int, options: bytes | None) -> None:
    _call("mount", source, target, kind, ctypes.c_ulong(flags), options)


def _drop_privileges(uid: int) -> None:
    for capability in range(64):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # fails past the last one: fine
    if len(Path("/proc/self/uid_map").read_text().split()) > 3:  # root outside: be somebody else
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    _call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)  # own /proc entries, after the change of uid
