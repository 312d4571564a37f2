"""A store in a Postgres database, through psycopg 3. Several processes may write to it. See ../README.md."""
