"""Stand-ins for the three chat robots and for a webhook's receiver. They check what the vendors' descriptions say they check
(signatures, sizes, rates) and refuse as the vendors do: by a code in the body of a 200.

Run by itself it prints its port, tells at POST /state what it got, and ends at POST /quit."""
import base64
import collections
import hashlib
import hmac
import http.server
import json
import threading
import time
import urllib.parse

HOUR = 3600


def hmac_base64(key, message):
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


class Rate:
    """A sliding window; refused requests count too."""

    def __init__(self, most, seconds):
        self.most, self.seconds, self.times = most, seconds, collections.deque()

    def exceeded(self):
        now = time.monotonic()
        self.times.append(now)
        while self.times[0] <= now - self.seconds:
            self.times.popleft()
        return len(self.times) > self.most


class WeCom:
    KEY = "693a91f6-example-key"

    def __init__(self):
        self.rate = Rate(20, 60)

    def url(self, base):
        return f"{base}/cgi-bin/webhook/send?key={self.KEY}"

    def judge(self, _path, query, raw):
        if query.get("key") != self.KEY:
            return {"errcode": 93000, "errmsg": f"invalid webhook url, key {query.get('key')}"}
        if self.rate.exceeded():
            return {"errcode": 45009, "errmsg": "api freq out of limit"}
        body = json.loads(raw)
        kind = body["msgtype"]
        content, most = body[kind]["content"], {"text": 2048, "markdown": 4096}[kind]
        if rb"\u" in raw or len(content.encode()) > most or set(body) != {"msgtype", kind}:
            return {"errcode": 40058, "errmsg": f"{kind}.content exceed max length {most}. invalid Request Parameter"}
        if kind == "markdown" and "mentioned_mobile_list" in body[kind]:
            return {"errcode": 40058, "errmsg": "markdown calls nobody by mobile"}
        return {"errcode": 0, "errmsg": "ok"}


class DingTalk:
    TOKEN, SECRET = "bd5b2e-example-token", "SECexample-of-dingtalk"

    def __init__(self):
        self.rate, self.closed_until = Rate(20, 60), 0

    def url(self, base):
        return f"{base}/robot/send?access_token={self.TOKEN}"

    def judge(self, _path, query, raw):
        sent = query.get("timestamp", "0")
        if query.get("access_token") != self.TOKEN:
            return {"errcode": 300005, "errmsg": "token is not exist"}
        if query.get("sign") != hmac_base64(self.SECRET, f"{sent}\n{self.SECRET}") or abs(time.time() - int(sent) / 1000) > HOUR:
            return {"errcode": 310000, "errmsg": "sign not match"}
        if self.rate.exceeded() or time.monotonic() < self.closed_until:
            self.closed_until = time.monotonic() + 600
            return {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
        if len(raw) > 20_000:
            return {"errcode": 460101, "errmsg": "message too long, exceed 20000 bytes"}
        body = json.loads(raw)
        if body["msgtype"] != "markdown" or not body["markdown"]["title"]:
            return {"errcode": 400105, "errmsg": "unsupported msgtype"}
        return {"errcode": 0, "errmsg": "ok"}


class Feishu:
    TOKEN, SECRET = "5f2d-example-token", "example-of-feishu"

    def __init__(self):
        self.minute, self.second = Rate(100, 60), Rate(5, 1)

    def url(self, base):
        return f"{base}/open-apis/bot/v2/hook/{self.TOKEN}"

    def judge(self, path, _query, raw):
        if not path.endswith("/" + self.TOKEN):
            return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
        body = json.loads(raw)
        sent = body.get("timestamp", "0")
        if body.get("sign") != hmac_base64(f"{sent}\n{self.SECRET}", "") or abs(time.time() - int(sent)) > HOUR:
            return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        if len(raw) > 20_000 or body["card"]["schema"] != "2.0" or body["card"]["body"]["elements"][0]["tag"] != "markdown":
            return {"code": 11246, "msg": "Failed to create card content"}
        if self.minute.exceeded() | self.second.exceeded():
            return {"code": 11232, "msg": "create message service trigger rate limit"}
        return {"code": 0, "msg": "success", "data": {}}


class Webhook:
    """Checks what https://www.standardwebhooks.com tells a receiver to check; `status` is what it answers to what is in order."""

    SECRET = "whsec_" + base64.b64encode(b"an example of a secret, 32 bytes").decode()

    def __init__(self):
        self.status, self.ids = 200, []

    def url(self, base):
        return f"{base}/hook"

    def answer(self, headers, raw):
        name, sent, given = (headers.get(f"webhook-{each}", "") for each in ("id", "timestamp", "signature"))
        key = base64.b64decode(self.SECRET.removeprefix("whsec_"))
        wanted = "v1," + base64.b64encode(hmac.new(key, f"{name}.{sent}.".encode() + raw, hashlib.sha256).digest()).decode()
        if not hmac.compare_digest(given, wanted) or abs(time.time() - int(sent)) > 300:
            return 401, {"error": f"signature {given} does not match"}
        body = json.loads(raw)
        if body["version"] != 1 or body["id"] != name:
            return 422, {"error": "not of version 1"}
        self.ids.append(name)
        return self.status, {"ok": True}


class Robots:
    """All of them on one port of loopback."""

    def __init__(self):
        self.wecom, self.dingtalk, self.feishu, self.webhook = WeCom(), DingTalk(), Feishu(), Webhook()
        self.accepted, self.refused = collections.defaultdict(list), collections.defaultdict(list)
        self.quit = threading.Event()
        lock = threading.Lock()
        robots = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    status, answer = robots.receive(self.path, self.headers, raw)
                self.reply(status, answer)

            def reply(self, status, answer):
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def base(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def receive(self, target, headers, raw):
        url = urllib.parse.urlsplit(target)
        if url.path == "/quit":
            self.quit.set()
            return 200, {}
        if url.path == "/state":
            return 200, {"accepted": self.accepted, "refused": self.refused}
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/hook":
            status, answer = self.webhook.answer(headers, raw)
            (self.accepted if status < 300 else self.refused)["webhook"].append(json.loads(raw))
            return status, answer
        name = {"/cgi-bin/webhook/send": "wecom", "/robot/send": "dingtalk"}.get(url.path, "feishu")
        try:
            answer = getattr(self, name).judge(url.path, query, raw)
        except (ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
            answer = {"errcode": 40035, "code": 9499, "errmsg": f"bad request: {error!r}", "msg": "Bad Request"}
        fine = answer.get("errcode", answer.get("code")) == 0
        (self.accepted[name] if fine else self.refused[name]).append(json.loads(raw) if fine else answer)
        return 200, answer

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    with Robots() as hall:
        print(hall.server.server_port, flush=True)
        hall.quit.wait()
