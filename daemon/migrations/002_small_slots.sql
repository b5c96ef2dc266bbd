-- Slots by number: what all units of a deadline share is written once. A row of twenty thousand takes a sixth of the room.

-- Ids, versions and sentences that many rows repeat.
CREATE TABLE word (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);

DROP TRIGGER verdict_is_final;
DROP TRIGGER slot_is_kept;
ALTER TABLE slot RENAME TO slot_before;

-- `state`: 0 upcoming, 1 due_soon, 2 overdue, 3 on_time, 4 late, 5 waived. `duty`, `unit`, `verdict_version` and `verdict_why`
-- are words.
CREATE TABLE slot (
    plan            INTEGER NOT NULL REFERENCES plan (id),
    duty            INTEGER NOT NULL REFERENCES word (id),
    period          INTEGER NOT NULL,
    unit            INTEGER NOT NULL REFERENCES word (id),
    state           INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
    handed_in       INTEGER NOT NULL,
    filed           INTEGER NOT NULL,
    due             INTEGER NOT NULL,
    changed         INTEGER NOT NULL,
    verdict         INTEGER CHECK (verdict IN (0, 1)),
    verdict_at      INTEGER,
    verdict_version INTEGER REFERENCES word (id),
    verdict_why     INTEGER REFERENCES word (id),
    PRIMARY KEY (plan, duty, period, unit)
) WITHOUT ROWID;

INSERT OR IGNORE INTO word (text) SELECT duty FROM slot_before;
INSERT OR IGNORE INTO word (text) SELECT unit FROM slot_before;
INSERT OR IGNORE INTO word (text) SELECT verdict_version FROM slot_before WHERE verdict_version IS NOT NULL;
INSERT OR IGNORE INTO word (text) SELECT verdict_why FROM slot_before WHERE verdict_why IS NOT NULL;
INSERT INTO slot
SELECT plan, duty_word.id, period, unit_word.id,
       CASE state WHEN 'upcoming' THEN 0 WHEN 'due_soon' THEN 1 WHEN 'overdue' THEN 2 WHEN 'on_time' THEN 3 WHEN 'late' THEN 4 ELSE 5 END,
       handed_in, filed, due, changed, verdict, verdict_at, version_word.id, why_word.id
FROM slot_before
JOIN word AS duty_word ON duty_word.text = slot_before.duty
JOIN word AS unit_word ON unit_word.text = slot_before.unit
LEFT JOIN word AS version_word ON version_word.text = slot_before.verdict_version
LEFT JOIN word AS why_word ON why_word.text = slot_before.verdict_why;
DROP TABLE slot_before;

CREATE VIEW slot_in_words AS
SELECT slot.plan, duty_word.text AS duty, period, unit_word.text AS unit,
       CASE state WHEN 0 THEN 'upcoming' WHEN 1 THEN 'due_soon' WHEN 2 THEN 'overdue' WHEN 3 THEN 'on_time' WHEN 4 THEN 'late' ELSE 'waived' END AS state,
       handed_in, filed, due, changed, verdict, verdict_at, version_word.text AS verdict_version, why_word.text AS verdict_why
FROM slot
JOIN word AS duty_word ON duty_word.id = slot.duty
JOIN word AS unit_word ON unit_word.id = slot.unit
LEFT JOIN word AS version_word ON version_word.id = slot.verdict_version
LEFT JOIN word AS why_word ON why_word.id = slot.verdict_why;

CREATE TRIGGER word_is_kept BEFORE UPDATE ON word BEGIN SELECT RAISE(ABORT, 'words are append-only'); END;
CREATE TRIGGER word_is_whole BEFORE DELETE ON word BEGIN SELECT RAISE(ABORT, 'words are append-only'); END;
CREATE TRIGGER verdict_is_final BEFORE UPDATE ON slot
WHEN OLD.verdict IS NOT NULL
 AND (NEW.verdict, NEW.verdict_at, NEW.verdict_version, NEW.verdict_why)
     IS NOT (OLD.verdict, OLD.verdict_at, OLD.verdict_version, OLD.verdict_why)
BEGIN SELECT RAISE(ABORT, 'a verdict is stamped once'); END;
CREATE TRIGGER slot_is_kept BEFORE DELETE ON slot WHEN OLD.verdict IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a verdict is stamped once'); END;
