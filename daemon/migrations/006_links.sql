-- Links in messages that were used, by the notice that they were sent with; `entry` is the acknowledgement that came of it. Not
-- derived from the ledger, which does not say by which way somebody acknowledged.
CREATE TABLE used_link (
    plan   INTEGER NOT NULL REFERENCES plan (id),
    notice INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    until  INTEGER NOT NULL,
    author TEXT NOT NULL,
    entry  INTEGER NOT NULL REFERENCES ledger (seq),
    PRIMARY KEY (plan, notice)
) WITHOUT ROWID;

CREATE TRIGGER used_link_is_kept BEFORE UPDATE ON used_link BEGIN SELECT RAISE(ABORT, 'a link is used once'); END;
CREATE TRIGGER used_link_is_whole BEFORE DELETE ON used_link BEGIN SELECT RAISE(ABORT, 'a link is used once'); END;
