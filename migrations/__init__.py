"""The numbered SQL scripts that make and change the database, one folder a kind of database."""
