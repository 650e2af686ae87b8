-- The books: double entry, append-only, per guild, kept by the database itself.
--
-- An entry says what happened, its lines move amounts from one pot to another. A line is a pair of
-- pots with an amount above zero, so an unbalanced entry cannot be written down. Triggers turn lines
-- into balances; they refuse what must not be, whoever writes. `guild_id` leads every key, so that
-- the books can later be split by guild.

-- The kinds of pots. `house` pots belong to the guild itself (owner 0) and say where coins and
-- diamonds come from and go to; they may be below zero, a member's pot never.
CREATE TABLE account (
    account TEXT    NOT NULL PRIMARY KEY,
    asset   TEXT    NOT NULL CHECK (asset IN ('coin', 'diamond')),
    house   INTEGER NOT NULL CHECK (house IN (0, 1))
) STRICT, WITHOUT ROWID;

INSERT INTO account (account, asset, house) VALUES
    ('paid',         'coin',    0),  -- bought coins
    ('bonus',        'coin',    0),  -- granted and promotional coins, spent first
    ('earned_paid',  'coin',    0),  -- received, not converted, paid for with paid coins
    ('earned_bonus', 'coin',    0),  -- received, not converted, paid for with bonus coins
    ('diamonds',     'diamond', 0),  -- converted, can be claimed
    ('claimed',      'diamond', 0),  -- locked in an open claim
    ('sold',         'coin',    1),  -- what purchases draw from: minus the coins ever sold
    ('granted',      'coin',    1),  -- what grants draw from: minus the coins ever granted
    ('fee',          'coin',    1),  -- the guild's share of gifts
    ('converted',    'coin',    1),  -- coins that became diamonds
    ('minted',       'diamond', 1),  -- what conversions draw from: minus the diamonds ever made
    ('paid_out',     'diamond', 1);  -- diamonds of paid claims

-- A kind of balance of one owner in one guild. `version` counts the lines that touched the pot.
CREATE TABLE pot (
    guild_id INTEGER NOT NULL,
    owner_id INTEGER NOT NULL,           -- a member, or 0 for the house
    account  TEXT    NOT NULL,
    balance  INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    PRIMARY KEY (guild_id, owner_id, account),
    CONSTRAINT pot_within_bounds
        CHECK (owner_id = 0 OR balance BETWEEN 0 AND 1000000000000000)
) STRICT, WITHOUT ROWID;

-- `entry_id` counts up without a gap in each guild: it is the receipt's number.
CREATE TABLE entry (
    guild_id     INTEGER NOT NULL,
    entry_id     INTEGER NOT NULL,
    key          TEXT    NOT NULL,       -- the intent; a repeated key is a replay
    request_hash INTEGER NOT NULL,       -- of the content; other content under a key is an error
    kind         TEXT    NOT NULL,
    actor_id     INTEGER NOT NULL,       -- who did it
    posted_at    INTEGER NOT NULL,       -- seconds since 1970, UTC
    reverses_id  INTEGER,                -- the entry that this one corrects
    note         TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (guild_id, entry_id),
    UNIQUE (guild_id, key)
) STRICT, WITHOUT ROWID;

-- An entry is reversed at most once.
CREATE UNIQUE INDEX entry_reverses ON entry (guild_id, reverses_id) WHERE reverses_id IS NOT NULL;

CREATE TABLE line (
    guild_id        INTEGER NOT NULL,
    entry_id        INTEGER NOT NULL,
    number          INTEGER NOT NULL,
    source_owner_id INTEGER NOT NULL,
    source_account  TEXT    NOT NULL,
    target_owner_id INTEGER NOT NULL,
    target_account  TEXT    NOT NULL,
    amount          INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    PRIMARY KEY (guild_id, entry_id, number)
) STRICT, WITHOUT ROWID;

-- A member's history is read backwards through these; nobody reads the house's. The owner comes
-- after the bucket of 16,384 entries, so that new lines always land in the same few pages, however
-- large the books are: with the owner first, a gift among a million costs half as much again.
CREATE INDEX line_source ON line (guild_id, entry_id >> 14, source_owner_id, entry_id)
 WHERE source_owner_id <> 0;
CREATE INDEX line_target ON line (guild_id, entry_id >> 14, target_owner_id, entry_id)
 WHERE target_owner_id <> 0;

-- A line stays within one asset, and house accounts belong to the house alone. A pot that is not
-- there yet begins at minus the amount, which CHECK allows the house alone.
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

-- History is never rewritten. REPLACE fires the delete triggers only with recursive_triggers=ON,
-- which is checked at start.
CREATE TRIGGER entry_is_final BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entries cannot be changed'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries cannot be deleted'); END;
CREATE TRIGGER line_is_final BEFORE UPDATE ON line
BEGIN SELECT RAISE(ABORT, 'lines cannot be changed'); END;
CREATE TRIGGER line_stays BEFORE DELETE ON line
BEGIN SELECT RAISE(ABORT, 'lines cannot be deleted'); END;
CREATE TRIGGER pot_stays BEFORE DELETE ON pot
BEGIN SELECT RAISE(ABORT, 'pots cannot be deleted'); END;

-- Any entry is posted by inserting here; `lines` is a JSON array of
-- [source_owner_id, source_account, target_owner_id, target_account, amount].
-- A row that RETURNING does not give back changed nothing: its key is taken, or a pot has too little.
CREATE VIEW posting AS
SELECT 0 AS guild_id, '' AS key, 0 AS request_hash, '' AS kind, 0 AS actor_id, 0 AS posted_at,
       0 AS reverses_id, '' AS note, '[]' AS lines
 WHERE 0;

CREATE TRIGGER posting_is_posted INSTEAD OF INSERT ON posting
BEGIN
    SELECT RAISE(IGNORE)
     WHERE EXISTS (SELECT 1 FROM entry WHERE guild_id = NEW.guild_id AND key = NEW.key);
    SELECT RAISE(ABORT, 'an entry needs at least one line')
     WHERE COALESCE(json_array_length(NEW.lines), 0) = 0;
    SELECT RAISE(IGNORE)
     WHERE EXISTS (
        SELECT 1 FROM json_each(NEW.lines) AS l
         WHERE l.value ->> 0 <> 0
         GROUP BY l.value ->> 0, l.value ->> 1
        HAVING SUM(l.value ->> 4) > COALESCE((
            SELECT balance FROM pot
             WHERE guild_id = NEW.guild_id
               AND owner_id = l.value ->> 0 AND account = l.value ->> 1), 0));
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
