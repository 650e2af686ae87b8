-- Rates that change, and coins that keep the one they were received under.

-- What a guild's rates became, who changed them and why it matters to whom: `applies` says whether
-- the new ones hold for everything that was not converted yet, or for what is received after
-- `entry_id` only. Conversions keep theirs anyway.
CREATE TABLE rate_change (
    guild_id   INTEGER NOT NULL,
    change_id  INTEGER NOT NULL,         -- counts up in each guild
    paid_rate  TEXT    NOT NULL,         -- exact diamonds per coin, such as 1/2
    bonus_rate TEXT    NOT NULL,
    applies    TEXT    NOT NULL CHECK (applies IN ('later', 'earlier')),
    entry_id   INTEGER NOT NULL,         -- the last entry before the change
    changed_by INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,         -- seconds since 1970, UTC
    PRIMARY KEY (guild_id, change_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER rate_change_is_final BEFORE UPDATE ON rate_change
BEGIN SELECT RAISE(ABORT, 'changes of rates cannot be changed'); END;
CREATE TRIGGER rate_change_stays BEFORE DELETE ON rate_change
BEGIN SELECT RAISE(ABORT, 'changes of rates cannot be deleted'); END;

-- What a streamer had not converted when the rates changed for what is received later: so many coins
-- are converted at the rates from before, the oldest first. A gift that goes back makes them fewer.
CREATE TABLE kept_rate (
    guild_id    INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    change_id   INTEGER NOT NULL,        -- the change they are from before
    entry_id    INTEGER NOT NULL,        -- they were received up to this entry
    paid_coins  INTEGER NOT NULL CHECK (paid_coins >= 0),
    bonus_coins INTEGER NOT NULL CHECK (bonus_coins >= 0),
    paid_rate   TEXT    NOT NULL,
    bonus_rate  TEXT    NOT NULL,
    PRIMARY KEY (guild_id, streamer_id, change_id)
) STRICT, WITHOUT ROWID;

-- Of a conversion at several rates, what each of them made; one at one rate has no rows here.
CREATE TABLE conversion_part (
    guild_id    INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    entry_id    INTEGER NOT NULL,
    part        INTEGER NOT NULL,
    paid_coins  INTEGER NOT NULL CHECK (paid_coins >= 0),
    bonus_coins INTEGER NOT NULL CHECK (bonus_coins >= 0),
    diamonds    INTEGER NOT NULL CHECK (diamonds > 0),
    paid_rate   TEXT    NOT NULL,
    bonus_rate  TEXT    NOT NULL,
    PRIMARY KEY (guild_id, streamer_id, entry_id, part)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER conversion_part_is_final BEFORE UPDATE ON conversion_part
BEGIN SELECT RAISE(ABORT, 'conversions cannot be changed'); END;
CREATE TRIGGER conversion_part_stays BEFORE DELETE ON conversion_part
BEGIN SELECT RAISE(ABORT, 'conversions cannot be deleted'); END;
