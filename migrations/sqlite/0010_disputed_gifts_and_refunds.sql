-- What a dispute keeps from streamers as long as it is open, refunds that are asked for again when
-- nobody knows whether they went, and what owners confirm when the way to pay changes.

-- Gifts that a disputed payment paid for and that had not passed their hold when the dispute began:
-- until it is decided they do not pass it, and a lost dispute may take them.
CREATE TABLE disputed_gift (
    guild_id    INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    entry_id    INTEGER NOT NULL,        -- of the gift
    order_id    INTEGER NOT NULL,        -- whose lot paid for it
    coins       INTEGER NOT NULL CHECK (coins > 0),                   -- as the giver spent them
    fee_coins   INTEGER NOT NULL CHECK (fee_coins BETWEEN 0 AND coins),  -- thereof the fee
    PRIMARY KEY (guild_id, streamer_id, entry_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX disputed_gift_order ON disputed_gift (guild_id, order_id);

-- What passed its hold while an older dispute was open may be converted, so those count from now.
UPDATE frozen SET frozen_at = MAX(frozen_at, unixepoch()) WHERE reason = 'dispute';

-- Whose open orders were promised a bonus is asked for every offer.
CREATE INDEX order_promise_member
    ON order_promise (guild_id, member_id, promotion_id, bonus_coins, from_budget)
 WHERE state = 'open';

-- When the provider was asked last, 0: it was not, or it said no. It is noted before the question,
-- so that a refund whose answer was lost is asked for again.
ALTER TABLE refund_request ADD COLUMN tried_at INTEGER NOT NULL DEFAULT 0;
UPDATE refund_request SET tried_at = sent_at;
CREATE INDEX refund_request_unanswered ON refund_request (tried_at)
 WHERE tried_at > 0 AND sent_at = 0;
DROP TRIGGER refund_request_stays;
CREATE TRIGGER refund_request_stays BEFORE DELETE ON refund_request
WHEN OLD.sent_at > 0 OR OLD.tried_at > 0
BEGIN SELECT RAISE(ABORT, 'refunds that were asked for cannot be deleted'); END;

-- What the owner confirmed after paid mode began: that the money goes another way from then on.
CREATE TABLE setup_confirmation (
    guild_id        INTEGER NOT NULL,
    confirmation_id INTEGER NOT NULL,    -- counts up in each guild
    season          INTEGER NOT NULL,
    provider        TEXT    NOT NULL,
    confirmed_by    INTEGER NOT NULL,
    text_version    INTEGER NOT NULL,
    confirmed_at    INTEGER NOT NULL,
    PRIMARY KEY (guild_id, confirmation_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER setup_confirmation_is_final BEFORE UPDATE ON setup_confirmation
BEGIN SELECT RAISE(ABORT, 'confirmations cannot be changed'); END;
CREATE TRIGGER setup_confirmation_stays BEFORE DELETE ON setup_confirmation
BEGIN SELECT RAISE(ABORT, 'confirmations cannot be deleted'); END;
