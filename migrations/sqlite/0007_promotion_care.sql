-- Care for promotions: what each gave in all is kept beside it, so that no price and no report adds
-- up all orders of a guild; how far ahead its windows are made, so that most looks at the clock have
-- nothing to do; and who changed what, for the admins who come after.

-- What an admin wants written on the picture of the announcement, '' for no picture.
ALTER TABLE promotion_terms ADD COLUMN picture_text TEXT NOT NULL DEFAULT '';

-- Every window that starts before this instant is made (seconds since 1970, UTC).
ALTER TABLE promotion ADD COLUMN made_until INTEGER NOT NULL DEFAULT 0;
CREATE INDEX promotion_to_make ON promotion (made_until) WHERE state <> 'over';

-- A clock that was wrong is set back: what it said was missed is still to come.
CREATE INDEX promotion_window_missed ON promotion_window (ends_at) WHERE state = 'missed';

-- What is asked for while somebody buys is found without the rows themselves: among indexes that
-- cover no question, SQLite takes the primary key, and with it every order of the guild.
DROP INDEX order_bonus_window;
CREATE INDEX order_bonus_window ON order_bonus (guild_id, window_id, member_id, bonus_coins);
CREATE INDEX order_bonus_buyer ON order_bonus (guild_id, promotion_id, member_id);
DROP INDEX purchase_order_member;
CREATE INDEX purchase_order_member ON purchase_order (guild_id, member_id, entry_id);
CREATE INDEX purchase_order_time ON purchase_order (guild_id, ordered_at, entry_id, pack_coins);

-- What came of a promotion in all; what it gave counts against its budget.
CREATE TABLE promotion_total (
    guild_id     INTEGER NOT NULL,
    promotion_id INTEGER NOT NULL,
    buyers       INTEGER NOT NULL,
    pack_coins   INTEGER NOT NULL,       -- sold in packs that had a bonus
    bonus_coins  INTEGER NOT NULL,       -- given on top
    PRIMARY KEY (guild_id, promotion_id)
) STRICT, WITHOUT ROWID;
INSERT INTO promotion_total (guild_id, promotion_id, buyers, pack_coins, bonus_coins)
SELECT guild_id, promotion_id, COUNT(DISTINCT member_id), SUM(pack_coins), SUM(bonus_coins)
  FROM order_bonus GROUP BY guild_id, promotion_id;
CREATE TRIGGER order_bonus_is_counted AFTER INSERT ON order_bonus
BEGIN
    INSERT INTO promotion_total (guild_id, promotion_id, buyers, pack_coins, bonus_coins)
    VALUES (NEW.guild_id, NEW.promotion_id, 1, NEW.pack_coins, NEW.bonus_coins)
    ON CONFLICT DO UPDATE SET
        buyers = buyers + NOT EXISTS (
            SELECT 1 FROM order_bonus AS o
             WHERE o.guild_id = NEW.guild_id AND o.promotion_id = NEW.promotion_id
               AND o.member_id = NEW.member_id AND o.order_id <> NEW.order_id),
        pack_coins = pack_coins + NEW.pack_coins,
        bonus_coins = bonus_coins + NEW.bonus_coins;
END;

-- Who did what to a promotion, and when; what happened by the clock was done by 0.
CREATE TABLE promotion_step (
    guild_id     INTEGER NOT NULL,
    promotion_id INTEGER NOT NULL,
    step         INTEGER NOT NULL,       -- counts up in each promotion
    what         TEXT    NOT NULL CHECK (what IN ('created', 'edited', 'paused', 'resumed',
                                                  'window_ended', 'cancelled', 'over')),
    done_by      INTEGER NOT NULL,
    done_at      INTEGER NOT NULL,       -- seconds since 1970, UTC
    PRIMARY KEY (guild_id, promotion_id, step)
) STRICT, WITHOUT ROWID;
INSERT INTO promotion_step (guild_id, promotion_id, step, what, done_by, done_at)
SELECT guild_id, promotion_id, terms_id, IIF(terms_id = 1, 'created', 'edited'), set_by, set_at
  FROM promotion_terms;
CREATE TRIGGER promotion_step_is_final BEFORE UPDATE ON promotion_step
BEGIN SELECT RAISE(ABORT, 'steps of a promotion cannot be changed'); END;
CREATE TRIGGER promotion_step_stays BEFORE DELETE ON promotion_step
BEGIN SELECT RAISE(ABORT, 'steps of a promotion cannot be deleted'); END;

-- With which of the promotion's terms something was said, which tell the place; and why it was not
-- said as it was meant. A failed one is told to the admin and shown, instead of being counted.
ALTER TABLE outbox ADD COLUMN terms_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN why TEXT NOT NULL DEFAULT '' CHECK (
    why IN ('', 'gone', 'closed', 'unreached', 'late', 'unwanted', 'role'));
UPDATE outbox SET
    terms_id = COALESCE((SELECT w.terms_id FROM promotion_window AS w
                          WHERE w.guild_id = outbox.guild_id
                            AND w.window_id = outbox.window_id), 0),
    why = IIF(kind = 'unsendable', 'closed', '');
-- What was said of one window is found by it alone, however much a guild has said in its life.
CREATE INDEX outbox_window ON outbox (
    guild_id, window_id, kind, state, why, tries, due_at, message_id, terms_id);

-- A preview that was saved stays until it is old, so that Save pressed twice is once, and nothing
-- that comes after it changes or discards it; an edit is refused when there are other terms by then.
ALTER TABLE promotion_draft ADD COLUMN saved_as INTEGER NOT NULL DEFAULT 0;  -- the promotion's id
ALTER TABLE promotion_draft ADD COLUMN terms_id INTEGER NOT NULL DEFAULT 0;  -- when its edit began
-- Whether a window's end was typed, rather than how long it lasts.
ALTER TABLE promotion_draft ADD COLUMN keeps_end INTEGER NOT NULL DEFAULT 0;
