// The ledger of claims: choose among them by verdict, by who makes them, by words.  The address keeps the choice.
(() => {
  "use strict";
  const form = document.querySelector(".claims-filter");
  if (!form) return;
  const rows = [...document.querySelectorAll("li.claim")], { verdict, by, find } = form.elements;
  const texts = new Map(rows.map(row => [row, row.textContent.toLowerCase()]));

  function choose() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows)
      row.hidden = (verdict.value && !row.classList.contains(verdict.value))
        || (by.value && !row.classList.contains(`by-${by.value}`)) || !words.every(word => texts.get(row).includes(word));
    form.querySelector("output").value = `${rows.filter(row => !row.hidden).length} of ${rows.length} shown`;
  }
  function toAddress() {
    const address = new URL(location.href);
    for (const { name, value } of [verdict, by, find])
      if (value) address.searchParams.set(name, value); else address.searchParams.delete(name);
    try { history.replaceState(history.state, "", address); } catch { /* some browsers allow no new address for a file */ }
  }
  function fromAddress() {
    const asked = new URLSearchParams(location.search);
    for (const field of [verdict, by, find]) field.value = asked.get(field.name) ?? "";
    for (const field of [verdict, by]) if (field.selectedIndex < 0) field.value = ""; // a choice that is not known
  }
  // A claim that is linked to is shown, whatever was chosen.
  function land() {
    const row = rows.find(row => row.hidden && `#${row.id}` === location.hash);
    if (row) { form.reset(); row.scrollIntoView(); }
  }

  form.addEventListener("input", () => { choose(); toAddress(); });
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", event => {
    event.preventDefault();
    for (const field of [verdict, by, find]) field.value = "";
    choose();
    toAddress();
  });
  addEventListener("hashchange", land);
  fromAddress();
  choose();
  land();
})();
