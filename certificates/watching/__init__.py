"""Who watches the register from outside: letters to subscribers and witnesses, feeds of changes."""
