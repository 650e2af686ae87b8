-- The streamers who let everybody see what they receive; whoever has no row keeps it private.

CREATE TABLE public_earnings (
    guild_id    INTEGER NOT NULL,
    streamer_id INTEGER NOT NULL,
    since       INTEGER NOT NULL,        -- seconds since 1970, UTC
    PRIMARY KEY (guild_id, streamer_id)
) STRICT, WITHOUT ROWID;
