// Presenter mode: one slide at a time over the whole screen, onwards with one key. Everything happens in the browser.
(() => {
  if (window.middlemanDeck) { window.middlemanDeck.begin(); return; }
  const WIDE = 760, HIGH = 560; // pixels that a slide is laid out for; the screen enlarges them
  let at = 0, running = false, bar = null, watcher = null;
  const style = document.createElement("style");
  document.head.append(style);

  const given = () => [...document.querySelectorAll("[class*='st-key-slide-']")];
  const charts = () => [...document.querySelectorAll(".stPlotlyChart")]
    .filter((each) => each.offsetParent !== null || running)
    .map((each) => each.closest("[class*='st-key-']") || each);
  const isDeck = () => given().length > 0;
  const slides = () => (isDeck() ? given() : charts());
  const keyOf = (slide) => [...slide.classList].find((name) => name.startsWith("st-key-")) || "";

  function finding(slide) { // the heading above a chart is its title
    const heads = [...document.querySelectorAll("h3")];
    const above = heads.filter((head) => head.compareDocumentPosition(slide) & Node.DOCUMENT_POSITION_FOLLOWING);
    return above.length ? above[above.length - 1].textContent : "";
  }

  const heights = new Map();
  function chartStyle(slide, key, zoom) { // a chart measures the enlarged frame, so the frame is made as much smaller
    const frame = slide.querySelector("[data-testid=stFullScreenFrame]");
    if (!frame) { return ""; }
    if (!heights.has(key)) { heights.set(key, frame.offsetHeight); }
    const inside = `html[data-presenting] .${key} `;
    return `${inside}[data-testid=stFullScreenFrame] { width: ${100 / zoom}% !important; height: ${heights.get(key) / zoom}px !important;
        min-height: 0 !important; overflow: visible !important; margin-bottom: ${heights.get(key) * (1 - 1 / zoom)}px; }
      ${inside}.stPlotlyChart { width: 100% !important; height: 100% !important; min-height: 0 !important; overflow: visible !important; }
      ${inside}.js-plotly-plot { width: ${100 * zoom}% !important; overflow: visible !important; }
      ${inside}.stElementContainer { height: auto !important; overflow: visible !important; }`;
  }

  function show() {
    const all = slides();
    if (!all.length) { return; }
    at = Math.max(0, Math.min(at, all.length - 1));
    const slide = all[at], top = isDeck() ? 0 : 86;
    const zoom = Math.max(1, Math.min(window.innerWidth / WIDE, (window.innerHeight - top - 64) / (HIGH - 60), 3));
    const key = CSS.escape(keyOf(slide));
    style.textContent = `
      html[data-presenting] .stApp * { visibility: hidden !important; }
      html[data-presenting] .${key}, html[data-presenting] .${key} * { visibility: visible !important; }
      html[data-presenting] .${key} {
        display: flex !important; flex-direction: column; justify-content: center; position: fixed !important;
        transform: scale(${zoom}); transform-origin: 0 0; left: 0; top: ${top}px; width: ${window.innerWidth / zoom}px !important;
        max-width: none !important; height: ${(window.innerHeight - top - 64) / zoom}px; z-index: 1000; overflow: auto;
        padding: 0 ${Math.round(18)}px; box-sizing: border-box; }
      ${chartStyle(slide, key, zoom)}`;
    bar.title.textContent = isDeck() ? "" : finding(slide);
    bar.count.textContent = `${at + 1} / ${all.length}`;
    bar.back.disabled = at === 0;
    bar.next.disabled = at === all.length - 1;
    window.dispatchEvent(new Event("resize"));
  }

  function button(words, label, what) {
    const made = document.createElement("button");
    made.textContent = words;
    made.setAttribute("aria-label", label);
    made.onclick = what;
    made.style.cssText = "font: inherit; min-width: 3.2em; min-height: 44px; border: 1px solid currentColor; border-radius: 8px; background: transparent; color: inherit; cursor: pointer;";
    return made;
  }

  function begin() {
    if (running) { return; }
    running = true;
    const app = getComputedStyle(document.querySelector(".stApp"));
    const frame = document.createElement("div");
    frame.id = "deck";
    frame.style.cssText = `color: ${app.color}; font: 600 20px/1.3 ${app.fontFamily};`;
    const title = document.createElement("div");
    title.style.cssText = "position: fixed; z-index: 1002; top: 14px; left: 24px; right: 24px; font-size: clamp(22px, 2.2vw, 40px); max-height: 76px; overflow: hidden;";
    title.setAttribute("aria-live", "polite");
    const controls = document.createElement("div");
    controls.style.cssText = "position: fixed; z-index: 1002; bottom: 10px; right: 18px; display: flex; gap: 10px; align-items: center; font-size: 16px;";
    const count = document.createElement("span");
    const back = button("←", "Back", () => step(-1)), next = button("→", "Next", () => step(1));
    const close = button("×", "End the presentation", end);
    controls.append(count, back, next, close);
    frame.append(title, controls);
    document.body.append(frame);
    bar = { frame, title, count, back, next };
    document.documentElement.dataset.presenting = "1";
    window.addEventListener("keydown", onKey, true);
    window.addEventListener("resize", later);
    watcher = setInterval(() => { if (bar.count.textContent !== `${at + 1} / ${slides().length}`) { show(); } }, 500);
    show();
  }

  function end() {
    if (!running) { return; }
    running = false;
    clearInterval(watcher);
    window.removeEventListener("keydown", onKey, true);
    window.removeEventListener("resize", later);
    delete document.documentElement.dataset.presenting;
    style.textContent = "";
    bar.frame.remove();
    if (isDeck() && history.length > 1) { history.back(); }
    window.dispatchEvent(new Event("resize"));
  }

  let size = "";
  function later() {
    const now = `${window.innerWidth} ${window.innerHeight}`;
    if (now !== size) { size = now; show(); }
  }

  function step(by) { at += by; show(); }

  function onKey(event) {
    const typed = event.target instanceof Element && event.target.closest("input, textarea, [contenteditable=true]");
    if (typed || event.ctrlKey || event.metaKey || event.altKey) { return; }
    const pressed = event.target instanceof HTMLButtonElement && (event.key === "Enter" || event.key === " ");
    if (pressed) { return; }
    const moves = { ArrowRight: 1, PageDown: 1, " ": 1, Enter: 1, ArrowDown: 1, ArrowLeft: -1, PageUp: -1, ArrowUp: -1 };
    if (event.key === "Escape") { end(); }
    else if (event.key === "Home") { at = 0; show(); }
    else if (event.key === "End") { at = slides().length - 1; show(); }
    else if (event.key in moves) { step(moves[event.key]); }
    else { return; }
    event.preventDefault();
    event.stopPropagation();
  }

  function offered() { // pages with charts have a button, found again after every run of the page
    for (const each of document.querySelectorAll("[data-begins-deck]")) {
      if (!each.dataset.bound) { each.dataset.bound = "1"; each.onclick = begin; }
    }
  }

  window.middlemanDeck = { begin: () => { if (isDeck()) { begin(); } offered(); }, end };
  setInterval(() => {
    offered();
    if (isDeck() && !running) { begin(); }
    if (running && !slides().length) { end(); }
  }, 300);
})();
