-- From whose account a claim is being paid: of the provider's accounts, the one whose key was set
-- when it was begun. Only there can it be looked for; with another key it would be sent once more.

ALTER TABLE claim ADD COLUMN payer TEXT NOT NULL DEFAULT '';   -- '' where nobody knows
