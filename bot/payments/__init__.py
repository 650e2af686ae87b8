"""How money comes in: one protocol, one file per provider."""
