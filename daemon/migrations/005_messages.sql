-- What somebody is to be told is a notice; what goes out is a message, which packs the notices to one person. Until now each
-- notice was a message of its own.

-- `due`: a day, counted from 1970. `open`, `is_first`, `at_once`: see Notice. Neither `message` nor `dropped`: it waits.
CREATE TABLE notice (
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
    due               INTEGER,
    open              INTEGER NOT NULL,
    is_first          INTEGER NOT NULL,
    at_once           INTEGER NOT NULL,
    message           INTEGER,
    dropped           TEXT CHECK (dropped IN ('superseded', 'over')),
    dropped_at        INTEGER,
    PRIMARY KEY (plan, number)
) WITHOUT ROWID;
CREATE INDEX notice_of_alert ON notice (plan, alert);
CREATE INDEX notice_of_message ON notice (plan, message) WHERE message IS NOT NULL;
CREATE INDEX notice_waiting ON notice (plan) WHERE message IS NULL AND dropped IS NULL;

-- `channel`: by which the next try goes, or by which the last went, since `channel_since`.
CREATE TABLE message (
    plan              INTEGER NOT NULL REFERENCES plan (id),
    number            INTEGER NOT NULL,
    at                INTEGER NOT NULL,
    recipient         TEXT NOT NULL,
    recipient_name    TEXT NOT NULL,
    recipient_channel TEXT NOT NULL,
    recipient_address TEXT NOT NULL,
    packed            INTEGER NOT NULL,
    message_id        TEXT NOT NULL,
    state             TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'dead')),
    channel           TEXT NOT NULL,
    channel_since     INTEGER NOT NULL,
    tries             INTEGER NOT NULL DEFAULT 0,
    next_try          INTEGER NOT NULL,
    answer            TEXT NOT NULL DEFAULT '',
    closed_at         INTEGER,
    PRIMARY KEY (plan, number)
) WITHOUT ROWID;
CREATE INDEX message_waiting ON message (next_try, plan, number) WHERE state = 'waiting';
CREATE INDEX message_to ON message (plan, recipient, at);

-- Every try, with the server's answer. Not derived from the ledger, which holds what became of a message for good.
CREATE TABLE attempt (
    id      INTEGER PRIMARY KEY,
    plan    INTEGER NOT NULL REFERENCES plan (id),
    message INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    channel TEXT NOT NULL,
    result  TEXT NOT NULL CHECK (result IN ('retry', 'delivered', 'dead')),
    answer  TEXT NOT NULL
);
CREATE INDEX attempt_of_message ON attempt (plan, message);

-- `matchers`: JSON.
CREATE TABLE silence (
    plan     INTEGER NOT NULL REFERENCES plan (id),
    id       TEXT NOT NULL,
    matchers TEXT NOT NULL,
    begins   INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    author   TEXT NOT NULL,
    comment  TEXT NOT NULL,
    ended    INTEGER,
    ended_by TEXT,
    PRIMARY KEY (plan, id)
) WITHOUT ROWID;

-- Extensions (`until` their last day, counted from 1970) and waivers (no `until`). `first_due`: the moment before any of them.
CREATE TABLE decision (
    id        INTEGER PRIMARY KEY,
    plan      INTEGER NOT NULL REFERENCES plan (id),
    duty      TEXT NOT NULL,
    period    INTEGER NOT NULL,
    unit      TEXT NOT NULL,
    until     INTEGER,
    first_due INTEGER NOT NULL,
    author    TEXT NOT NULL,
    reason    TEXT NOT NULL,
    at        INTEGER NOT NULL
);
CREATE INDEX decision_of_slot ON decision (plan, duty, period, unit);

INSERT INTO notice (plan, number, at, alert, step, severity, recipient, recipient_name, recipient_channel, recipient_address, why, open, is_first, at_once, message)
SELECT plan, number, at, alert, step, severity, recipient, recipient_name, recipient_channel, recipient_address, why, 1, 0, 1, number FROM outbox;
INSERT INTO message (plan, number, at, recipient, recipient_name, recipient_channel, recipient_address, packed, message_id, state, channel, channel_since,
                     tries, next_try, answer, closed_at)
SELECT plan, number, at, recipient, recipient_name, recipient_channel, recipient_address, 0, message_id, state, recipient_channel, at, tries, next_try, answer, closed_at
FROM outbox;
DROP TABLE outbox;

CREATE TRIGGER decision_is_kept BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_is_whole BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
