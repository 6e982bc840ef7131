"""The arithmetic of the laboratory: pure functions over decimals, no Flask and no database.

Rounding and units, uncertainty budgets, limits and limit lines, decision rules and risk,
correction factors and calendar periods.  Floats live only inside this package and leave it
through :func:`lab_app.metrology.rounding.to_decimal`.
"""
