"""Build the sandbox: one bubblewrap around the warm host of one submission.

The sandbox sees the interpreter and its libraries, grader/guest, exercises/services.py and the
submission's own files, all read-only. It sees no network, no home, no suites, no solutions, no
other submission, and no environment of ours.
"""

from __future__ import annotations

import errno
import math
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

LAB = "/lab"
GUEST = Path(__file__).parents[1] / "guest"
NAMESPACES = ["user", "pid", "net", "ipc", "uts", "cgroup-try"]
FIRST_UNUSED_UID = 400_000  # as root: a kernel uid that nobody on the machine has
USERS = 32  # as guest/confine.py has them
# What installing leaves: the names of all our files, and where they are. The second is published.
OURS = re.compile(
    r"(afterwards|background_tasks)-.*\.dist-info|_editable_impl_(afterwards|background_tasks)\.pth"
    r"|__editable__.*(afterwards|background_tasks).*"
)
METADATA = b"Metadata-Version: 2.1\nName: afterwards\nVersion: 0\n"
INSTALL = "install it: sudo apt-get install bubblewrap (Debian, Ubuntu)"
USERNS = (
    "user namespaces are off for it; on Ubuntu 24.04: "
    "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
)
PROCESSES = (
    "no more processes are allowed here: raise `ulimit -u`, or the container's limit of pids"
)


class SandboxError(Exception):
    """The sandbox cannot be built: the grader's error, never the student's."""


def advice(said: str) -> str:
    """What to change when this is what bubblewrap or the host said; empty if it tells nothing."""
    if os.strerror(errno.EAGAIN) in said or "can't start new thread" in said:
        return PROCESSES
    return USERNS if "bwrap" in said else ""


def find_bubblewrap() -> str | None:
    """The path of the bwrap program, or None."""
    return shutil.which("bwrap") if sys.platform == "linux" else None


def library_paths() -> list[str]:
    """Where the installed packages are: what the guest puts on its sys.path."""
    paths = [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    return list(dict.fromkeys(path for path in paths if path))


def inside_paths() -> list[str]:
    """The same folders as the sandbox sees them: host paths stay outside, also ones under /tmp."""
    return [f"/packages/{number}" for number, _ in enumerate(library_paths())]


def start(
    stage: Path, control: socket.socket, errors: int, processes: int
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the host in a new sandbox.

    Args:
        stage: folder that becomes LAB, read-only.
        control: the host's end of its control socket.
        errors: descriptor for the host's own stderr.
        processes: how many an app may start; the machine must not allow fewer.

    Returns the bwrap process and the pid of the sandbox's first process: killing that one ends
    everything inside. Raises SandboxError.
    """
    program = find_bubblewrap()
    if program is None:
        raise SandboxError(f"bubblewrap (bwrap) is not here; {INSTALL}")
    if (allowed := _processes_allowed()) < processes:
        words = f"an app may start {processes} processes, and here a user may have {allowed}"
        raise SandboxError(f"{words}: raise `ulimit -u`")
    options, data = _options(stage)
    options_fd = _memory_file(b"\0".join(option.encode() for option in options) + b"\0")
    info_read, info_write = os.pipe()
    block_read, block_write = os.pipe()
    as_root = os.geteuid() == 0
    python = os.path.realpath(sys.executable)
    fds = [options_fd, info_write, control.fileno(), *data]
    command = [program, "--args", str(options_fd), "--info-fd", str(info_write)]
    if as_root:
        command += ["--userns-block-fd", str(block_read)]
        fds.append(block_read)
    command += ["--", python, "-I", "-S", f"{LAB}/guest/host.py", str(control.fileno())]
    process = subprocess.Popen(
        command, env={}, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, pass_fds=fds
    )
    for fd in (options_fd, info_write, block_read, *data):
        os.close(fd)
    try:
        first = _first_pid(info_read)
        if first is None:
            process.wait()
            said = os.pread(errors, 20_000, 0).decode(errors="replace")
            raise SandboxError(f"bubblewrap cannot build a sandbox; {advice(said) or USERNS}")
        if as_root:
            _map_users(first)
            os.write(block_write, b"1")
        return process, first
    finally:
        os.close(info_read)
        os.close(block_write)


def _processes_allowed() -> float:
    """To a user; whoever is not root has others that count, too."""
    import resource  # not on Windows, where nothing of this runs

    allowed = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    return math.inf if allowed == resource.RLIM_INFINITY else allowed


def _options(stage: Path) -> tuple[list[str], list[int]]:
    """Options, and the descriptors that they name."""
    options = [part for name in NAMESPACES for part in (f"--unshare-{name}",)]
    options += ["--uid", "0", "--gid", "0", "--cap-add", "ALL", "--hostname", "app"]
    options += ["--die-with-parent", "--new-session", "--clearenv"]
    for name, value in (
        ("PATH", "/usr/bin:/bin"),
        ("HOME", "/tmp"),
        ("LANG", "C.UTF-8"),
        ("TZ", "UTC"),
        ("MALLOC_ARENA_MAX", "2"),  # arenas reserve address space by the core
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PYTHONPATH", os.pathsep.join([LAB, *inside_paths()])),  # for a python that the app starts
        ("PYTHONUNBUFFERED", "1"),
    ):
        options += ["--setenv", name, value]
    for folder in _parents([*_system(), *inside_paths()]):
        options += ["--perms", "0755", "--dir", folder]
    for path in _system():
        options += ["--ro-bind", path, path]
    for path in _secrets(_system()):
        options += ["--tmpfs", path, "--remount-ro", path]
    for path in ("/lib", "/lib64", "/lib32", "/bin", "/sbin"):
        if os.path.islink(path):
            options += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            options += ["--ro-bind", path, path]
    data: list[int] = []
    for outside, inside in zip(library_paths(), inside_paths(), strict=True):
        options += ["--ro-bind", outside, inside]
        for hidden in _secrets([outside]):
            path = inside + hidden.removeprefix(outside)
            options += ["--tmpfs", path, "--remount-ro", path]
        for name in filter(OURS.fullmatch, sorted(os.listdir(outside))):
            options += _unsaid(outside, [inside, *_also_at(outside)], name, data)
    options += ["--ro-bind", str(stage), LAB, "--ro-bind", str(GUEST), f"{LAB}/guest"]
    # It reads like /dev/zero, whose shared pages would be memory that no process shows.
    options += ["--dev", "/dev", "--dev-bind", "/dev/full", "/dev/zero"]
    options += ["--proc", "/proc", "--size", "65536", "--tmpfs", "/dev/shm"]
    options += ["--size", "65536", "--tmpfs", "/tmp", "--chdir", "/tmp"]
    return [*options, "--remount-ro", "/dev", "--remount-ro", "/"], data


def _also_at(library: str) -> list[str]:
    """Where a folder of packages is seen besides: with the interpreter that it belongs to."""
    names = {library, os.path.realpath(library)}
    return [name for name in names if any(name.startswith(f"{one}/") for one in _system())]


def _unsaid(outside: str, folders: list[str], name: str, data: list[int]) -> list[str]:
    """Hide what installing us left. Whoever goes through all packages finds one without files."""
    options = []
    for path in [f"{folder}/{name}" for folder in folders]:
        if os.path.isdir(f"{outside}/{name}"):
            data.append(_memory_file(METADATA))
            file = ["--perms", "0444", "--file", str(data[-1]), f"{path}/METADATA"]
            options += ["--perms", "0755", "--tmpfs", path, *file, "--remount-ro", path]
        else:
            options += ["--ro-bind", "/dev/null", path]
    return options


def _system() -> list[str]:
    """What the interpreter needs, nothing inside another, each under the path it is known by.

    Not all of /usr: /usr/src and the like are where container images keep their projects.
    """
    prefixes = {"/usr", "/usr/local", sys.base_prefix, os.path.realpath(sys.base_prefix)}
    parts = ("bin", "lib", "lib32", "lib64", "share")
    wanted = [f"{prefix}/{part}" for prefix in prefixes for part in parts]
    wanted += ["/usr/sbin", "/etc/ld.so.cache", "/etc/mime.types"]
    wanted = sorted({path for path in wanted if os.path.exists(path)}, key=len)
    return [p for p in wanted if not any(p != q and p.startswith(q + "/") for q in wanted)]


def _parents(paths: list[str]) -> list[str]:
    """All folders above `paths`, outermost first: bubblewrap would make them for root alone."""
    parents = {str(parent) for path in paths for parent in Path(path).parents}
    return sorted(parents - {"/"}, key=len)


def _secrets(shown: list[str]) -> list[str]:
    """Folders below `shown` that must stay unseen: our packages, in a checkout all of it."""
    package = GUEST.parent
    home = package.parent
    ours = {package, home / "exercises"}
    if (home / "pyproject.toml").exists():
        ours = {home}
    names = {str(path) for path in ours} | {os.path.realpath(path) for path in ours}
    names |= {f"{folder}/{name}" for folder in shown for name in ("grader", "exercises")}
    return sorted(
        name
        for name in names
        if os.path.isdir(name) and any(name.startswith(f"{folder}/") for folder in shown)
    )


def _memory_file(data: bytes) -> int:
    """Given by descriptor: on the command line every process inside could read host paths."""
    fd = os.memfd_create("data")
    os.write(fd, data)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _first_pid(info: int) -> int | None:
    """Read to the end: bwrap writes in pieces, and a reader gone too early would end it."""
    text = b""
    while chunk := os.read(info, 4096):
        text += chunk
    match = re.search(rb'"child-pid": (\d+)', text)
    return int(match[1]) if match else None


def _map_users(pid: int) -> None:
    """Root inside is root outside, for building; an app becomes a user that nobody is.

    One for each host: what the kernel counts for a user is not shared by exercises.
    """
    outside = FIRST_UNUSED_UID + USERS * secrets.randbelow(1_000_000 // USERS)
    for kind in ("uid", "gid"):
        Path(f"/proc/{pid}/{kind}_map").write_text(f"0 0 1\n1000 {outside} {USERS}\n")
