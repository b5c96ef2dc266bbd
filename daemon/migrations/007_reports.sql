-- Reports that went out by themselves, by their ledger entry. `period` is its code, `as_of` what was known, `at` when it was sent. One
-- for each kind, period, unit (of a letter) and composite (of scores): nothing is sent twice.
CREATE TABLE report (
    entry     INTEGER PRIMARY KEY,
    plan      INTEGER NOT NULL REFERENCES plan (id),
    kind      TEXT NOT NULL,
    period    INTEGER NOT NULL,
    unit      TEXT NOT NULL,
    composite TEXT NOT NULL,
    as_of     INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    title     TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    UNIQUE (plan, kind, period, unit, composite)
);

-- What was on the paper, byte for byte. `part`: subject, text, html, workbook (`name` its file), or picture (`name` its content id).
-- Not derived from the ledger, which holds its hash.
CREATE TABLE report_part (
    id     INTEGER PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES report (entry),
    part   TEXT NOT NULL CHECK (part IN ('subject', 'text', 'html', 'workbook', 'picture')),
    name   TEXT NOT NULL,
    alt    TEXT NOT NULL,
    width  INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes  BLOB NOT NULL
);
CREATE INDEX part_of_report ON report_part (report);

-- How far the sending of a kind has come: every moment up to `until` is settled.
CREATE TABLE report_course (
    plan  INTEGER NOT NULL REFERENCES plan (id),
    kind  TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (plan, kind)
) WITHOUT ROWID;

-- The report that a message carries; none: it carries notices.
ALTER TABLE message ADD COLUMN report INTEGER REFERENCES report (entry);
CREATE INDEX message_of_report ON message (report) WHERE report IS NOT NULL;

CREATE TRIGGER report_is_kept BEFORE UPDATE ON report BEGIN SELECT RAISE(ABORT, 'reports that were sent are kept'); END;
CREATE TRIGGER report_is_whole BEFORE DELETE ON report BEGIN SELECT RAISE(ABORT, 'reports that were sent are kept'); END;
CREATE TRIGGER report_part_is_kept BEFORE UPDATE ON report_part BEGIN SELECT RAISE(ABORT, 'reports that were sent are kept'); END;
CREATE TRIGGER report_part_is_whole BEFORE DELETE ON report_part BEGIN SELECT RAISE(ABORT, 'reports that were sent are kept'); END;
