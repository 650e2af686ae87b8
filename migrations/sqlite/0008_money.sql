-- Real money: packs with prices, orders that wait for a payment, what providers say of payments, and
-- what is booked when money comes, goes back or is disputed.
--
-- An event of a provider says only which payment to look at. What is booked follows from the
-- payment's present state: what should be booked minus what is booked.

INSERT INTO account (account, asset, house) VALUES
    ('debt',              'coin',    0),  -- minus the coins a member owes after a refund
    ('promised',          'coin',    0),  -- bonus coins set aside for orders that wait for money
    ('archived',          'coin',    1),  -- where the coins of a closed season went
    ('archived_diamonds', 'diamond', 1);  -- the same of diamonds

-- A member's debt is the one pot that is owed, so pots are made anew with another bound. What names
-- the table has to wait until it is there again.
DROP TRIGGER line_moves;
DROP TRIGGER posting_is_posted;
DROP TRIGGER gift_request_is_posted;

CREATE TABLE pot_with_debt (
    guild_id INTEGER NOT NULL,
    owner_id INTEGER NOT NULL,           -- a member, 0 for the house, minus a promotion's id
    account  TEXT    NOT NULL,
    balance  INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    PRIMARY KEY (guild_id, owner_id, account),
    CONSTRAINT pot_within_bounds CHECK (
        owner_id = 0
        OR balance BETWEEN 0 AND 1000000000000000
        -- Above zero too, since an upsert is checked as if it were an insert; a debt never is.
        OR (account = 'debt' AND balance BETWEEN -1000000000000000 AND 0))
) STRICT, WITHOUT ROWID;
INSERT INTO pot_with_debt SELECT guild_id, owner_id, account, balance, version FROM pot;
DROP TABLE pot;
ALTER TABLE pot_with_debt RENAME TO pot;

CREATE TRIGGER pot_stays BEFORE DELETE ON pot
BEGIN SELECT RAISE(ABORT, 'pots cannot be deleted'); END;

-- As in 0001.
CREATE TRIGGER line_moves AFTER INSERT ON line
BEGIN
    SELECT RAISE(ABORT, 'a line joins unknown accounts, two assets or the wrong owners')
     -- Most lines by far are gifts of paid coins, which need no look-up to be known as right.
     WHERE NOT (NEW.source_account = 'paid' AND NEW.target_account = 'earned_paid'
                AND NEW.source_owner_id <> 0 AND NEW.target_owner_id <> 0)
       AND NOT EXISTS (
        SELECT 1 FROM account AS source JOIN account AS target USING (asset)
         WHERE source.account = NEW.source_account AND source.house = (NEW.source_owner_id = 0)
           AND target.account = NEW.target_account AND target.house = (NEW.target_owner_id = 0));
    UPDATE pot SET balance = balance - NEW.amount, version = version + 1
     WHERE guild_id = NEW.guild_id
       AND owner_id = NEW.source_owner_id AND account = NEW.source_account;
    INSERT INTO pot (guild_id, owner_id, account, balance, version)
    SELECT NEW.guild_id, NEW.source_owner_id, NEW.source_account, -NEW.amount, 1
     WHERE changes() = 0;
    INSERT INTO pot (guild_id, owner_id, account, balance, version)
    VALUES (NEW.guild_id, NEW.target_owner_id, NEW.target_account, NEW.amount, 1)
    ON CONFLICT DO UPDATE SET balance = balance + NEW.amount, version = version + 1;
END;

-- As in 0001, but a debt may grow, and nobody pays more of it than there is.
CREATE TRIGGER posting_is_posted INSTEAD OF INSERT ON posting
BEGIN
    SELECT RAISE(IGNORE)
     WHERE EXISTS (SELECT 1 FROM entry WHERE guild_id = NEW.guild_id AND key = NEW.key);
    SELECT RAISE(ABORT, 'an entry needs at least one line')
     WHERE COALESCE(json_array_length(NEW.lines), 0) = 0;
    SELECT RAISE(IGNORE)
     WHERE EXISTS (
        SELECT 1 FROM json_each(NEW.lines) AS l
         WHERE l.value ->> 0 <> 0 AND l.value ->> 1 IS NOT 'debt'
         GROUP BY l.value ->> 0, l.value ->> 1
        HAVING SUM(l.value ->> 4) > COALESCE((
            SELECT balance FROM pot
             WHERE guild_id = NEW.guild_id
               AND owner_id = l.value ->> 0 AND account = l.value ->> 1), 0));
    SELECT RAISE(IGNORE)
     WHERE EXISTS (
        SELECT 1 FROM json_each(NEW.lines) AS l
         WHERE l.value ->> 3 = 'debt'
         GROUP BY l.value ->> 2
        HAVING SUM(l.value ->> 4) > COALESCE((
            SELECT -balance FROM pot
             WHERE guild_id = NEW.guild_id
               AND owner_id = l.value ->> 2 AND account = 'debt'), 0));
    INSERT INTO entry (guild_id, entry_id, key, request_hash, kind, actor_id, posted_at,
                       reverses_id, note)
    VALUES (NEW.guild_id,
            (SELECT COALESCE(MAX(entry_id), 0) + 1 FROM entry WHERE guild_id = NEW.guild_id),
            NEW.key, NEW.request_hash, NEW.kind, NEW.actor_id, NEW.posted_at,
            NEW.reverses_id, NEW.note);
    INSERT INTO line (guild_id, entry_id, number, source_owner_id, source_account,
                      target_owner_id, target_account, amount)
    SELECT NEW.guild_id, (SELECT MAX(entry_id) FROM entry WHERE guild_id = NEW.guild_id), l.key,
           l.value ->> 0, l.value ->> 1, l.value ->> 2, l.value ->> 3, l.value ->> 4
      FROM json_each(NEW.lines) AS l;
END;

-- Who can neither give nor receive gifts now, and why: a dispute is open, or coins are owed.
CREATE TABLE frozen (
    guild_id  INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    reason    TEXT    NOT NULL CHECK (reason IN ('dispute', 'debt')),
    order_id  INTEGER NOT NULL,          -- the disputed order, 0 for a debt
    frozen_at INTEGER NOT NULL,          -- seconds since 1970, UTC
    PRIMARY KEY (guild_id, member_id, reason, order_id)
) STRICT, WITHOUT ROWID;

-- As in 0004, but not while the giver is frozen, and not to a streamer with an open dispute.
CREATE TRIGGER gift_request_is_posted INSTEAD OF INSERT ON gift_request
BEGIN
    SELECT RAISE(IGNORE)
     WHERE COALESCE((SELECT balance FROM pot WHERE guild_id = NEW.guild_id
                      AND owner_id = NEW.giver_id AND account = 'paid'), 0) < NEW.coins
       AND COALESCE((SELECT SUM(balance) FROM pot WHERE guild_id = NEW.guild_id
                      AND owner_id = NEW.giver_id AND account IN ('bonus', 'paid')), 0) < NEW.coins;
    SELECT RAISE(IGNORE)
     WHERE EXISTS (SELECT 1 FROM frozen
                    WHERE guild_id = NEW.guild_id AND member_id = NEW.giver_id)
        OR EXISTS (SELECT 1 FROM frozen
                    WHERE guild_id = NEW.guild_id AND member_id = NEW.streamer_id
                      AND reason = 'dispute');
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

-- What a guild sells for money, in minor units of the guild's currency. Play mode has packs of its
-- own, which cost nothing.
CREATE TABLE pack (
    guild_id    INTEGER NOT NULL,
    coins       INTEGER NOT NULL CHECK (coins BETWEEN 1 AND 1000000000),
    price_minor INTEGER NOT NULL CHECK (price_minor BETWEEN 1 AND 1000000000000),
    currency    TEXT    NOT NULL,        -- ISO 4217
    position    INTEGER NOT NULL,        -- where it stands among the others
    hidden      INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    sku_id      INTEGER NOT NULL,        -- Discord's number of it, 0: not sold through Discord
    set_by      INTEGER NOT NULL,
    set_at      INTEGER NOT NULL,
    PRIMARY KEY (guild_id, coins, currency)
) STRICT, WITHOUT ROWID;

-- An order for money waits until a payment comes; one in play mode has no price and waits for none.
ALTER TABLE purchase_order ADD COLUMN price_minor INTEGER NOT NULL DEFAULT 0
    CHECK (price_minor >= 0);
ALTER TABLE purchase_order ADD COLUMN currency TEXT NOT NULL DEFAULT '';
ALTER TABLE purchase_order ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE purchase_order ADD COLUMN state TEXT NOT NULL DEFAULT 'credited'
    CHECK (state IN ('open', 'credited', 'closed'));
-- What a person writes on a bank transfer, such as K7QM-2PXD; '' for an order without money.
ALTER TABLE purchase_order ADD COLUMN code TEXT NOT NULL DEFAULT '';
-- The provider's own name of the checkout, '' before there is one.
ALTER TABLE purchase_order ADD COLUMN checkout_id TEXT NOT NULL DEFAULT '';
ALTER TABLE purchase_order ADD COLUMN sku_id INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX purchase_order_code ON purchase_order (guild_id, code) WHERE code <> '';
CREATE INDEX purchase_order_checkout ON purchase_order (provider, checkout_id)
 WHERE checkout_id <> '';
CREATE INDEX purchase_order_open ON purchase_order (expires_at) WHERE state = 'open';

-- The bonus that an open order was promised; its coins are in the member's pot `promised`.
CREATE TABLE order_promise (
    guild_id      INTEGER NOT NULL,
    order_id      INTEGER NOT NULL,
    member_id     INTEGER NOT NULL,
    promotion_id  INTEGER NOT NULL,
    window_id     INTEGER NOT NULL,
    bonus_percent INTEGER NOT NULL,
    bonus_coins   INTEGER NOT NULL CHECK (bonus_coins > 0),
    pack_coins    INTEGER NOT NULL,
    priced_at     INTEGER NOT NULL,
    from_budget   INTEGER NOT NULL CHECK (from_budget IN (0, 1)),
    state         TEXT    NOT NULL CHECK (state IN ('open', 'kept', 'released')),
    PRIMARY KEY (guild_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_promise_window ON order_promise (guild_id, window_id, member_id)
 WHERE state = 'open';
-- What is promised counts against the budget as what is given does. Kept, it is given: then the row
-- in order_bonus counts instead.
CREATE TRIGGER order_promise_is_counted AFTER INSERT ON order_promise
BEGIN
    INSERT INTO promotion_total (guild_id, promotion_id, buyers, pack_coins, bonus_coins)
    VALUES (NEW.guild_id, NEW.promotion_id, 0, 0, NEW.bonus_coins)
    ON CONFLICT DO UPDATE SET bonus_coins = bonus_coins + NEW.bonus_coins;
END;
CREATE TRIGGER order_promise_counts_no_more AFTER UPDATE OF state ON order_promise
WHEN OLD.state = 'open' AND NEW.state <> 'open'
BEGIN
    UPDATE promotion_total SET bonus_coins = bonus_coins - NEW.bonus_coins
     WHERE guild_id = NEW.guild_id AND promotion_id = NEW.promotion_id;
END;
CREATE TRIGGER order_promise_stays BEFORE DELETE ON order_promise
BEGIN SELECT RAISE(ABORT, 'promises cannot be deleted'); END;

-- The payment that settled an order, as its provider said last. A provider's ids know no guild.
CREATE TABLE payment (
    guild_id       INTEGER NOT NULL,
    order_id       INTEGER NOT NULL,
    provider       TEXT    NOT NULL,
    payment_id     TEXT    NOT NULL,
    amount_minor   INTEGER NOT NULL,
    currency       TEXT    NOT NULL,
    refunded_minor INTEGER NOT NULL,
    lost_minor     INTEGER NOT NULL,     -- taken away by disputes that were lost
    disputes_open  INTEGER NOT NULL,
    is_test        INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    paid_at        INTEGER NOT NULL,
    checked_at     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, order_id),
    UNIQUE (provider, payment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_young ON payment (provider, paid_at);
CREATE TRIGGER payment_stays BEFORE DELETE ON payment
BEGIN SELECT RAISE(ABORT, 'payments cannot be deleted'); END;

-- Events that were worked on; one that comes again is answered and forgotten.
CREATE TABLE payment_event (
    provider    TEXT    NOT NULL,
    event_id    TEXT    NOT NULL,
    payment_id  TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (provider, event_id)
) STRICT, WITHOUT ROWID;

-- How far each provider's list of events was read.
CREATE TABLE payment_cursor (
    provider  TEXT    NOT NULL PRIMARY KEY,
    cursor    TEXT    NOT NULL,
    polled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Money that fits no order; a person has to look at it, nothing is credited.
CREATE TABLE payment_review (
    guild_id     INTEGER NOT NULL,       -- 0: nobody knows which
    review_id    INTEGER NOT NULL,       -- counts up over all guilds
    provider     TEXT    NOT NULL,
    payment_id   TEXT    NOT NULL,
    reason       TEXT    NOT NULL CHECK (reason IN ('unknown_order', 'wrong_amount',
                                                    'second_payment', 'wallet_full',
                                                    'other_season')),
    order_id     INTEGER NOT NULL,
    member_id    INTEGER NOT NULL,       -- who paid and
    sku_id       INTEGER NOT NULL,       -- for what, where a provider says that and no order
    amount_minor INTEGER NOT NULL,
    currency     TEXT    NOT NULL,
    noted_at     INTEGER NOT NULL,
    settled_by   INTEGER NOT NULL DEFAULT 0,
    settled_at   INTEGER NOT NULL DEFAULT 0,
    note         TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (guild_id, review_id),
    UNIQUE (provider, payment_id)
) STRICT, WITHOUT ROWID;

-- The payments whose truth lies here and with nobody else: test purchases, cash, bank transfers.
CREATE TABLE own_payment (
    guild_id       INTEGER NOT NULL,
    order_id       INTEGER NOT NULL,
    provider       TEXT    NOT NULL,
    amount_minor   INTEGER NOT NULL,
    currency       TEXT    NOT NULL,
    paid_at        INTEGER NOT NULL,
    refunded_minor INTEGER NOT NULL,
    confirmed_by   INTEGER NOT NULL,     -- the admin who saw the money
    changed_by     INTEGER NOT NULL,
    changed_at     INTEGER NOT NULL,
    change_id      INTEGER NOT NULL UNIQUE,  -- counts up over all guilds with every change
    note           TEXT    NOT NULL,
    PRIMARY KEY (guild_id, order_id),
    CHECK (refunded_minor BETWEEN 0 AND amount_minor)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER own_payment_stays BEFORE DELETE ON own_payment
BEGIN SELECT RAISE(ABORT, 'payments cannot be deleted'); END;

-- What was given back of them, each under the key of whoever asked, so that twice is once.
CREATE TABLE own_refund (
    guild_id     INTEGER NOT NULL,
    order_id     INTEGER NOT NULL,
    key          TEXT    NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    given_by     INTEGER NOT NULL,       -- the admin, 0 when the bot was asked elsewhere
    given_at     INTEGER NOT NULL,
    note         TEXT    NOT NULL,
    PRIMARY KEY (guild_id, order_id, key)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER own_refund_is_final BEFORE UPDATE ON own_refund
BEGIN SELECT RAISE(ABORT, 'refunds cannot be changed'); END;
CREATE TRIGGER own_refund_stays BEFORE DELETE ON own_refund
BEGIN SELECT RAISE(ABORT, 'refunds cannot be deleted'); END;

-- Coins of a lot that were taken back (above zero) or given again (below zero), and where from:
-- unspent coins, gifts, or nowhere yet, so that the buyer owes them.
CREATE TABLE lot_change (
    guild_id       INTEGER NOT NULL,
    order_id       INTEGER NOT NULL,
    number         INTEGER NOT NULL,     -- counts up in each order
    entry_id       INTEGER,              -- NULL when there was nothing to book
    coins          INTEGER NOT NULL,     -- of the pack
    bonus_coins    INTEGER NOT NULL,     -- of the bonus that came with it
    bonus_taken    INTEGER NOT NULL,     -- thereof what was still there to be taken
    unspent_coins  INTEGER NOT NULL,
    gift_coins     INTEGER NOT NULL,
    debt_coins     INTEGER NOT NULL,
    changed_at     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, order_id, number),
    CHECK (coins = unspent_coins + gift_coins + debt_coins)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER lot_change_is_final BEFORE UPDATE ON lot_change
BEGIN SELECT RAISE(ABORT, 'changes of lots cannot be changed'); END;
CREATE TRIGGER lot_change_stays BEFORE DELETE ON lot_change
BEGIN SELECT RAISE(ABORT, 'changes of lots cannot be deleted'); END;

-- Coins that a streamer lost again, as what paid for the gift went back to the buyer.
CREATE TABLE gift_return (
    guild_id    INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    entry_id    INTEGER NOT NULL,        -- of the gift
    return_id   INTEGER NOT NULL,        -- the entry that took them
    order_id    INTEGER NOT NULL,        -- whose lot had paid
    coins       INTEGER NOT NULL CHECK (coins > 0),                   -- as the giver spent them
    fee_coins   INTEGER NOT NULL CHECK (fee_coins BETWEEN 0 AND coins),  -- thereof from the fee
    PRIMARY KEY (guild_id, streamer_id, entry_id, return_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER gift_return_is_final BEFORE UPDATE ON gift_return
BEGIN SELECT RAISE(ABORT, 'returned gifts cannot be changed'); END;
CREATE TRIGGER gift_return_stays BEFORE DELETE ON gift_return
BEGIN SELECT RAISE(ABORT, 'returned gifts cannot be deleted'); END;

-- What a buyer declared before the first order for money.
CREATE TABLE declaration (
    guild_id     INTEGER NOT NULL,
    member_id    INTEGER NOT NULL,
    country      TEXT    NOT NULL,       -- ISO 3166, two letters
    text_version INTEGER NOT NULL,       -- of what was declared
    declared_at  INTEGER NOT NULL,
    PRIMARY KEY (guild_id, member_id)
) STRICT, WITHOUT ROWID;

-- What a member may spend on coins, by the member's own will. A higher limit waits for `next_at`.
CREATE TABLE spending_limit (
    guild_id    INTEGER NOT NULL,
    member_id   INTEGER NOT NULL,
    period      TEXT    NOT NULL CHECK (period IN ('day', 'week', 'month')),
    limit_minor INTEGER NOT NULL,        -- -1: none
    next_minor  INTEGER NOT NULL,        -- what it will be from `next_at` on
    next_at     INTEGER NOT NULL,        -- 0: nothing is to come
    PRIMARY KEY (guild_id, member_id, period)
) STRICT, WITHOUT ROWID;

-- A guild's seasons: when it began to play, or to take money, and what the owner confirmed then.
CREATE TABLE season (
    guild_id     INTEGER NOT NULL,
    season       INTEGER NOT NULL,       -- counts up in each guild; the first one has no row
    mode         TEXT    NOT NULL CHECK (mode IN ('play', 'paid')),
    entry_id     INTEGER NOT NULL,       -- the last entry of the season before, 0: it had none
    confirmed_by INTEGER NOT NULL,
    text_version INTEGER NOT NULL,
    began_at     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, season)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER season_is_final BEFORE UPDATE ON season
BEGIN SELECT RAISE(ABORT, 'seasons cannot be changed'); END;
CREATE TRIGGER season_stays BEFORE DELETE ON season
BEGIN SELECT RAISE(ABORT, 'seasons cannot be deleted'); END;

-- What is to be said to one person: receipts, refunds, disputes. Written with what it tells of, in
-- one transaction, and sent afterwards with its number as nonce.
CREATE TABLE letter (
    guild_id  INTEGER NOT NULL,
    letter_id INTEGER NOT NULL,          -- counts up in each guild
    member_id INTEGER NOT NULL,          -- 0: whoever owns the server
    kind      TEXT    NOT NULL,
    subject   TEXT    NOT NULL,          -- what it is about, so that it is said once
    facts     TEXT    NOT NULL,          -- JSON
    state     TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'given_up')),
    due_at    INTEGER NOT NULL,
    tries     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (guild_id, letter_id),
    UNIQUE (guild_id, member_id, kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX letter_due ON letter (due_at) WHERE state = 'waiting';

-- Money that admins asked to give back, and why. The provider is asked under this number, so that
-- many a press is one refund.
CREATE TABLE refund_request (
    guild_id     INTEGER NOT NULL,
    request_id   INTEGER NOT NULL,
    order_id     INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    reason       TEXT    NOT NULL,
    asked_by     INTEGER NOT NULL,
    asked_at     INTEGER NOT NULL,
    sent_at      INTEGER NOT NULL DEFAULT 0,  -- when the provider took it on, 0: not yet
    PRIMARY KEY (guild_id, request_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER refund_request_stays BEFORE DELETE ON refund_request WHEN OLD.sent_at > 0
BEGIN SELECT RAISE(ABORT, 'refunds that were asked for cannot be deleted'); END;
