"""Speed, measured: `make bench`. Nothing here is asserted; machines differ, so read the ratios."""
