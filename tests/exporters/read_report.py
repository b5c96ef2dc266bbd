"""Reads every .eml of a folder as a report's mail: with Python's own parser, and its workbook with openpyxl."""
import datetime
import email
import email.policy
import html.parser
import io
import pathlib
import struct
import sys
import zipfile

import openpyxl

tags = {"html", "head", "meta", "title", "body", "div", "p", "h1", "h2", "b", "br", "span", "table", "tr", "td", "th", "img", "a", "small"}
attributes_allowed = {"lang", "charset", "name", "content", "style", "href", "role", "cellpadding", "cellspacing", "width", "align", "valign", "src", "alt"}
without_end = {"meta", "br", "img"}


class Page(html.parser.HTMLParser):
    """Elements that mail readers keep, each closed; nothing loaded but the mail's own pictures; links to people alone."""

    def __init__(self):
        super().__init__()
        self.open, self.pictures, self.dialled = [], [], []

    def handle_starttag(self, tag, attributes):
        assert tag in tags, tag
        for name, value in attributes:
            assert name in attributes_allowed, (tag, name)
            assert "url(" not in value and "expression" not in value and "javascript" not in value.lower() or name == "alt", value
            if name == "href":
                assert value.startswith(("tel:", "mailto:")), value
                if value.startswith("tel:"):
                    assert value[4:].lstrip("+").isdigit(), value
                    self.dialled.append(value[4:])
            if name == "src":
                assert value.startswith("cid:"), value
                self.pictures.append(value[4:])
            if name == "style":
                assert all(part.count(":") == 1 for part in value.split(";")), value
        if tag not in without_end:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


def parts_of(mail):
    """(text, html, pictures by content id, attachments) of mixed(alternative(text, related(html, pictures)), attachments)."""
    assert mail.get_content_type() == "multipart/mixed", mail.get_content_type()
    body, *attachments = mail.iter_parts()
    assert body.get_content_type() == "multipart/alternative", body.get_content_type()
    text, best = body.iter_parts()
    pictures = {}
    if best.get_content_type() == "multipart/related":
        assert best.get_param("type") == "text/html", best["Content-Type"]
        best, *inline = best.iter_parts()
        for part in inline:
            assert part.get_content_disposition() == "inline", part["Content-Disposition"]
            pictures[part["Content-ID"].strip("<>")] = part.get_content()
    return text.get_content(), best.get_content(), pictures, attachments


def check_picture(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and png[12:16] == b"IHDR"
    width, height = struct.unpack(">II", png[16:24])
    assert width == 960 and 0 < height <= 2400, (width, height)


def check_workbook(data, as_of):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        # The clock of the machine is in no byte of it.
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}, archive.infolist()
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.properties.created == as_of, (book.properties.created, as_of)
    assert book.sheetnames[0] == "摘要", book.sheetnames
    for sheet in book:
        if sheet.title != "图表":
            assert sheet.freeze_panes and sheet.freeze_panes.endswith("2"), (sheet.title, sheet.freeze_panes)
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
    if "指标" in book.sheetnames:
        sheet = book["指标"]
        heading = [cell.value for cell in sheet[1]]
        values = [row[heading.index("目标")].value for row in sheet.iter_rows(min_row=2)]
        assert values and all(isinstance(value, (int, float)) for value in values if value is not None), values
        assert book["图表"]._charts


def check(path):
    raw = path.read_bytes()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert not mail.defects, mail.defects
    text, page, pictures, attachments = parts_of(mail)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert text.replace("\r\n", "\n") == path.with_suffix(".text").read_text(encoding="utf-8")
    page = page.replace("\r\n", "\n")
    assert page == path.with_suffix(".html").read_text(encoding="utf-8")
    assert len(page.encode()) < 100_000, len(page.encode())
    reader = Page()
    reader.feed(page)
    reader.close()
    assert not reader.open, reader.open
    assert sorted(reader.pictures) == sorted(pictures), (reader.pictures, list(pictures))
    assert len(pictures) <= 40 and sum(map(len, pictures.values())) <= 1_000_000, sum(map(len, pictures.values()))
    for png in pictures.values():
        check_picture(png)
    assert len(attachments) == 1
    book = attachments[0]
    assert book.get_content_disposition() == "attachment" and book.get_filename().endswith(".xlsx"), book["Content-Disposition"]
    assert book.get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    check_workbook(book.get_content(), mail["Date"].datetime.astimezone(datetime.timezone.utc).replace(tzinfo=None))


files = sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))
assert len(files) == int(sys.argv[2]), files
for file in files:
    try:
        check(file)
    except AssertionError as problem:
        raise SystemExit(f"{file.name}: {problem!r} {problem.__traceback__.tb_next and problem.__traceback__.tb_next.tb_lineno}")
