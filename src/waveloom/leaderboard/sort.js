for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th"), body = head.closest("table").tBodies[0], place = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = row => row.cells[place].dataset.value ?? row.cells[place].textContent;
    const order = (a, b) => value(a).localeCompare(value(b), "en", { numeric: true });
    const number = (a, b) => (Number(value(a)) || 0) - (Number(value(b)) || 0);
    const rows = [...body.rows].sort(head.classList.contains("n") ? number : order);
    body.append(...(down ? rows.reverse() : rows));
  });
}
