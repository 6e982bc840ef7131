"""Measurements of this program beside what its own libraries can do at best, taken in one run and told as ratios.

`python -m bench` makes two laboratories (a small one and one of the stated size), measures the floors and the program in turn,
and prints medians, ratios, statements and bytes of every page. `python -m bench.soak` watches the memory of one worker.
The rows are made here by plain inserts: that is for measuring only, the program itself writes through its services.
"""
