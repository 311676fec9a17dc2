"""Write docs/reference/hostile-inputs.md: every case, tried, and what came out."""

from tests.hostile.table import PAGE, render

if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(render())
    print(f"{PAGE} written")
