"""Corrective action: stages in a fixed order from the reaction to the proof of its effect (8.7)."""
