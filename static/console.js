// Enhancement only: every act of the console works as a plain link or form without this file.
(() => {
  "use strict";

  // A live region that says "Copied" to screen readers.
  const say = (text) => {
    let live = document.getElementById("k-live");
    if (!live) {
      live = document.createElement("div");
      live.id = "k-live";
      live.className = "pf-v6-screen-reader";
      live.setAttribute("role", "status");
      document.body.append(live);
    }
    live.textContent = text;
  };

  const copy = async (button) => {
    const code = button.closest(".k-copy")?.querySelector("code");
    if (!code) return;
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // No permission, or no secure origin: select the text, so that one key press copies it.
      getSelection().selectAllChildren(code);
      say("Selected. Copy with the keyboard.");
      return;
    }
    const use = button.querySelector("use");
    const before = use?.getAttribute("href") ?? "";
    if (before.endsWith("#copy")) {
      use.setAttribute("href", before.replace("#copy", "#check"));
      setTimeout(() => use.setAttribute("href", before), 2000);
    }
    say("Copied");
  };

  const tick = (link, on) => {
    for (const box of link.closest("form").querySelectorAll("tbody input[type=checkbox]:not(:disabled)")) box.checked = on;
  };

  // A link with data-dialog leads to a page with the same content; where the dialog is on this page, it opens instead.
  const openDialog = (id) => {
    const dialog = id && document.getElementById(id);
    if (!(dialog instanceof HTMLDialogElement)) return false;
    for (const menu of document.querySelectorAll("[popover]:popover-open")) menu.hidePopover();
    if (!dialog.open) dialog.showModal();
    return true;
  };

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const target = event.target.closest("[data-copy], [data-tick], [data-dialog], [commandfor]");
    if (!target) return;
    if ("copy" in target.dataset) return void copy(target);
    if ("tick" in target.dataset) {
      event.preventDefault();
      return tick(target, target.dataset.tick === "all");
    }
    if ("dialog" in target.dataset) {
      if (openDialog(target.dataset.dialog)) event.preventDefault();
      return;
    }
    // Browsers that do not know command and commandfor yet.
    if (!("command" in HTMLButtonElement.prototype) && target.getAttribute("command") === "show-modal") openDialog(target.getAttribute("commandfor"));
  });

  // Long lists come bare. What only works with script is added here, once per table: copy buttons, the
  // menu of the rows, and what a row would otherwise repeat fifty times (labels that name column and row,
  // titles of what may be clipped).
  const dress = (table) => {
    const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const copier = table.parentElement.querySelector("template").content.firstElementChild;
    const button = (model, label, into) => {
      const made = into.appendChild(model.cloneNode(true));
      made.setAttribute("aria-label", label);
      return made;
    };
    for (const row of table.tBodies[0].rows) {
      const header = row.querySelector("th");
      const name = header.firstElementChild.textContent;
      [...row.cells].forEach((cell, i) => {
        for (const act of cell.querySelectorAll("button")) act.setAttribute("aria-label", `${act.textContent} ${name}`);
        if (i === row.cells.length - 1 && table.matches(".k-acts")) {
          for (const link of cell.querySelectorAll("a")) link.setAttribute("aria-label", `${link.textContent} ${name}`);
          return;
        }
        for (const part of cell.querySelectorAll("a, code, small, p, i, th > span")) if (part.textContent.length > 14) part.title = part.textContent;
        const code = cell.querySelector("code");
        if (!code) return;
        const label = cell === header ? `Copy ID of ${table.dataset.noun} ${name}` : `Copy ID of ${titles[i].toLowerCase()} ${cell.firstChild.textContent}, ${name}`;
        const pair = document.createElement("span");
        pair.className = "k-copy";
        code.replaceWith(pair);
        pair.append(code);
        button(copier, label, pair);
      });
      const menu = row.dataset.menu && document.getElementById(row.dataset.menu);
      if (!menu) continue;
      const model = menu.content.firstElementChild;
      const opener = button(model, `${model.getAttribute("aria-label")} ${name}`, row.lastElementChild);
      opener.popoverTargetElement = menu.nextElementSibling?.popover ? menu.nextElementSibling : menu.parentElement.insertBefore(menu.content.lastElementChild, menu.nextSibling);
    }
  };
  const dressAll = () => document.querySelectorAll(".k-list:not(:has(tbody .k-copy))").forEach(dress);
  dressAll();
  document.addEventListener("htmx:afterSwap", dressAll);

  // Acts of bare rows that ask first do so on this page, where it has room for questions.
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest(".k-acts td:last-child > a");
    if (!link?.textContent.endsWith("…") || !document.getElementById("ask") || !window.htmx) return;
    event.preventDefault();
    htmx.ajax("GET", link.href, { target: "#ask", select: "dialog", swap: "innerHTML" });
  });

  // The one menu of the rows leads to the row that opens it.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-menu] button");
    const menu = opener?.popoverTargetElement;
    if (!menu) return;
    const id = opener.closest("tr").querySelector("code").textContent;
    if (menu.dataset.row !== id && menu.matches(":popover-open")) menu.hidePopover();
    menu.dataset.row = id;
    for (const link of menu.querySelectorAll("a")) {
      link.dataset.to ??= link.getAttribute("href");
      link.href = link.dataset.to.replace("-row-", id);
    }
  }, true);

  // Rows of secret values come and go here: a round trip to the server would lose what was typed.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    const [, verb, prefix] = /^(add|remove)-(\w+)/.exec(button?.value ?? "") ?? [];
    const rows = verb && button.closest("fieldset, form").querySelector(`[data-rows]:has(input[name=${prefix}_key])`);
    if (!rows) return;
    event.preventDefault();
    const all = rows.querySelectorAll(".k-row");
    if (verb === "remove" && all.length > 1) {
      button.closest(".k-row").remove();
    } else {
      const row = verb === "add" ? all[all.length - 1].cloneNode(true) : all[0];
      row.querySelector(".k-row-error")?.remove();
      for (const input of row.querySelectorAll("input")) {
        input.value = "";
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
        input.parentElement.classList.remove("pf-m-error");
      }
      rows.append(row);
    }
    rows.querySelectorAll(".k-row").forEach((row, i) => {
      for (const input of row.querySelectorAll("input")) {
        input.id = input.id.replace(/\d+$/, i + 1);
        input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, i + 1));
      }
      const remove = row.querySelector("button");
      remove.value = `remove-${prefix}-${i}`;
      remove.setAttribute("aria-label", `Remove row ${i + 1}`);
    });
    const last = rows.lastElementChild.querySelector("input");
    if (verb === "add" || !document.contains(button)) last.focus();
  });

  // Counters are written by the server; while typing they follow. data-count names the field, data-unit what is counted.
  document.addEventListener("input", (event) => {
    const counter = event.target.id && document.querySelector(`[data-count="${CSS.escape(event.target.id)}"]`);
    if (!counter) return;
    const text = event.target.value;
    counter.textContent = counter.dataset.unit === "bytes" ? new TextEncoder().encode(text).length : [...text].length;
  });

  // Enter in a search box inside a larger form means its own button, not the form's main one.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches('form[method="post"] .k-filter input')) return;
    const button = event.target.closest(".k-filter").querySelector("button[type=submit]");
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  // An impatient second click within 2 s is not sent; the server's idempotency key stays the guard.
  const sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post" || event.defaultPrevented) return;
    if (event.timeStamp - (sent.get(form) ?? -Infinity) < 2000) return event.preventDefault();
    sent.set(form, event.timeStamp);
  });

  // A dialog that came back with an error opens again.
  const reopen = () => document.querySelectorAll("dialog[data-open]").forEach((dialog) => openDialog(dialog.id));
  reopen();

  // htmx swaps the main part of pages fetched by filters, tabs and pagers. What is not such a page
  // (the sign-in page after a redirect, an error) is loaded as a whole.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail;
    const asked = new URL(pathInfo.finalRequestPath, location.href);
    const got = new URL(xhr.responseURL || asked, location.href);
    if (xhr.status === 200 && got.pathname === asked.pathname) return;
    event.detail.shouldSwap = false;
    location.assign(asked);
  });
  document.addEventListener("htmx:afterSettle", reopen);
  // An address names only the filters that are set.
  document.addEventListener("htmx:configRequest", (event) => {
    const { verb, parameters } = event.detail;
    if (verb !== "get") return;
    for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
  });
})();
