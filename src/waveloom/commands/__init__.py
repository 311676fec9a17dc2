"""The commands of `waveloom`, one file per group: parsing and printing only."""
