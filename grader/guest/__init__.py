"""The one untrusted room: what runs beside student code, and is not believed.

Imports nothing of the grader. The sandbox mounts this folder alone and starts `host.py` by path;
in process the same modules are imported as `grader.guest`.
"""
