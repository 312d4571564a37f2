"""What was done since the project was opened."""
