-- How far the history of a plan was taken by a receiver: all up to ledger entry `entry`, and all that time did until `until`. `receiver`:
-- its kind and URL. Moved only after the receiver has answered for all of it.
CREATE TABLE history_position (
    receiver TEXT NOT NULL,
    plan     INTEGER NOT NULL REFERENCES plan (id),
    entry    INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    PRIMARY KEY (receiver, plan)
) WITHOUT ROWID;
