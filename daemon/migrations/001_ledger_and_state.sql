-- The ledger and all that is derived from it. Instants are milliseconds since 1970 UTC, amounts are millionths,
-- periods are their codes.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- `now`: how far the plan's engine has come. `adopted`: the ledger entry of the policy in force, `version` its hash.
CREATE TABLE plan (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    now     INTEGER,
    adopted INTEGER,
    version TEXT NOT NULL DEFAULT ''
);

-- A series' number stands for its text in every figure.
CREATE TABLE series (
    id        INTEGER PRIMARY KEY,
    plan      INTEGER NOT NULL REFERENCES plan (id),
    indicator TEXT NOT NULL,
    unit      TEXT NOT NULL,
    UNIQUE (plan, indicator, unit)
);

CREATE TABLE ledger (
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    plan    INTEGER NOT NULL REFERENCES plan (id),
    kind    INTEGER NOT NULL,
    author  TEXT NOT NULL,
    payload TEXT NOT NULL,
    hash    BLOB NOT NULL
);

-- No index but the row's own number: an index in the order of series would make each commit touch as many pages as it
-- has figures, and a figure would cost more the more series there are.
CREATE TABLE figure (
    id          INTEGER PRIMARY KEY,
    series      INTEGER NOT NULL,
    period      INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    numerator   INTEGER NOT NULL,
    denominator INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    entry       INTEGER NOT NULL
);

-- `handed_in`: seconds from the due moment. The verdict (1: on time) is stamped once, with the policy version that gave it.
CREATE TABLE slot (
    plan            INTEGER NOT NULL REFERENCES plan (id),
    duty            TEXT NOT NULL,
    period          INTEGER NOT NULL,
    unit            TEXT NOT NULL,
    state           TEXT NOT NULL,
    handed_in       INTEGER NOT NULL,
    filed           INTEGER NOT NULL,
    due             INTEGER NOT NULL,
    changed         INTEGER NOT NULL,
    verdict         INTEGER CHECK (verdict IN (0, 1)),
    verdict_at      INTEGER,
    verdict_version TEXT,
    verdict_why     TEXT,
    PRIMARY KEY (plan, duty, period, unit)
) WITHOUT ROWID;

CREATE TABLE alert (
    plan               INTEGER NOT NULL REFERENCES plan (id),
    id                 TEXT NOT NULL,
    kind               TEXT NOT NULL,
    subject            TEXT NOT NULL,
    unit               TEXT NOT NULL,
    period             TEXT NOT NULL,
    state              TEXT NOT NULL CHECK (state IN ('pending', 'firing', 'resolved')),
    since              INTEGER NOT NULL,
    severity           TEXT NOT NULL,
    why                TEXT NOT NULL,
    facts              TEXT NOT NULL,
    told               TEXT NOT NULL,
    acknowledged_until INTEGER,
    acknowledged_by    TEXT NOT NULL,
    fired_at           INTEGER,
    resolved_at        INTEGER,
    PRIMARY KEY (plan, id)
) WITHOUT ROWID;

CREATE TABLE transition (
    id       INTEGER PRIMARY KEY,
    plan     INTEGER NOT NULL REFERENCES plan (id),
    alert    TEXT NOT NULL,
    at       INTEGER NOT NULL,
    event    TEXT NOT NULL,
    severity TEXT NOT NULL,
    why      TEXT NOT NULL,
    facts    TEXT NOT NULL
);
CREATE INDEX transition_of_alert ON transition (plan, alert);

CREATE TABLE outbox (
    plan              INTEGER NOT NULL REFERENCES plan (id),
    number            INTEGER NOT NULL,
    at                INTEGER NOT NULL,
    alert             TEXT NOT NULL,
    step              TEXT NOT NULL,
    severity          TEXT NOT NULL,
    recipient         TEXT NOT NULL,
    recipient_name    TEXT NOT NULL,
    recipient_channel TEXT NOT NULL,
    recipient_address TEXT NOT NULL,
    why               TEXT NOT NULL,
    message_id        TEXT NOT NULL,
    state             TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'dead')),
    tries             INTEGER NOT NULL DEFAULT 0,
    next_try          INTEGER NOT NULL,
    answer            TEXT NOT NULL DEFAULT '',
    closed_at         INTEGER,
    PRIMARY KEY (plan, number)
) WITHOUT ROWID;
CREATE INDEX outbox_waiting ON outbox (next_try, plan, number) WHERE state = 'waiting';
CREATE INDEX outbox_of_alert ON outbox (plan, alert);

-- `hash`: SHA-256 of the token's text, which is kept nowhere. `units`: a JSON array. meta's `token_changes` grows by one
-- whenever this table changes, so that whoever holds it in memory sees that cheaply.
CREATE TABLE token (
    id      INTEGER PRIMARY KEY,
    hash    BLOB NOT NULL UNIQUE,
    label   TEXT NOT NULL,
    role    TEXT NOT NULL,
    plan    TEXT NOT NULL,
    units   TEXT NOT NULL,
    created INTEGER NOT NULL,
    revoked INTEGER
);

INSERT INTO meta (name, value) VALUES ('token_changes', '0');

-- What happened stays as it was, whoever asks.
CREATE TRIGGER ledger_is_kept BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_whole BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER figure_is_kept BEFORE UPDATE ON figure BEGIN SELECT RAISE(ABORT, 'figures are append-only'); END;
CREATE TRIGGER figure_is_whole BEFORE DELETE ON figure BEGIN SELECT RAISE(ABORT, 'figures are append-only'); END;
CREATE TRIGGER transition_is_kept BEFORE UPDATE ON transition BEGIN SELECT RAISE(ABORT, 'transitions are append-only'); END;
CREATE TRIGGER transition_is_whole BEFORE DELETE ON transition BEGIN SELECT RAISE(ABORT, 'transitions are append-only'); END;
CREATE TRIGGER verdict_is_final BEFORE UPDATE ON slot
WHEN OLD.verdict IS NOT NULL
 AND (NEW.verdict, NEW.verdict_at, NEW.verdict_version, NEW.verdict_why)
     IS NOT (OLD.verdict, OLD.verdict_at, OLD.verdict_version, OLD.verdict_why)
BEGIN SELECT RAISE(ABORT, 'a verdict is stamped once'); END;
CREATE TRIGGER slot_is_kept BEFORE DELETE ON slot WHEN OLD.verdict IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a verdict is stamped once'); END;
