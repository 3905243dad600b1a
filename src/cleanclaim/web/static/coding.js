// The desk of a coder: evidence and codes light each other up, and a code that was entered makes
// room for the next one.
(() => {
  "use strict";

  const codesOf = (element) => {
    const row = element.closest("[data-code]");
    if (row) return [row.dataset.code];
    const passage = element.closest("[data-codes]");
    return passage ? passage.dataset.codes.split(" ") : [];
  };

  function light(codes) {
    for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
    for (const code of codes) {
      const name = CSS.escape(code);
      for (const found of document.querySelectorAll(`[data-code="${name}"], [data-codes~="${name}"]`)) {
        found.classList.add("lit");
      }
    }
  }

  const follow = (event) => {
    const codes = codesOf(event.target);
    light(codes);
    const first = document.querySelector("a.passage.lit");
    if (first && event.target.closest("[data-code]")) first.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("focusin", follow);
  document.addEventListener("mouseover", (event) => {
    const codes = codesOf(event.target);
    if (codes.length) light(codes);
  });

  // From a passage to the row of its code: the row takes the keys.
  document.addEventListener("click", (event) => {
    const passage = event.target.closest("a.passage");
    const row = passage && document.getElementById(`open-${passage.dataset.codes.split(" ")[0]}`);
    if (row) { event.preventDefault(); row.focus(); }
  });

  // Kept here and not on the box: a page that is morphed takes foreign attributes off it.
  let sent = "";
  document.addEventListener("htmx:after:swap", () => {
    const box = document.getElementById("typed");
    if (!box || !sent || box.value !== sent) return;
    if (document.querySelector(".notice.refused") || !document.querySelector(".notice")) return;
    box.value = sent = "";
    document.getElementById("hits").replaceChildren();
  });
  document.addEventListener("submit", (event) => {
    const box = event.target.matches(".typed") && document.getElementById("typed");
    if (box) sent = box.value;
  }, true);
})();
