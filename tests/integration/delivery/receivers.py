"""Receivers on real sockets: a bureau's HTTP system and a mail server, each as strict as a good one is."""

import base64
import hashlib
import hmac
import http.server
import json
import socketserver
import threading
import time
from contextlib import contextmanager

MAX_AGE_S = 300


@contextmanager
def listening(server):
    """Serve in the background; yields the server."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Bureau(http.server.ThreadingHTTPServer):
    """A bureau's system: checks age and signature, then knows a delivery again by its id."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), BureauHandler)
        self.secret = None
        self.requests, self.accepted = [], {}
        self.answers = []  # (status, headers) for the next requests

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/news"

    def check(self, headers, body):
        age = abs(time.time() - int(headers["X-Chati-Timestamp"]))
        wanted = hmac.new(self.secret.encode(), f"{headers['X-Chati-Timestamp']}.".encode() + body, hashlib.sha256)
        genuine = hmac.compare_digest(headers["X-Chati-Signature"], f"sha256={wanted.hexdigest()}")
        return age <= MAX_AGE_S and genuine and json.loads(body)["id"] == headers["X-Chati-Delivery"]


class BureauHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((dict(self.headers), body))
        status, headers = self.server.answers.pop(0) if self.server.answers else (204, {})
        if not self.server.check(self.headers, body):
            status = 401
        if status < 300:
            self.server.accepted[self.headers["X-Chati-Delivery"]] = json.loads(body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args):
        pass


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server that speaks enough of RFC 5321, with STARTTLS and sign-in where told to."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, tls=None, account=None):
        super().__init__(("127.0.0.1", 0), MailHandler)
        self.tls, self.account = tls, account
        self.mails, self.refusals = [], {}  # refusals: command -> reply given instead of 250

    @property
    def port(self):
        return self.server_address[1]


class MailHandler(socketserver.StreamRequestHandler):
    def handle(self):
        self.sender = self.secure = self.signed_in = None
        self.say("220 mail.example")
        try:
            while line := self.rfile.readline().decode().rstrip("\r\n"):
                command, _, words = line.partition(" ")
                if not self.step(command.upper(), words):
                    return
        except OSError:
            return  # the other side hung up, which the test looks at from there

    def finish(self):
        super().finish()
        self.request.close()  # the encrypted one, which the server does not know

    def step(self, command, words):
        if command in self.server.refusals:
            self.say(self.server.refusals[command])
            return True
        return getattr(self, f"on_{command.lower()}")(words) is not False

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def on_ehlo(self, _):
        self.say("250-mail.example")
        if self.server.tls and not self.secure:
            self.say("250-STARTTLS")
        self.say("250 AUTH PLAIN")

    def on_starttls(self, _):
        self.say("220 go ahead")
        try:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        except OSError:
            return False
        self.setup()
        self.secure = True
        return True

    def on_auth(self, words):
        given = base64.b64decode(words.removeprefix("PLAIN ")).decode().split("\0")[1:]
        self.signed_in = tuple(given) == self.server.account
        self.say("235 welcome" if self.signed_in else "535 no")

    def on_mail(self, words):
        self.sender = words
        self.say("250 ok")

    def on_rcpt(self, words):
        self.recipient = words
        self.say("250 ok")

    def on_data(self, _):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.mails.append(
            {"to": self.recipient, "secure": self.secure, "signed_in": self.signed_in, "raw": b"".join(lines)}
        )
        self.say("250 kept")

    def on_rset(self, _):
        self.say("250 ok")

    def on_quit(self, _):
        self.say("221 bye")
        return False
