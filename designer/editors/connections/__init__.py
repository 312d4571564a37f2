"""The other systems that the flows use: what the project asks for, and how this machine has it."""
