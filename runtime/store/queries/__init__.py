"""What is read from the tables: pure functions of a SQLAlchemy connection, the same for every database."""
