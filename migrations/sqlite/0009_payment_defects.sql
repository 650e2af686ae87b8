-- A payment that a defect of the bot keeps from being booked waits for a person like others that fit
-- no order, so that it neither gets lost nor holds up the payments behind it. SQLite changes no
-- CHECK, so the table is made anew.

CREATE TABLE payment_review_wider (
    guild_id     INTEGER NOT NULL,       -- 0: nobody knows which
    review_id    INTEGER NOT NULL,       -- counts up over all guilds
    provider     TEXT    NOT NULL,
    payment_id   TEXT    NOT NULL,
    reason       TEXT    NOT NULL CHECK (reason IN ('unknown_order', 'wrong_amount',
                                                    'second_payment', 'wallet_full',
                                                    'other_season', 'defect')),
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
INSERT INTO payment_review_wider (guild_id, review_id, provider, payment_id, reason, order_id,
                                  member_id, sku_id, amount_minor, currency, noted_at, settled_by,
                                  settled_at, note)
SELECT guild_id, review_id, provider, payment_id, reason, order_id, member_id, sku_id, amount_minor,
       currency, noted_at, settled_by, settled_at, note
  FROM payment_review;
DROP TABLE payment_review;
ALTER TABLE payment_review_wider RENAME TO payment_review;
