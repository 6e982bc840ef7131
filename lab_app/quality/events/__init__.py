"""Events: anybody reports in one field what is not as it should be; an owner says what it is and what follows (7.10.1, 7.9.1, 8.6.1)."""
