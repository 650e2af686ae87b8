"""The books: accounts, entries, the writer, the audit. Knows no Discord and no feature."""
