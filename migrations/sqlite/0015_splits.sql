-- Streamers who share what they receive, in percent, with up to five others who all agreed.
--
-- A gift is its streamer's until it has passed its hold, so a refund has one place to take it from.
-- Then the shares move, in entries of their own: what is due is computed from the sum of all gifts
-- so far, so that of many small ones nobody loses the odd coins.

CREATE TABLE split (
    guild_id    INTEGER NOT NULL,
    split_id    INTEGER NOT NULL,        -- counts up in each guild
    streamer_id INTEGER NOT NULL,
    key         TEXT    NOT NULL,        -- the intent that proposed it
    state       TEXT    NOT NULL CHECK (state IN ('proposed', 'active', 'ended')),
    proposed_at INTEGER NOT NULL,        -- seconds since 1970, UTC
    began_at    INTEGER NOT NULL DEFAULT 0,
    ended_at    INTEGER NOT NULL DEFAULT 0,
    ended_by    INTEGER NOT NULL DEFAULT 0,
    from_id     INTEGER NOT NULL DEFAULT 0,  -- it is for gifts after this entry
    until_id    INTEGER NOT NULL DEFAULT 0,  -- and up to this one; 0: it goes on
    settled_id  INTEGER NOT NULL DEFAULT 0,  -- gifts up to here are shared, or wait (below)
    paid_coins  INTEGER NOT NULL DEFAULT 0,  -- of all gifts that are shared, after the fee
    bonus_coins INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (guild_id, split_id),
    UNIQUE (guild_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX split_streamer ON split (guild_id, streamer_id, split_id);
-- A streamer shares under one agreement at a time.
CREATE UNIQUE INDEX split_active ON split (guild_id, streamer_id) WHERE state = 'active';
CREATE TRIGGER split_stays BEFORE DELETE ON split
BEGIN SELECT RAISE(ABORT, 'splits cannot be deleted'); END;
CREATE TRIGGER split_only_goes_on BEFORE UPDATE ON split
WHEN NEW.settled_id < OLD.settled_id OR OLD.state = 'ended' AND NEW.state <> 'ended'
  OR OLD.until_id > 0 AND NEW.until_id <> OLD.until_id
BEGIN SELECT RAISE(ABORT, 'what was shared stays so'); END;

CREATE TABLE split_member (
    guild_id    INTEGER NOT NULL,
    split_id    INTEGER NOT NULL,
    member_id   INTEGER NOT NULL,
    percent     INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 90),
    agreed_at   INTEGER NOT NULL DEFAULT 0,  -- 0: not yet
    paid_coins  INTEGER NOT NULL DEFAULT 0,  -- what moved to this member so far
    bonus_coins INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (guild_id, split_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX split_member_member ON split_member (guild_id, member_id, split_id);
CREATE TRIGGER split_member_terms_are_final BEFORE UPDATE ON split_member
WHEN NEW.percent <> OLD.percent OR NEW.paid_coins < OLD.paid_coins
  OR NEW.bonus_coins < OLD.bonus_coins
BEGIN SELECT RAISE(ABORT, 'the terms of a split cannot be changed'); END;

-- Gifts that a dispute keeps from being shared with the others of their time.
CREATE TABLE split_wait (
    guild_id INTEGER NOT NULL,
    split_id INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,           -- of the gift
    PRIMARY KEY (guild_id, split_id, entry_id)
) STRICT, WITHOUT ROWID;

-- What one entry moved to whom.
CREATE TABLE split_move (
    guild_id    INTEGER NOT NULL,
    split_id    INTEGER NOT NULL,
    entry_id    INTEGER NOT NULL,
    member_id   INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    paid_coins  INTEGER NOT NULL CHECK (paid_coins >= 0),
    bonus_coins INTEGER NOT NULL CHECK (bonus_coins >= 0),
    PRIMARY KEY (guild_id, split_id, entry_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER split_move_is_final BEFORE UPDATE ON split_move
BEGIN SELECT RAISE(ABORT, 'moved shares cannot be changed'); END;
CREATE TRIGGER split_move_stays BEFORE DELETE ON split_move
BEGIN SELECT RAISE(ABORT, 'moved shares cannot be deleted'); END;
