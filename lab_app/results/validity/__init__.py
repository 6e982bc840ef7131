"""Validity of results (7.7): control charts with their stops, comparisons, proficiency tests. Services and views stand with the room's."""
