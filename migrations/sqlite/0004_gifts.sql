-- Gifts are the hot work: a row inserted into the view `gift_request` is a whole gift. What it
-- draws from (bonus first, then paid) depends on the balance at that instant, so it is decided here,
-- where the balance is known. Triggers use VALUES and WHEN instead of INSERT ... SELECT: that saves
-- a temporary table each, a third of a gift's cost.

-- Clustered by streamer, so that earnings read one range and need no further index.
CREATE TABLE gift (
    guild_id    INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    entry_id    INTEGER NOT NULL,
    giver_id    INTEGER NOT NULL,
    gift        TEXT    NOT NULL,        -- the catalogue's code
    count       INTEGER NOT NULL CHECK (count > 0),
    coins       INTEGER NOT NULL CHECK (coins > 0),           -- the price of all of them
    bonus_coins INTEGER NOT NULL CHECK (bonus_coins BETWEEN 0 AND coins),
    fee_percent INTEGER NOT NULL CHECK (fee_percent BETWEEN 0 AND 90),
    message     TEXT    NOT NULL,
    sent_at     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, streamer_id, entry_id)
) STRICT, WITHOUT ROWID;

-- A gift taken back keeps its row; this one says that it no longer counts.
CREATE TABLE gift_undo (
    guild_id    INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    entry_id    INTEGER NOT NULL,
    undo_id     INTEGER NOT NULL,        -- the reversing entry
    PRIMARY KEY (guild_id, streamer_id, entry_id)
) STRICT, WITHOUT ROWID;

-- A gift that waits for its giver's yes, because it is large.
CREATE TABLE gift_draft (
    guild_id    INTEGER NOT NULL,
    draft_id    INTEGER NOT NULL,        -- the interaction that asked
    key         TEXT    NOT NULL,        -- the intent, under which the gift will be booked
    giver_id    INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    gift        TEXT    NOT NULL,
    count       INTEGER NOT NULL,
    coins       INTEGER NOT NULL,        -- the price that the giver was asked about
    message     TEXT    NOT NULL,
    drafted_at  INTEGER NOT NULL,
    PRIMARY KEY (guild_id, draft_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER gift_undo_is_final BEFORE UPDATE ON gift_undo
BEGIN SELECT RAISE(ABORT, 'gifts taken back cannot be changed'); END;
CREATE TRIGGER gift_undo_stays BEFORE DELETE ON gift_undo
BEGIN SELECT RAISE(ABORT, 'gifts taken back cannot be deleted'); END;
CREATE TRIGGER gift_is_final BEFORE UPDATE ON gift
BEGIN SELECT RAISE(ABORT, 'gifts cannot be changed'); END;
CREATE TRIGGER gift_stays BEFORE DELETE ON gift
BEGIN SELECT RAISE(ABORT, 'gifts cannot be deleted'); END;

-- The fee is rounded down for each kind of coins, in the streamer's favour. At most 90 % of at least
-- one coin leaves the streamer at least one, so the first lines are never empty.
CREATE TRIGGER gift_bonus_is_earned AFTER INSERT ON gift WHEN NEW.bonus_coins > 0
BEGIN
    INSERT INTO line VALUES (
        NEW.guild_id, NEW.entry_id, 0, NEW.giver_id, 'bonus', NEW.streamer_id, 'earned_bonus',
        NEW.bonus_coins - NEW.bonus_coins * NEW.fee_percent / 100);
END;
CREATE TRIGGER gift_bonus_pays_fee AFTER INSERT ON gift
WHEN NEW.bonus_coins * NEW.fee_percent >= 100
BEGIN
    INSERT INTO line VALUES (
        NEW.guild_id, NEW.entry_id, 1, NEW.giver_id, 'bonus', 0, 'fee',
        NEW.bonus_coins * NEW.fee_percent / 100);
END;
CREATE TRIGGER gift_paid_is_earned AFTER INSERT ON gift WHEN NEW.coins > NEW.bonus_coins
BEGIN
    INSERT INTO line VALUES (
        NEW.guild_id, NEW.entry_id, 2, NEW.giver_id, 'paid', NEW.streamer_id, 'earned_paid',
        (NEW.coins - NEW.bonus_coins)
        - (NEW.coins - NEW.bonus_coins) * NEW.fee_percent / 100);
END;
CREATE TRIGGER gift_paid_pays_fee AFTER INSERT ON gift
WHEN (NEW.coins - NEW.bonus_coins) * NEW.fee_percent >= 100
BEGIN
    INSERT INTO line VALUES (
        NEW.guild_id, NEW.entry_id, 3, NEW.giver_id, 'paid', 0, 'fee',
        (NEW.coins - NEW.bonus_coins) * NEW.fee_percent / 100);
END;

CREATE VIEW gift_request AS
SELECT 0 AS position, 0 AS guild_id, '' AS key, 0 AS request_hash, 0 AS giver_id,
       0 AS streamer_id, '' AS gift, 0 AS count, 0 AS coins, 0 AS fee_percent, '' AS message,
       0 AS sent_at
 WHERE 0;

-- A row that RETURNING does not give back changed nothing: its key is taken, or coins are short.
-- Paid coins alone usually suffice, and then the bonus pot need not be looked at.
CREATE TRIGGER gift_request_is_posted INSTEAD OF INSERT ON gift_request
BEGIN
    SELECT RAISE(IGNORE)
     WHERE COALESCE((SELECT balance FROM pot WHERE guild_id = NEW.guild_id
                      AND owner_id = NEW.giver_id AND account = 'paid'), 0) < NEW.coins
       AND COALESCE((SELECT SUM(balance) FROM pot WHERE guild_id = NEW.guild_id
                      AND owner_id = NEW.giver_id AND account IN ('bonus', 'paid')), 0) < NEW.coins;
    INSERT INTO entry (guild_id, entry_id, key, request_hash, kind, actor_id, posted_at)
    VALUES (NEW.guild_id,
            (SELECT COALESCE(MAX(entry_id), 0) + 1 FROM entry WHERE guild_id = NEW.guild_id),
            NEW.key, NEW.request_hash, 'gift', NEW.giver_id, NEW.sent_at)
    ON CONFLICT (guild_id, key) DO NOTHING;
    SELECT RAISE(IGNORE) WHERE changes() = 0;
    INSERT INTO gift VALUES (
        NEW.guild_id, NEW.streamer_id,
        (SELECT MAX(entry_id) FROM entry WHERE guild_id = NEW.guild_id),
        NEW.giver_id, NEW.gift, NEW.count, NEW.coins,
        MIN(NEW.coins, COALESCE((SELECT balance FROM pot WHERE guild_id = NEW.guild_id
                                  AND owner_id = NEW.giver_id AND account = 'bonus'), 0)),
        NEW.fee_percent, NEW.message, NEW.sent_at);
END;
