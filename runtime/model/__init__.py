"""What a project is: pydantic, frozen; its canonical files, rules and migrations. Imports nothing else of runtime."""
