-- How streamers are paid: what a provider needs to know of them, and roles as payouts.

-- Only what the provider needs: what a streamer wrote for whoever pays by hand, or the name of an
-- account that the provider keeps. It stands here and nowhere else, so that it can be erased.
CREATE TABLE payee (
    guild_id  INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    provider  TEXT    NOT NULL,
    reference TEXT    NOT NULL CHECK (length(reference) BETWEEN 1 AND 255),
    set_at    INTEGER NOT NULL,
    PRIMARY KEY (guild_id, member_id, provider)
) STRICT, WITHOUT ROWID;

-- Roles that diamonds get a streamer for some days.
CREATE TABLE perk (
    guild_id   INTEGER NOT NULL,
    perk_id    INTEGER NOT NULL,         -- counts up in each guild
    name       TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    role_id    INTEGER NOT NULL,
    diamonds   INTEGER NOT NULL CHECK (diamonds > 0),
    days       INTEGER NOT NULL CHECK (days BETWEEN 1 AND 365),
    state      TEXT    NOT NULL CHECK (state IN ('offered', 'retired')),
    offered_by INTEGER NOT NULL,
    offered_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, perk_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER perk_is_retired_only
BEFORE UPDATE OF guild_id, perk_id, name, role_id, diamonds, days, offered_by, offered_at ON perk
BEGIN SELECT RAISE(ABORT, 'of a perk only the state changes'); END;
CREATE TRIGGER perk_stays BEFORE DELETE ON perk
BEGIN SELECT RAISE(ABORT, 'perks cannot be deleted'); END;

-- What a claim asks for instead of money, as it was promised then. The days begin when the claim is
-- paid, and behind those that the streamer has of the same role already.
CREATE TABLE perk_grant (
    guild_id    INTEGER NOT NULL,
    claim_id    INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    perk_id     INTEGER NOT NULL,
    role_id     INTEGER NOT NULL,
    days        INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL DEFAULT 0,   -- 0: the claim is not paid yet
    due_at      INTEGER NOT NULL DEFAULT 0,   -- when the role is to be taken back, or tried again
    tries       INTEGER NOT NULL DEFAULT 0,
    refusal     TEXT    NOT NULL DEFAULT '',  -- why it could not be taken back
    taken_at    INTEGER NOT NULL DEFAULT 0,   -- 0: not yet
    PRIMARY KEY (guild_id, claim_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX perk_grant_waiting ON perk_grant (guild_id, claim_id) WHERE expires_at = 0;
CREATE INDEX perk_grant_due ON perk_grant (due_at) WHERE expires_at > 0 AND taken_at = 0;
CREATE INDEX perk_grant_role ON perk_grant (guild_id, streamer_id, role_id, expires_at)
 WHERE taken_at = 0;
CREATE TRIGGER perk_grant_stays BEFORE DELETE ON perk_grant WHEN OLD.expires_at > 0
BEGIN SELECT RAISE(ABORT, 'perks that were given cannot be deleted'); END;
