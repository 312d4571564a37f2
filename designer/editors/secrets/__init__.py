"""Where secrets are typed on this machine: never into a project, never shown again."""
