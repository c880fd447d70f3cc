"""Reading: find the checks, the solutions, the environment, or the neighbours.

An app prints FOUND for each thing it should not see; the driver plants the canaries.
"""

from __future__ import annotations

from tests.hostile.case import Case, at_import, in_handler

FILES = r"""
import os
count = 0
for top in os.listdir("/"):
    for folder, names, files in os.walk("/" + top):
        if folder.startswith("/proc"):
            names.clear()
            continue
        count += len(files)
        if count > 200_000:
            break
        for name in names + files:
            path = os.path.join(folder, name)
            if name in ("test_1_" "register.py", "can" "ary.txt", "specimens"):
                print("FOUND", path)
print("SEARCHED", count > 1000)
"""
ENVIRONMENT = r"""
import glob, os
word = b"CAN" b"ARY"
for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/task/*/environ") + glob.glob("/proc/*/cmdline"):
    try:
        data = open(path, "rb").read()
    except OSError:
        continue
    if word in data or b"grader" in data or b"GITHUB" in data:
        print("FOUND in", path)
print("FOUND" if word.decode() in str(os.environ) else "NOTHING in", "environ", sorted(os.environ))
"""
FRAMES = r"""
import gc, sys
frame, seen = sys._getframe(), []
while frame:
    seen += [frame.f_code.co_filename, *map(str, frame.f_locals)]
    frame = frame.f_back
words = ("suites", "test_" "hidden", "solutions", "grader/plugin", "exactly(")
for thing in gc.get_objects():
    if isinstance(thing, dict) and len(thing) < 1000:
        seen += [key for key in list(thing) if isinstance(key, str)]
print("FOUND" if any(word in text for text in seen for word in words) else "NOTHING in frames")
"""
DESCRIPTORS = r"""
import os
have = sorted(int(name) for name in os.listdir("/proc/self/fd"))
kinds = []
for fd in have:
    try:
        kinds.append(os.readlink(f"/proc/self/fd/{fd}"))
    except OSError:
        pass
extra = [kind for kind in kinds if not kind.startswith(("socket:", "pipe:", "/dev/null", "anon_inode:"))]
print("FOUND", extra) if extra else print("NOTHING open but", kinds)
"""
NEIGHBOURS = r"""
import os, sys
pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
print("FOUND processes", pids) if len(pids) > 2 else print("ALONE with", pids)
for path in ("/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/sys/class/net", "/opt", "/mnt",
             "/usr/src", "/usr/local/src", "/run", "/boot"):
    try:
        found = os.listdir(path) if os.path.isdir(path) else open(path).read()
        if found and not sys.base_prefix.startswith(path):
            print("FOUND", path)
    except OSError:
        pass
"""
WRITABLE = r"""
import os
for folder, names, files in os.walk("/"):
    if folder.startswith(("/proc", "/tmp", "/dev")):
        names.clear()
        continue
    for path in [folder, *(os.path.join(folder, name) for name in files[:20])]:
        if os.access(path, os.W_OK) and not os.path.islink(path):
            try:
                if os.path.isdir(path):
                    open(path + "/planted", "w").close()
                else:
                    open(path, "r+b").close()
                print("FOUND writable", path)
            except OSError:
                pass
for path in ("/dev/planted", "/proc/sys/kernel/hostname", "/proc/sys/user/max_user_namespaces"):
    try:
        open(path, "w").close()
        print("FOUND writable", path)
    except OSError:
        pass
print("SEARCHED")
"""
HOST_NETWORK = r"""
import array, fcntl, os, socket, struct
names = [name for _, name in socket.if_nameindex()]
if names != ["lo"]:
    print("FOUND interfaces", names)
for fd in range(3, 256):
    buffer = array.array("B", bytes(4096))
    try:
        request = struct.pack("iL", 4096, buffer.buffer_info()[0])
        size = struct.unpack("iL", fcntl.ioctl(fd, 0x8912, request))[0]
        if size:
            print("FOUND addresses of the host through descriptor", fd, bytes(buffer[:16]))
    except OSError:
        pass
for address in (("1.1.1.1", 53), ("8.8.8.8", 53), ("169.254.169.254", 80), ("10.0.0.1", 80)):
    try:
        socket.create_connection(address, timeout=0.2)
        print("FOUND a way out to", address)
    except OSError:
        pass
for path in ("/var/run/docker.sock", "/run/dbus/system_bus_socket", "/tmp/.X11-unix/X0"):
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        print("FOUND host socket", path)
    except OSError:
        pass
for family in (socket.AF_NETLINK, socket.AF_PACKET, socket.AF_VSOCK):
    try:
        sock = socket.socket(family, socket.SOCK_RAW if family != socket.AF_VSOCK else socket.SOCK_STREAM)
        if family == socket.AF_PACKET:
            print("FOUND raw packets")
    except OSError:
        pass
print("SEARCHED")
"""

INSTALLED = r"""
import glob, os, site
from importlib import metadata
folders = glob.glob("/packages/*") + site.getsitepackages()
for folder in folders:
    for path in glob.glob(f"{folder}/*afterwards*") + glob.glob(f"{folder}/*afterwards*/*"):
        try:
            if os.path.basename(path) != "METADATA" and open(path).read():
                print("FOUND", path)
        except OSError:
            pass
names = {one.metadata["Name"].lower() for one in metadata.distributions()}
started = metadata.entry_points(group="console_scripts")
print("METADATA of the others", {"fastapi", "httpx", "pillow"} <= names and bool(list(started)),
      metadata.version("fastapi") > "0", bool(metadata.files("httpx")))
"""

SOCKET_NAMES = r"""
import os, socket
names = []
for fd in range(3, 256):
    try:
        sock = socket.socket(fileno=os.dup(fd))
        names += [sock.getsockname(), sock.getpeername()]
    except OSError:
        pass
print("FOUND a path of the host" if any("/s" == str(name)[-2:] and "/proc/self/fd/" not in str(name) for name in names)
      else "NOTHING in names")
"""

SEARCHES = {
    "files": (FILES, "SEARCHED True"), "environment": (ENVIRONMENT, "NOTHING in environ"),
    "frames": (FRAMES, "NOTHING in frames"), "descriptors": (DESCRIPTORS, "NOTHING open"),
    "neighbours": (NEIGHBOURS, "ALONE"), "writable_places": (WRITABLE, "SEARCHED"),
    "network": (HOST_NETWORK, "SEARCHED"), "socket_names": (SOCKET_NAMES, "NOTHING in names"),
    "installed": (INSTALLED, "METADATA of the others True True True"),
}  # fmt: skip

CASES = [
    Case(f"search_{name}_{when}", f"look for {name}", build(code), says,
         command=name == "environment" and when == "in_handler")
    for name, (code, says) in SEARCHES.items()
    for when, build in (("at_import", at_import), ("in_handler", in_handler))
] + [
    Case("import_the_grader", "import the checks themselves",
         at_import("""
             import importlib, sys
             sys.path += ["/app", "/autograder/source", "/lab", ".", ".."]
             for name in ("grader", "grader.suites", "grader.expect", "exercises.ex1.test_ex1", "solutions"):
                 try:
                     importlib.import_module(name)
                     print("FOUND", name)
                 except ImportError:
                     pass
         """), "404"),
]  # fmt: skip
