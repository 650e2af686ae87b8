-- Claims that are beyond doubt: what each step did and how many diamonds it moved, parts in which a
-- claim is paid, what it is worth in money, and what is on its way through a provider.

-- What a diamond was worth when it was claimed stays what it was; both are empty in play mode.
ALTER TABLE claim ADD COLUMN amount_minor INTEGER NOT NULL DEFAULT 0
    CHECK (amount_minor BETWEEN 0 AND 1000000000000000);
ALTER TABLE claim ADD COLUMN currency TEXT NOT NULL DEFAULT '';
-- Who paid it last, or is about to: '' before that, 'manual' by hand, else a provider's name.
ALTER TABLE claim ADD COLUMN provider TEXT NOT NULL DEFAULT '';
-- The diamonds that a provider is sending right now.
ALTER TABLE claim ADD COLUMN sending_diamonds INTEGER NOT NULL DEFAULT 0
    CHECK (sending_diamonds BETWEEN 0 AND diamonds);
CREATE INDEX claim_sending ON claim (state, guild_id, claim_id) WHERE state = 'sending';
CREATE TRIGGER claim_worth_stays BEFORE UPDATE OF amount_minor, currency ON claim
BEGIN SELECT RAISE(ABORT, 'what a claim is worth cannot be changed'); END;

-- Two steps can lead to one state, and one can lead to none: a first approval of two, a part.
DROP TRIGGER claim_step_is_final;
ALTER TABLE claim_step ADD COLUMN action TEXT NOT NULL DEFAULT '';
ALTER TABLE claim_step ADD COLUMN diamonds INTEGER NOT NULL DEFAULT 0 CHECK (diamonds >= 0);
UPDATE claim_step
   SET action = CASE state WHEN 'requested' THEN 'request' WHEN 'approved' THEN 'approve'
                           WHEN 'rejected' THEN 'reject' WHEN 'cancelled' THEN 'cancel'
                           ELSE 'pay' END,
       diamonds = CASE WHEN entry_id IS NULL THEN 0
                       ELSE (SELECT c.diamonds FROM claim AS c
                              WHERE c.guild_id = claim_step.guild_id
                                AND c.claim_id = claim_step.claim_id) END;
CREATE TRIGGER claim_step_is_final BEFORE UPDATE ON claim_step
BEGIN SELECT RAISE(ABORT, 'steps of a claim cannot be changed'); END;

-- A claim is paid in one part or in several; together they are the claim to the diamond and cent.
CREATE TABLE claim_payment (
    guild_id     INTEGER NOT NULL,
    claim_id     INTEGER NOT NULL,
    part         INTEGER NOT NULL,       -- counts up in each claim
    diamonds     INTEGER NOT NULL CHECK (diamonds > 0),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    reference    TEXT    NOT NULL,
    provider     TEXT    NOT NULL,
    paid_at      INTEGER NOT NULL,
    paid_by      INTEGER NOT NULL,
    entry_id     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, claim_id, part)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER claim_payment_is_final BEFORE UPDATE ON claim_payment
BEGIN SELECT RAISE(ABORT, 'payments of a claim cannot be changed'); END;
CREATE TRIGGER claim_payment_stays BEFORE DELETE ON claim_payment
BEGIN SELECT RAISE(ABORT, 'payments of a claim cannot be deleted'); END;

INSERT INTO claim_payment
SELECT guild_id, claim_id, 1, diamonds, 0, note, 'manual', taken_at, actor_id, entry_id
  FROM claim_step WHERE state = 'paid' AND entry_id IS NOT NULL;
UPDATE claim SET provider = 'manual' WHERE state = 'paid';

-- What a bank said of many claims, as an admin's file told it: shown first, applied once or never.
CREATE TABLE payout_import (
    guild_id   INTEGER NOT NULL,
    import_id  INTEGER NOT NULL,         -- of the interaction that brought the file
    admin_id   INTEGER NOT NULL,
    results    TEXT    NOT NULL,         -- JSON
    made_at    INTEGER NOT NULL,
    applied_at INTEGER NOT NULL DEFAULT 0,  -- 0: not yet
    PRIMARY KEY (guild_id, import_id)
) STRICT, WITHOUT ROWID;
