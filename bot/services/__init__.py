"""The rules, one module per feature. Knows no Discord."""
