// The reference: what is said of a name is unfolded for whoever comes by a link to it.
(() => {
  "use strict";
  function unfold() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    const own = target.matches("dt.sig") && target.parentElement.querySelector(":scope > dd > details.api-more");
    if (own) own.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", unfold);
  unfold();
})();
