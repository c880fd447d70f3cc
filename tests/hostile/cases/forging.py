"""Forging results: write the verdict where somebody may read it, or end whoever writes it."""

from __future__ import annotations

from tests.hostile.case import Case, at_import, in_handler

VERDICTS = r"""
import json, os
report = {"schema": "afterwards/report/v1", "points": 100, "max_points": 100, "tests": [],
          "score": 100, "status": "pass", "version": 3, "exercises": []}
places = ["report.json", "results.json", "/autograder/results/results.json", "/tmp/report.json",
          "../report.json", "/lab/report.json", "junit.xml", "/lab/exercises/ex1/app.py"]
places += [os.environ.get(n, "") for n in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY")]
for place in filter(None, places):
    try:
        os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
        with open(place, "w") as file:
            json.dump(report, file)
    except OSError:
        pass
"""
PRINTS = r"""
import os
for line in ("1 passed in 0.01s", "25 of 25 points", '{"points": 25, "max_points": 25}',
             "::set-output name=points::100", "::notice::Points 100/100", "ok 1 - everything"):
    print(line)
    os.write(2, line.encode() + b"\n")
"""
EVERY_FD = r"""
import json, os, struct
verdict = json.dumps({"ended": 1, "status": 0, "limit": None, "points": 25, "outcome": "passed"}).encode()
for fd in range(256):
    for data in (verdict + b"\n", struct.pack(">II", len(verdict), 0) + verdict):
        try:
            os.set_blocking(fd, False)
            os.write(fd, data)
        except OSError:
            pass
"""
DAEMON = r"""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(3):
            os.close(fd)
        ends = time.time() + 20
        while time.time() < ends:
            try:
                open("/tmp/report.json", "w").write('{"points": 100}')
            except OSError:
                pass
            time.sleep(0.05)
        os._exit(0)
    os._exit(0)
"""
KILL_ALL = r"""
import os, signal
if os.getpid() == 1:  # alone in a namespace: nobody is hurt if it fails
    for target in (-1, 0, os.getppid(), *range(2, 400)):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):
            try:
                if target > 0 or target == -1:
                    os.kill(target, number)
            except OSError:
                pass
"""
PTRACE = r"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
got = [pid for pid in range(1, 400) if pid != os.getpid() and libc.ptrace(16, pid, 0, 0) == 0]
print("FOUND traced" if got else "NOTHING traced")
for name in os.listdir("/proc"):
    if name.isdigit() and int(name) != os.getpid():
        try:
            open(f"/proc/{name}/mem", "r+b")
            print("FOUND memory of", name)
        except OSError:
            pass
"""
ESCALATE = r"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for flag in (0x10000000, 0x10000000 | 0x20000, 0x20000, 0x40000000, 0x20000000):
    if libc.unshare(flag) == 0:
        print("FOUND a way to unshare", hex(flag))
for path in (b"/lab", b"/tmp", b"/proc", b"/"):
    if libc.mount(b"none", path, b"tmpfs", 0, None) == 0 or libc.umount2(path, 2) == 0:
        print("FOUND a way to mount over", path)
for fd in range(3, 256):
    if libc.setns(fd, 0) == 0:
        print("FOUND a namespace to enter", fd)
try:
    os.setuid(0); os.chown("/tmp", 12345, 12345)
    print("FOUND a way to be root")
except OSError:
    pass
import resource
for name in ("NPROC", "AS", "FSIZE", "NOFILE", "CPU"):
    kind = getattr(resource, f"RLIMIT_{name}")
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("FOUND a way to lift", name)
    except (OSError, ValueError):
        pass
"""
REACH_OUT = """
import ctypes, fcntl, mmap, os, platform, signal, socket, struct
libc, arm = ctypes.CDLL(None, use_errno=True), platform.machine() == "aarch64"
def system(intel, other, *arguments):
    if libc.syscall(other if arm else intel, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "")
def tries():
    tcp = socket.socket()
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as every server does
    here = os.open("/tmp", os.O_RDONLY)
    fcntl.fcntl(here, fcntl.F_GETFD)
    yield lambda: fcntl.fcntl(here, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    yield lambda: fcntl.fcntl(here, fcntl.F_NOTIFY, fcntl.DN_ACCESS)
    yield lambda: tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 9))
    yield lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
    yield lambda: socket.socket(38, socket.SOCK_SEQPACKET)
    yield os.openpty
    mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # as every program does
    yield lambda: mmap.mmap(-1, 4096)
    yield lambda: mmap.mmap(os.open("/dev/zero", os.O_RDWR), 4096)
    yield lambda: tcp.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HP", 1, 0))  # a filter
    context, (out, into) = ctypes.c_ulong(), os.pipe()
    yield lambda: system(206, 0, 64, ctypes.byref(context))  # io_setup
    piece = (ctypes.c_size_t * 2)(ctypes.addressof(context), 8)
    yield lambda: system(278, 75, into, piece, 1, 0)  # vmsplice
refused = 0
for act in tries():
    try:
        act()
    except OSError:
        refused += 1
raise RuntimeError(f"refused {refused} of 11")
"""
REAL_TIME_SIGNAL = "import os, signal, time\nos.kill(1, signal.SIGRTMIN + 6); time.sleep(1)\n"

CASES = [
    Case("verdict_files_at_import", "leave reports where CI looks", at_import(VERDICTS), "404"),
    Case("verdict_files_in_handler", "leave reports where CI looks", in_handler(VERDICTS),
         "status 500", command=True),
    Case("printed_verdicts_at_import", "print what a runner prints", at_import(PRINTS), "404", command=True),
    Case("printed_verdicts_in_handler", "print what a runner prints", in_handler(PRINTS), "status 500"),
    Case("every_descriptor_at_import", "write verdicts to every descriptor", at_import(EVERY_FD),
         "start|404"),
    Case("every_descriptor_in_handler", "write verdicts to every descriptor", in_handler(EVERY_FD), ""),
    Case("daemon_at_import", "write the report again when the grader is done", at_import(DAEMON), "404"),
    Case("daemon_in_handler", "write the report again when the grader is done", in_handler(DAEMON),
         "status 500", command=True),
    Case("kill_everyone_at_import", "end the graders", at_import(KILL_ALL), "404"),
    Case("kill_everyone_in_handler", "end the graders", in_handler(KILL_ALL), "status 500"),
    Case("ptrace_at_import", "steer another process", at_import(PTRACE), "NOTHING traced"),
    Case("ptrace_in_handler", "steer another process", in_handler(PTRACE), "NOTHING traced"),
    Case("reach_out_at_import", "hold up whoever opens or closes, leave the network, share terminals",
         at_import(REACH_OUT), "refused 11 of 11"),
    Case("real_time_signal_in_handler", "end by a signal without a name", in_handler(REAL_TIME_SIGNAL),
         "signal 40|status 500|without an answer"),
    Case("escalate_at_import", "namespaces, mounts, root, limits", at_import(ESCALATE), "404"),
    Case("escalate_in_handler", "namespaces, mounts, root, limits", in_handler(ESCALATE), "status 500"),
]  # fmt: skip
