"""The one untrusted room: everything here runs beside student code, and nothing it says is believed.

Imports nothing of the grader. The sandbox mounts this folder alone and starts `host.py` by path;
in process the same modules are imported as `grader.guest`.
"""
