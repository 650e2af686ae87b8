-- What streamers received, summed up so that reports and holds read a few rows however large the
-- books are, and how far gifts have passed their hold.
--
-- The sums follow the books: a job adds what came since, in the order of the entries, and whoever
-- reads adds the rest. So gifts pay nothing for them, and they are never behind for a reader.

-- How far a guild's sums reach, and up to which entry its gifts have passed their hold. The order of
-- the entries counts, not their times: a purchase stands before the gifts that it paid for, so no
-- gift passes before both are old enough, also where a clock was set back. What has passed stays so,
-- whatever becomes of the guild's hold.
CREATE TABLE tally (
    guild_id    INTEGER NOT NULL PRIMARY KEY,
    tallied_id  INTEGER NOT NULL,        -- the sums have what is up to this entry
    released_id INTEGER NOT NULL,        -- and say up to here what has passed its hold
    passed_id   INTEGER NOT NULL         -- gifts up to here had passed it when it was changed
) STRICT;
CREATE TRIGGER tally_only_goes_on BEFORE UPDATE ON tally
WHEN NEW.tallied_id < OLD.tallied_id OR NEW.released_id < OLD.released_id
  OR NEW.passed_id < OLD.passed_id
BEGIN SELECT RAISE(ABORT, 'what was summed up or released stays so'); END;

-- What a streamer received in each hour, and in each quarter of one: most time zones are apart by
-- whole hours, and all of them by quarters. A gift counts where it was sent, also when it is taken
-- back; what a refund took out of gifts counts where it was taken.
CREATE TABLE earned_time (
    guild_id       INTEGER NOT NULL,
    streamer_id    INTEGER NOT NULL,
    season         INTEGER NOT NULL,
    step_seconds   INTEGER NOT NULL CHECK (step_seconds IN (900, 3600)),
    step           INTEGER NOT NULL,     -- the step's number since 1970, UTC
    gifts          INTEGER NOT NULL,
    paid_coins     INTEGER NOT NULL,     -- after the fee
    bonus_coins    INTEGER NOT NULL,     -- after the fee
    fee_coins      INTEGER NOT NULL,
    returned_coins INTEGER NOT NULL,
    first_entry_id INTEGER NOT NULL,     -- no gift of it is before this entry
    PRIMARY KEY (guild_id, streamer_id, season, step_seconds, step)
) STRICT, WITHOUT ROWID;

-- All that a streamer received so far, less what went back, and what of it has passed its hold.
CREATE TABLE earned_total (
    guild_id             INTEGER NOT NULL,
    streamer_id          INTEGER NOT NULL,
    gifts                INTEGER NOT NULL,
    paid_coins           INTEGER NOT NULL,
    bonus_coins          INTEGER NOT NULL,
    released_paid_coins  INTEGER NOT NULL,
    released_bonus_coins INTEGER NOT NULL,
    PRIMARY KEY (guild_id, streamer_id)
) STRICT, WITHOUT ROWID;

-- Who supported a streamer most, for those who received more gifts than can be looked through while
-- somebody waits. A job looks through them now and then.
CREATE TABLE top_list (
    guild_id    INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    season      INTEGER NOT NULL,
    period      TEXT    NOT NULL,
    starts_at   INTEGER NOT NULL,        -- when the period began that it is of
    made_at     INTEGER NOT NULL,
    supporters  INTEGER NOT NULL,        -- how many there are
    top         TEXT    NOT NULL,        -- JSON: [member_id, coins, gifts] of each of the first
    PRIMARY KEY (guild_id, streamer_id, season, period)
) STRICT, WITHOUT ROWID;

-- What one entry took out of gifts.
CREATE INDEX gift_return_entry ON gift_return (guild_id, return_id);
