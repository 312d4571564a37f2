"""What a project is: pydantic, frozen; its canonical files, its rules, its migrations. Imports nothing else of runtime."""
