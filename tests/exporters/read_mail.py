"""Reads every .eml of a folder with Python's own parser and compares it with the .subject, .text and .html beside it."""
import email
import email.policy
import html.parser
import pathlib
import sys

known_headers = {"from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type"}
dropped_by_mail_readers = {"script", "style", "link", "iframe", "form", "img", "object", "base"}


class Page(html.parser.HTMLParser):
    """Every element that is opened is closed, nothing is loaded, every link leads to http(s)."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        assert tag not in dropped_by_mail_readers, tag
        for name, value in attributes:
            assert name in {"lang", "charset", "name", "content", "style", "href", "role", "cellpadding", "cellspacing"}, (tag, name)
            assert name != "href" or value.startswith(("http://", "https://")), value
            assert "url(" not in (value or ""), value
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


def check(path):
    raw = path.read_bytes()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    expected = {kind: path.with_suffix("." + kind).read_text(encoding="utf-8") for kind in ("subject", "text", "html")}
    assert not mail.defects, mail.defects
    assert {name.lower() for name in mail.keys()} == known_headers, mail.keys()
    assert mail["Subject"] == expected["subject"], mail["Subject"]
    assert mail["To"].addresses[0].addr_spec == "zhang@example.org"
    assert mail["To"].addresses[0].display_name == "张三"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == expected["text"]
    page = mail.get_body(("html",)).get_content().replace("\r\n", "\n")
    assert page == expected["html"]
    for line in raw.split(b"\r\n"):
        assert len(line) <= 998 and b"\n" not in line and b"\r" not in line, line
    reader = Page()
    reader.feed(page)
    reader.close()
    assert not reader.open, reader.open


files = sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))
assert len(files) >= 12, files
for file in files:
    try:
        check(file)
    except AssertionError as problem:
        sys.exit(f"{file.name}: {problem!r}")
