"""Hostile HTTP: answers that hang, flood, or fool the client. Some take over the listening socket."""

from __future__ import annotations

from tests.hostile.case import QUICK, Case, raw

OK = 'HTTP/1.1 201 Created\\r\\ncontent-type: application/json\\r\\n'


def answer(code: str) -> str:
    return raw(f"def answer(conn, head):\n    {code}\n")


def body(text: str, status: int = 201, headers: str = "[]") -> str:
    """An ASGI app with one fixed answer."""
    return f"""
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await receive()
    await send({{"type": "http.response.start", "status": {status}, "headers": {headers}}})
    await send({{"type": "http.response.body", "body": {text}}})
"""


def chunks(text: str) -> str:
    """An ASGI app that sends `text` for ever."""
    return f"""
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await receive()
    await send({{"type": "http.response.start", "status": 201, "headers": []}})
    for _ in range(100_000):
        await send({{"type": "http.response.body", "body": {text}, "more_body": True}})
"""


SHAPES = {
    "list": "[]", "null": "null", "text": '"x"', "number": "7", "true": "true", "empty_object": "{}",
    "nan": '{"id": NaN, "job_id": NaN}', "twice": '{"id": 1, "id": 2, "job_id": 3}',
    "nested_id": '{"id": {"a": []}, "job_id": [1]}', "true_id": '{"id": true, "job_id": true}',
    "control_id": '{"id": "a\\\\nb\\\\u0000c", "job_id": "a\\\\nb"}',
    "surrogate_id": '{"id": "\\\\ud800", "job_id": "\\\\ud800"}',
    "url_id": '{"id": "//evil.example:99999/?#", "job_id": "//evil:99999"}',
    "not_json": "{", "not_utf8": "\\xff\\xfe",
}  # fmt: skip

CASES = [
    Case("drip", "one byte at a time, for ever",
         answer(f'''conn.sendall(b"{OK}content-length: 1000\\r\\n\\r\\n")
    for _ in range(1000):
        conn.sendall(b"x"); threading.Event().wait(0.1)'''), "no answer within 1 s", limits=QUICK),
    Case("drip_head", "headers, one at a time",
         answer('''conn.sendall(b"HTTP/1.1 200 OK\\r\\n")
    for number in range(1000):
        conn.sendall(b"x%d: y\\r\\n" % number); threading.Event().wait(0.05)'''),
         "no answer within 1 s", limits=QUICK),
    Case("endless_body", "a body without an end",
         answer('''conn.sendall(b"HTTP/1.1 201 Created\\r\\n\\r\\n")
    for _ in range(2000): conn.sendall(b"x" * 65536)'''), "larger than 1 MB"),
    Case("endless_chunks", "the same over ASGI", chunks('b"x" * 1000'), "larger than 1 MB", command=True),
    Case("tiny_chunks", "one byte in each chunk", chunks('b"x"'), "larger|end|answer|status", limits=QUICK),
    Case("interim_flood", "100 Continue, for ever",
         answer('''block = b"HTTP/1.1 100 Continue\\r\\n\\r\\n" * 2000
    ends = time.time() + 20
    while time.time() < ends: conn.sendall(block)'''), "does not come to an end|no answer", limits=QUICK),
    Case("switching", "101 Switching Protocols",
         answer('conn.sendall(b"HTTP/1.1 101 Switching Protocols\\r\\nupgrade: x\\r\\nconnection: upgrade\\r\\n\\r\\n")'),
         "no valid response"),
    Case("gzip", "a small answer that inflates",
         body("__import__('gzip').compress(bytes(10_000_000))", headers='[(b"content-encoding", b"gzip")]'),
         "content-encoding", command=True),
    Case("glued", "a second answer behind the first",
         answer(f'''conn.sendall(b"{OK}content-length: 10\\r\\n\\r\\n" + b'{{"id": "1"}}'
                 + b"{OK}content-length: 2\\r\\n\\r\\n{{}}")'''), "expected"),
    Case("redirect", "send the client elsewhere",
         body('b""', 307, '[(b"location", b"http://localhost:80/"), (b"content-length", b"0")]'), "307"),
    Case("redirect_to_file", "send the client to a file",
         body('b""', 302, '[(b"location", b"file:///etc/passwd"), (b"content-length", b"0")]'), "302"),
    Case("no_status_line", "no HTTP at all", answer('conn.sendall(b"points: 25\\r\\n\\r\\n")'),
         "no valid response"),
    Case("strange_status", "status 99999", answer('conn.sendall(b"HTTP/1.1 99999 OK\\r\\n\\r\\n")'),
         "no valid response"),
    Case("bad_headers", "control characters in headers",
         answer('conn.sendall(b"HTTP/1.1 201 OK\\r\\nx: a\\x00b\\x1b[31m\\r\\ny\\r\\n\\r\\n")'), "no valid response"),
    Case("huge_head", "a megabyte of headers",
         answer('conn.sendall(b"HTTP/1.1 201 OK\\r\\n" + b"x: " + b"y" * (1 << 20) + b"\\r\\n\\r\\n")'),
         "no valid response"),
    Case("two_lengths", "two lengths",
         answer(f'conn.sendall(b"{OK}content-length: 2\\r\\ncontent-length: 5\\r\\n\\r\\n{{}}xxx")'),
         "no valid response"),
    Case("length_and_chunks", "a length and chunks",
         answer(f'conn.sendall(b"{OK}content-length: 2\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n2\\r\\n{{}}\\r\\n0\\r\\n\\r\\n")'),
         "expected|valid|answer"),
    Case("close_at_once", "hang up", answer("pass"), "without an answer|no answer|valid"),
    Case("reset_in_the_body", "hang up in the middle",
         answer(f'conn.sendall(b"{OK}content-length: 100\\r\\n\\r\\n{{")'), "no valid response"),
    Case("deep_json", "lists in lists in lists", body('b"[" * 400_000'), "JSON|expected"),
    Case("deep_object", "nested just below the limit of the parser",
         body("""b'{"id": ' + b"[" * 900 + b"]" * 900 + b"}" """), "nested|JSON|expected"),
    Case("huge_number", "a number of a million digits",
         body("""b'{"id": ' + b"9" * 900_000 + b"}" """), "JSON|expected"),
    Case("charset_rot13", "a charset that is none",
         body("b'x'", headers='[(b"content-type", b"text/plain; charset=rot13")]'), "expected"),
    Case("charset_undefined", "a charset that always fails",
         body("b'x'", 200, headers='[(b"content-type", b"application/json; charset=undefined")]'), "expected"),
    Case("many_cookies", "a thousand cookies",
         body("b'{}'", headers='[(b"set-cookie", b"a%d=b" % n) for n in range(500)]'), ""),
    *(Case(f"shape_{name}", f"answer {status} with {name}", body(f"b'''{text}'''", status), "",
           exercise=exercise)
      for name, text in SHAPES.items() for status, exercise in ((201, "ex1"), (202, "ex2"))
      if exercise == "ex1" or name in ("list", "control_id", "nan", "not_json")),
]  # fmt: skip
