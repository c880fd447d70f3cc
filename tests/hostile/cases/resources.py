"""Resources: take so much that the grader, or the next submission, suffers."""

from __future__ import annotations

from tests.hostile.case import QUICK, Case, at_import, in_handler

FORKS = """
import os, select
made = 0
for _ in range(300):
    try:
        if os.fork() == 0:
            select.select([], [], [], 20)
            os._exit(0)
        made += 1
    except OSError:
        break
print("MADE", "few" if made < 100 else "MANY", "processes")
"""
THREADS = """
import threading
made = 0
try:
    for _ in range(300):
        threading.Thread(target=threading.Event().wait, args=(20,), daemon=True).start()
        made += 1
except (RuntimeError, MemoryError):
    pass
print("MADE", "few" if made < 100 else "MANY", "threads")
"""
MEMORY = """
kept = []
for _ in range(128):
    kept.append(bytearray(8 << 20))
"""
SLOW_MEMORY = """
import threading
kept = []
for _ in range(64):
    kept.append(b"x" * (16 << 20))
    threading.Event().wait(0.01)
"""
MEMORY_OF_CHILDREN = """
import mmap, os, threading
for _ in range(4):
    if os.fork() == 0:
        kept = mmap.mmap(-1, 240 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for place in range(0, 240 << 20, 4096):
            kept[place] = 1
        threading.Event().wait(20)
        os._exit(0)
threading.Event().wait(4)
print("KEPT a gigabyte: MANY")
"""
# A name with a return in it, which the kernel shows as it is, between the lines that are counted.
MEMORY_UNDER_A_NAME = MEMORY_OF_CHILDREN.replace(
    "        kept =", '        ctypes.CDLL(None).prctl(15, b"\\rVmSwap:x", 0, 0, 0)\n        kept ='
).replace("import mmap", "import ctypes, mmap")
MANY_A_LITTLE = """
import subprocess, sys, threading
code = "x = b'x' * (30 << 20); print('UP', flush=True); import time; time.sleep(20)"
kept = [subprocess.Popen(["/proc/self/exe", "-I", "-S", "-c", code], executable=sys.executable,
                         stdout=subprocess.PIPE) for _ in range(32)]
up = sum(child.stdout.readline() == b"UP\\n" for child in kept)
threading.Event().wait(2)
print("KEPT a gigabyte: MANY" if up > 20 else "KEPT little")
"""
FORKS_THAT_SHARE = """
import os, threading
made = 0
for _ in range(40):
    if os.fork() == 0:
        threading.Event().wait(20)
        os._exit(0)
    made += 1
threading.Event().wait(1)
print("KEPT", made, "processes that hold next to nothing")
"""
KERNEL_MEMORY = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
got = 0
for number in range(8):
    key = libc.shmget(0, 16 << 20, 0o1600)
    if key >= 0:
        got += 1
for number in range(8):
    try:
        os.memfd_create("x")
        got += 1
    except OSError:
        pass
print("FOUND memory that nobody counts" if got else "NOTHING to be had")
"""
FILL = """
import os
written = 0
for folder in ("/tmp", "/dev/shm", "/var/tmp"):
    try:
        for number in range(4):
            with open(f"{folder}/fill{number}", "wb") as file:
                for _ in range(15):
                    written += file.write(b"x" * (1 << 20))
    except OSError:
        pass
print("WROTE", "few" if written < (40 << 20) else "MANY", "bytes")
"""
BIG_FILE = """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
written = 0
try:
    with open("/tmp/big", "wb", buffering=0) as file:
        for _ in range(64):
            written += file.write(b"x" * (1 << 20))
except OSError:
    pass
print("WROTE", "few" if written < (20 << 20) else "MANY", "bytes")
"""
INODES = """
made = 0
try:
    for number in range(20_000):
        open(f"/tmp/{number}", "w").close()
        made += 1
except OSError:
    pass
print("MADE", "few" if made < 10_000 else "MANY", "files")
"""
TERMINALS = """
import os
made = 0
try:
    for number in range(1_000):
        open(f"/dev/pts/{number}", "w").close()
        made += 1
except OSError:
    pass
print("MADE", "none" if made == 0 else "MANY files that are counted nowhere")
"""
OUTPUT = """
import os
for _ in range(1000):
    os.write(1, b"x" * 65536)
"""
DESCRIPTORS = """
import os
have = []
try:
    for _ in range(5000):
        have.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
made = len(have)
for fd in have:
    os.close(fd)
print("MADE", "few" if made < 300 else "MANY", "descriptors")
"""
BURN = """
import os, threading, time
for _ in range(8):
    if os.fork() == 0:
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            pass
        os._exit(0)
"""
QUOTAS = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
x86 = os.uname().machine == "x86_64"
made = 0
for number, flags in (((253, 0), (294, 0), (300, 0)) if x86 else ((26, 0), (262, 0))):
    for _ in range(100):
        made += libc.syscall(number, flags, 0) >= 0
timer = ctypes.c_int()
for _ in range(3000):
    made += libc.syscall(222 if x86 else 107, 1, 0, ctypes.byref(timer)) == 0
print("MADE", "few" if made < 300 else "MANY", "watches and timers")
"""
MB = "memory limit of 512 MB reached"

CASES = [
    Case("fork_bomb_at_import", "300 processes", at_import(FORKS), "MADE few"),
    Case("fork_bomb_in_handler", "300 processes", in_handler(FORKS), "MADE few", command=True),
    Case("threads_at_import", "300 threads", at_import(THREADS), "MADE few|start"),
    Case("threads_in_handler", "300 threads", in_handler(THREADS), "MADE few"),
    Case("memory_at_import", "a gigabyte at once", at_import(MEMORY), f"MemoryError|{MB}"),
    Case("memory_in_handler", "a gigabyte at once", in_handler(MEMORY), f"MemoryError|{MB}"),
    Case("memory_slowly", "a gigabyte, little by little", in_handler(SLOW_MEMORY),
         f"MemoryError|{MB}"),
    Case("memory_of_children", "a gigabyte in four children", in_handler(MEMORY_OF_CHILDREN), MB, command=True),
    Case("memory_under_a_name", "a gigabyte in four children whose name looks like a line of their status",
         in_handler(MEMORY_UNDER_A_NAME), MB),
    Case("memory_of_many", "a gigabyte in 32 children, each no larger than the host", in_handler(MANY_A_LITTLE),
         f"{MB}|closed without an answer"),
    Case("forks_that_share", "forty forks, whose memory is one", in_handler(FORKS_THAT_SHARE), "KEPT 40"),
    Case("kernel_memory", "System V segments and memory files", in_handler(KERNEL_MEMORY),
         "NOTHING to be had"),
    Case("fill_tmp_at_import", "180 MB of files", at_import(FILL), "WROTE few"),
    Case("fill_tmp_in_handler", "180 MB of files", in_handler(FILL), "WROTE few"),
    Case("one_big_file", "a file of 64 MB", in_handler(BIG_FILE), "WROTE few"),
    Case("many_files", "20,000 files", in_handler(INODES), "MADE few"),
    Case("files_beside_the_terminals", "1,000 files in /dev/pts", in_handler(TERMINALS), "MADE none"),
    Case("output_flood_at_import", "64 MB of output", at_import(OUTPUT), "404", limits=QUICK),
    Case("output_flood_in_handler", "64 MB of output", in_handler(OUTPUT), "status 500|answer",
         limits=QUICK),
    Case("descriptors", "5,000 open files", in_handler(DESCRIPTORS), "MADE few"),
    Case("quotas_of_the_user", "watches and timers, counted for the user outside", in_handler(QUOTAS),
         "MADE few watches"),
    Case("burn_cpu", "eight busy processes", in_handler(BURN), "status 500", limits=QUICK),
]  # fmt: skip
