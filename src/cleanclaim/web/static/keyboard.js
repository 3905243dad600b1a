// Keys for people who work lists all day. Everything here can be switched off (WCAG 2.1.4).
(() => {
  "use strict";
  const OFF = "cleanclaim.keys.off";
  const GO_WINDOW_MS = 1500;
  let goUntil = 0;

  const one = (selector) => document.querySelector(selector);
  const isOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const isTyping = (target) =>
    target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox");

  const openers = () => [...document.querySelectorAll("[data-row] [data-open]")];

  function move(step) {
    const rows = openers();
    if (!rows.length) return;
    const row = document.activeElement.closest("[data-row]");
    const at = row ? rows.findIndex((opener) => row.contains(opener)) : -1;
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
    const target = rows[Math.max(0, Math.min(rows.length - 1, next))];
    target.focus({ preventScroll: true });
    target.closest("[data-row]").scrollIntoView({ block: "nearest" });
  }

  function help() {
    const dialog = one("#keys");
    if (!dialog || dialog.open) return;
    one("#keys-off").checked = isOff();
    dialog.showModal();
  }

  function edit() {
    const summary = one("[data-edit]");
    if (summary) summary.parentElement.open = true;
    const form = summary ? summary.parentElement.querySelector("form") : one("[data-first-form]");
    const field = form && form.querySelector("input:not([type=hidden])");
    if (field) field.focus();
  }

  // From one mending field to the next, and round again.
  function mend() {
    const fields = [...document.querySelectorAll("[data-mend] input:not([type=hidden])")]
      .filter((field) => field.checkVisibility());
    const at = fields.indexOf(document.activeElement);
    const next = fields[(at + 1) % fields.length];
    if (next) { next.focus(); next.select(); next.scrollIntoView({ block: "nearest" }); }
  }

  const click = (selector) => { const found = one(selector); if (found) found.click(); };

  const actions = {
    j: () => move(1),
    k: () => move(-1),
    n: () => click("[data-next]"),
    u: () => click("[data-up]"),
    e: edit,
    m: mend,
    "/": () => { const box = one("#search"); if (box) { box.focus(); box.select(); } },
    "?": help,
    g: () => { goUntil = Date.now() + GO_WINDOW_MS; },
  };

  // Letters of the row in focus come first, then those of the page: [data-key="a"].
  let workedRow = -1;
  function keyed(key) {
    const wanted = `[data-key="${CSS.escape(key)}"]`;
    const row = document.activeElement.closest("[data-row]");
    const shown = (found) => found.find((each) => each.checkVisibility());
    const inRow = row && shown([...row.querySelectorAll(wanted)]);
    return inRow || shown([...document.querySelectorAll(wanted)].filter((each) => !each.closest("[data-row]")));
  }

  function use(control) {
    const row = control.closest("[data-row]");
    workedRow = row ? openers().findIndex((opener) => row.contains(opener)) : -1;
    const field = control.tagName === "SUMMARY" && control.parentElement.querySelector("input:not([type=hidden])");
    if (field) { control.parentElement.open = true; field.focus(); } else { control.click(); }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
    if (isTyping(event.target) || isOff() || (one("#keys") && one("#keys").open)) return;
    if (Date.now() < goUntil) {
      goUntil = 0;
      const place = one(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    const control = keyed(event.key);
    if (control) { event.preventDefault(); use(control); return; }
    const action = actions[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) { help(); return; }
    // A click anywhere on a row opens it, unless it met something of its own or marked text.
    const row = event.target.closest("[data-row]");
    if (!row || event.target.closest("a, button, input, label, summary")) return;
    if (String(getSelection())) return;
    const opener = row.querySelector("[data-open]");
    if (opener) opener.click();
  });

  // A note that was written gives the row back to the keys.
  document.addEventListener("submit", (event) => {
    const noting = event.target.closest(".noting");
    if (!noting) return;
    noting.open = false;
    noting.closest("[data-row]").querySelector("[data-open]").focus();
  });

  // What mended a finding went with it: the next work is among the findings.
  document.addEventListener("htmx:after:swap", () => {
    for (const form of document.querySelectorAll(".noting:not([open]) form")) form.reset();
    if (document.activeElement !== document.body) return;
    const rows = openers();
    if (workedRow >= 0 && rows.length) { rows[Math.min(workedRow, rows.length - 1)].focus(); return; }
    const heading = one("#findings");
    if (heading) heading.focus({ preventScroll: true });
  });

  document.addEventListener("change", (event) => {
    const all = event.target.dataset.selectAll;
    if (all) for (const box of document.getElementsByName(all)) box.checked = event.target.checked;
    if (event.target.id !== "keys-off") return;
    try { localStorage.setItem(OFF, event.target.checked ? "1" : "0"); } catch { /* private mode */ }
  });
})();
