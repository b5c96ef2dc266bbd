-- The moment from which a token is refused, in milliseconds since 1970; none: it is good until it is revoked.
ALTER TABLE token ADD COLUMN expires INTEGER;
