-- What each guild has set for itself, and the streamers it named.

CREATE TABLE guild_setting (
    guild_id   INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    value      TEXT    NOT NULL,         -- as the setting's kind writes it
    changed_by INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,         -- seconds since 1970, UTC
    PRIMARY KEY (guild_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE streamer (
    guild_id  INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    named_by  INTEGER NOT NULL,
    named_at  INTEGER NOT NULL,
    PRIMARY KEY (guild_id, member_id)
) STRICT, WITHOUT ROWID;
