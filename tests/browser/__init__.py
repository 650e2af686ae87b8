"""The page in a real browser; a package, because the browser is opened once for all of it."""
