"""VERBS. Wiring only: each turns Kedro types into ours, calls one library function, and turns the answer back."""
