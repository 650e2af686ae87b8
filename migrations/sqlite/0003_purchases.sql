-- Orders for packs of coins. In play mode a test purchase is credited in the transaction that makes
-- the order; `order_id` is the interaction that meant it, so one intent is one order.

CREATE TABLE purchase_order (
    guild_id    INTEGER NOT NULL,
    order_id    INTEGER NOT NULL,
    member_id   INTEGER NOT NULL,
    pack_coins  INTEGER NOT NULL CHECK (pack_coins > 0),
    bonus_coins INTEGER NOT NULL CHECK (bonus_coins >= 0),
    provider    TEXT    NOT NULL,
    ordered_at  INTEGER NOT NULL,
    entry_id    INTEGER,                 -- the entry that credited it
    PRIMARY KEY (guild_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER purchase_order_stays BEFORE DELETE ON purchase_order
BEGIN SELECT RAISE(ABORT, 'orders cannot be deleted'); END;
CREATE INDEX purchase_order_member ON purchase_order (guild_id, member_id, order_id);
