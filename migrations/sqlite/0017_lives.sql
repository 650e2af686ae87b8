-- Lives: a streamer's sessions, so that a report can say what one of them brought.
--
-- A gift belongs to the live in whose time it was sent; no gift names its live, so gifts pay nothing
-- for this. A live that nobody ends is over a day after it began, and with the season it is of:
-- whoever reads computes that, and the next start writes it down.

CREATE TABLE live (
    guild_id    INTEGER NOT NULL,
    live_id     INTEGER NOT NULL,        -- counts up in each guild
    streamer_id INTEGER NOT NULL,
    season      INTEGER NOT NULL,        -- the one that it began in
    key         TEXT    NOT NULL,        -- the intent that started it
    title       TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,        -- seconds since 1970, UTC
    ended_at    INTEGER NOT NULL DEFAULT 0 CHECK (ended_at = 0 OR ended_at >= started_at),
    end_key     TEXT    NOT NULL DEFAULT '',  -- the intent that ended it; '': it ended by itself
    PRIMARY KEY (guild_id, live_id),
    UNIQUE (guild_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX live_streamer ON live (guild_id, streamer_id, season, live_id);
-- A streamer has one live at a time.
CREATE UNIQUE INDEX live_running ON live (guild_id, streamer_id) WHERE ended_at = 0;
CREATE UNIQUE INDEX live_end_key ON live (guild_id, end_key) WHERE end_key <> '';
CREATE TRIGGER live_stays BEFORE DELETE ON live
BEGIN SELECT RAISE(ABORT, 'lives cannot be deleted'); END;
CREATE TRIGGER live_only_ends BEFORE UPDATE ON live
WHEN OLD.ended_at > 0 OR NEW.ended_at = 0
  OR (NEW.guild_id, NEW.live_id, NEW.streamer_id, NEW.season, NEW.key, NEW.title, NEW.started_at)
     <> (OLD.guild_id, OLD.live_id, OLD.streamer_id, OLD.season, OLD.key, OLD.title, OLD.started_at)
BEGIN SELECT RAISE(ABORT, 'what a live was cannot be changed'); END;

-- No entry of a step is after this one. A live of long ago is read gift by gift at its edges, and
-- without an end every gift since would be looked at. What was summed up before is before all lives,
-- so there it need not be known.
ALTER TABLE earned_time ADD COLUMN last_entry_id INTEGER NOT NULL DEFAULT 1000000000000000;
