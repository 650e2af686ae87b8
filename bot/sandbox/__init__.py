"""A Discord on this machine: gateway, REST and a page, for any bot and any token."""
