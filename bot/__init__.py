"""Bouquet: coins, gifts and diamonds for Discord communities, on books one can trust."""
