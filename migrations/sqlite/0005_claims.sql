-- Coins become diamonds (conversion), diamonds are asked for (claim).

CREATE TABLE conversion (
    guild_id    INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    entry_id    INTEGER NOT NULL,
    paid_coins  INTEGER NOT NULL CHECK (paid_coins >= 0),
    bonus_coins INTEGER NOT NULL CHECK (bonus_coins >= 0),
    diamonds    INTEGER NOT NULL CHECK (diamonds > 0),
    paid_rate   TEXT    NOT NULL,        -- exact diamonds per coin, such as 1/2, kept for ever
    bonus_rate  TEXT    NOT NULL,
    PRIMARY KEY (guild_id, streamer_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER conversion_is_final BEFORE UPDATE ON conversion
BEGIN SELECT RAISE(ABORT, 'conversions cannot be changed'); END;
CREATE TRIGGER conversion_stays BEFORE DELETE ON conversion
BEGIN SELECT RAISE(ABORT, 'conversions cannot be deleted'); END;

CREATE TABLE claim (
    guild_id     INTEGER NOT NULL,
    claim_id     INTEGER NOT NULL,       -- counts up in each guild
    streamer_id  INTEGER NOT NULL,
    diamonds     INTEGER NOT NULL CHECK (diamonds > 0),
    state        TEXT    NOT NULL CHECK (state IN ('requested', 'approved', 'sending', 'paid',
                                                   'failed', 'rejected', 'cancelled')),
    requested_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, claim_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_streamer ON claim (guild_id, streamer_id, claim_id);
CREATE INDEX claim_open ON claim (guild_id, claim_id)
 WHERE state IN ('requested', 'approved', 'sending');

-- Every transition of a claim: who, when, why. `key` is the intent, so that one press counts once.
CREATE TABLE claim_step (
    guild_id INTEGER NOT NULL,
    claim_id INTEGER NOT NULL,
    step     INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    state    TEXT    NOT NULL,           -- the state the claim entered
    actor_id INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    note     TEXT    NOT NULL,           -- the reason of a rejection, the reference of a payout
    entry_id INTEGER,                    -- the entry that moved the diamonds, if any did
    PRIMARY KEY (guild_id, claim_id, step),
    UNIQUE (guild_id, key)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER claim_step_is_final BEFORE UPDATE ON claim_step
BEGIN SELECT RAISE(ABORT, 'steps of a claim cannot be changed'); END;
CREATE TRIGGER claim_step_stays BEFORE DELETE ON claim_step
BEGIN SELECT RAISE(ABORT, 'steps of a claim cannot be deleted'); END;
CREATE TRIGGER claim_only_moves_on
BEFORE UPDATE OF guild_id, claim_id, streamer_id, diamonds, requested_at ON claim
BEGIN SELECT RAISE(ABORT, 'of a claim only the state changes'); END;
CREATE TRIGGER claim_stays BEFORE DELETE ON claim
BEGIN SELECT RAISE(ABORT, 'claims cannot be deleted'); END;
