"""What the selected step can use: each value with its type, a sample, who sets it and who reads it."""
