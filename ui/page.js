// Runs once, in the page's navigation: hears what is asked for anywhere on the page and tells the server, which
// answers with new HTML. What asks carries data-do and further data-* attributes; links with data-go change the view.
const root = document.documentElement;
const ask = (what) => trigger("asked", { search: window.location.search, ...what });
const view = () => new URL(window.location.href).searchParams.get("view") ?? "next";
const turn = () => { root.dataset.view = view(); };

const go = (href, { keep = true } = {}) => {
  window.history[keep ? "pushState" : "replaceState"](null, "", href);
  turn();
  ask({ do: "go" });
};

const fields = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));

const searchAddress = (form) => {
  const here = new URL(window.location.href);
  const listener = here.searchParams.get("listener");
  const words = fields(form).words ?? "";
  here.search = new URLSearchParams({ ...(listener ? { listener } : {}), view: "explore", ...(words ? { words } : {}) });
  return here.href;
};

const later = {};
const soon = (what, after, act) => {
  clearTimeout(later[what]);
  later[what] = setTimeout(act, after);
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    go(link.href);
    if (link.dataset.go !== "stay") window.scrollTo({ top: 0 });
    return;
  }
  const button = event.target.closest("button[data-do]");
  if (!button || button.disabled) return;
  if (button.dataset.do === "met") {
    root.classList.add("sg-met");
    try { window.localStorage.setItem("segue-met", "1"); } catch { /* a private window keeps nothing */ }
    return;
  }
  if (button.hasAttribute("aria-pressed")) {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") === "true" ? "false" : "true");
  }
  ask({ ...button.dataset });
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-do]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.do === "search") return go(searchAddress(form), { keep: false });
  const told = { ...form.dataset, ...fields(form) };
  const file = form.querySelector("input[type=file]")?.files?.[0];
  if (!file) return ask(told);
  form.querySelector("[type=submit]").disabled = true;
  try {
    const sent = await upload(file);
    ask({ ...told, path: sent.path, name: file.name });
  } catch {
    ask({ ...told, name: file.name });
  }
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-do]");
  if (!form) return;
  if (form.dataset.do === "tune") {
    const ranked = form.querySelector("[name=ranked]");
    if (event.target.type === "range" && ranked) ranked.checked = false;
    soon("tune", 90, () => ask({ do: "tune", ...fields(form) }));
  }
  if (form.dataset.do === "search") soon("search", 180, () => go(searchAddress(form), { keep: false }));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") event.target.closest("#sg-listener")?.querySelector("input")?.blur();
});

window.addEventListener("sg-go", (event) => go(event.detail));
window.addEventListener("popstate", () => { turn(); ask({ do: "go" }); });
turn();
