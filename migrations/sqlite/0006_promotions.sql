-- Promotions: the rules that admins configure, the windows in which they hold, what they gave.
--
-- Prices read the clock and the windows alone; `state` serves the jobs that announce. A window keeps
-- the terms it was made with, so a change of the rules never touches what was promised. What a
-- promotion may still give is a pot of its own (owner: minus the promotion's id, which no member can
-- have), so it can never be overspent.

INSERT INTO account (account, asset, house) VALUES
    ('budget',   'coin', 0),  -- bonus coins that a promotion may still give
    ('promoted', 'coin', 1);  -- what promotions draw from: minus the bonus coins set aside or given

CREATE TABLE promotion (
    guild_id     INTEGER NOT NULL,
    promotion_id INTEGER NOT NULL CHECK (promotion_id > 0),  -- counts up in each guild
    name         TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('active', 'paused', 'over')),
    terms_id     INTEGER NOT NULL,       -- the terms that windows are made with now
    key          TEXT    NOT NULL,       -- the intent that made it
    created_by   INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,       -- seconds since 1970, UTC
    PRIMARY KEY (guild_id, promotion_id),
    UNIQUE (guild_id, key)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER promotion_stays BEFORE DELETE ON promotion
BEGIN SELECT RAISE(ABORT, 'promotions cannot be deleted'); END;

-- Every version of a promotion's rules.
CREATE TABLE promotion_terms (
    guild_id       INTEGER NOT NULL,
    promotion_id   INTEGER NOT NULL,
    terms_id       INTEGER NOT NULL,     -- counts up in each promotion
    bonus_percent  INTEGER NOT NULL CHECK (bonus_percent BETWEEN 0 AND 1000),
    bonus_coins    INTEGER NOT NULL CHECK (bonus_coins BETWEEN 0 AND 1000000000),
    packs          TEXT    NOT NULL,     -- JSON array of the packs' coins, empty for all of them
    least_coins    INTEGER NOT NULL CHECK (least_coins >= 0),
    first_purchase INTEGER NOT NULL CHECK (first_purchase IN (0, 1)),
    member_coins   INTEGER NOT NULL CHECK (member_coins >= 0),  -- most in a window, 0: no limit
    member_uses    INTEGER NOT NULL CHECK (member_uses >= 0),   -- the same
    budget_coins   INTEGER NOT NULL CHECK (budget_coins >= 0),  -- in all windows, 0: no limit
    recurrence     TEXT    NOT NULL,     -- JSON, see bot/services/recurrence.py
    channel_id     INTEGER NOT NULL,     -- where it is announced, 0: nowhere
    role_id        INTEGER NOT NULL,     -- who is told by a mention, 0: nobody
    tells_ending   INTEGER NOT NULL CHECK (tells_ending IN (0, 1)),
    announcement   TEXT    NOT NULL,     -- the admin's own words in it
    set_by         INTEGER NOT NULL,
    set_at         INTEGER NOT NULL,
    PRIMARY KEY (guild_id, promotion_id, terms_id),
    CHECK ((bonus_percent = 0) <> (bonus_coins = 0))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER promotion_terms_are_final BEFORE UPDATE ON promotion_terms
BEGIN SELECT RAISE(ABORT, 'terms of a promotion cannot be changed'); END;
CREATE TRIGGER promotion_terms_stay BEFORE DELETE ON promotion_terms
BEGIN SELECT RAISE(ABORT, 'terms of a promotion cannot be deleted'); END;

-- One occurrence: from `starts_at` to before `ends_at`. Those that were not begun may go when the
-- rules or the guild's time zone change; one that was begun stays for ever.
CREATE TABLE promotion_window (
    guild_id     INTEGER NOT NULL,
    window_id    INTEGER NOT NULL,       -- counts up in each guild
    promotion_id INTEGER NOT NULL,
    terms_id     INTEGER NOT NULL,
    local_date   TEXT    NOT NULL,       -- the day on which it starts in the guild's time zone
    starts_at    INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('scheduled', 'running', 'ended', 'missed')),
    told_ending  INTEGER NOT NULL DEFAULT 0 CHECK (told_ending IN (0, 1)),
    PRIMARY KEY (guild_id, window_id),
    UNIQUE (guild_id, promotion_id, local_date),
    CHECK (starts_at <= ends_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX promotion_window_open ON promotion_window (guild_id, ends_at, starts_at);
-- The job looks over all guilds at once.
CREATE INDEX promotion_window_to_start ON promotion_window (starts_at) WHERE state = 'scheduled';
CREATE INDEX promotion_window_to_end ON promotion_window (ends_at) WHERE state = 'running';
CREATE TRIGGER promotion_window_stays BEFORE DELETE ON promotion_window
WHEN OLD.state <> 'scheduled'
BEGIN SELECT RAISE(ABORT, 'windows that began cannot be deleted'); END;

-- The bonus that came with an order, with all that it was computed from.
CREATE TABLE order_bonus (
    guild_id      INTEGER NOT NULL,
    order_id      INTEGER NOT NULL,
    member_id     INTEGER NOT NULL,
    promotion_id  INTEGER NOT NULL,
    window_id     INTEGER NOT NULL,
    bonus_percent INTEGER NOT NULL,      -- 0 when the terms give fixed coins
    bonus_coins   INTEGER NOT NULL CHECK (bonus_coins > 0),
    pack_coins    INTEGER NOT NULL,
    priced_at     INTEGER NOT NULL,      -- the instant whose price it is
    PRIMARY KEY (guild_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_bonus_window ON order_bonus (guild_id, window_id, member_id);
CREATE TRIGGER order_bonus_is_final BEFORE UPDATE ON order_bonus
BEGIN SELECT RAISE(ABORT, 'bonuses of orders cannot be changed'); END;
CREATE TRIGGER order_bonus_stays BEFORE DELETE ON order_bonus
BEGIN SELECT RAISE(ABORT, 'bonuses of orders cannot be deleted'); END;

-- What is to be said in a channel. A row is written with what it tells of, in one transaction, and
-- sent afterwards with its id as nonce, so that it is said once whatever happens between.
CREATE TABLE outbox (
    guild_id   INTEGER NOT NULL,
    outbox_id  INTEGER NOT NULL,         -- counts up in each guild
    kind       TEXT    NOT NULL CHECK (kind IN ('started', 'ending', 'ended', 'unsendable')),
    window_id  INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'given_up')),
    due_at     INTEGER NOT NULL,         -- not before this; grows with every failure
    tries      INTEGER NOT NULL DEFAULT 0,
    message_id INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (guild_id, outbox_id),
    UNIQUE (guild_id, window_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';

-- What an admin is putting together before it is saved; a restart forgets none of it.
CREATE TABLE promotion_draft (
    guild_id     INTEGER NOT NULL,
    draft_id     INTEGER NOT NULL,       -- the interaction that began it, and the intent of saving
    admin_id     INTEGER NOT NULL,
    promotion_id INTEGER NOT NULL,       -- the promotion that is edited, 0 for a new one
    plan         TEXT    NOT NULL,       -- JSON, see bot/services/promotion_plans.py
    drafted_at   INTEGER NOT NULL,
    PRIMARY KEY (guild_id, draft_id)
) STRICT, WITHOUT ROWID;
