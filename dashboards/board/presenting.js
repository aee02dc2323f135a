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
  // A chart measures its frame to know its size. So the frame stays as it is, and only what is drawn in it is enlarged.
  function chartStyle(key, zoom) {
    const inside = `html[data-presenting] .${key} `, high = heights.get(key);
    return `${inside}[data-testid=stFullScreenFrame] { width: ${(window.innerWidth - 36) / zoom}px !important;
        height: ${high}px !important; overflow: visible !important; margin-bottom: ${high * (zoom - 1)}px; }
      ${inside}div:not(.js-plotly-plot *) { overflow: visible !important; flex-shrink: 0; }
      ${inside}.js-plotly-plot { transform: scale(${zoom}); transform-origin: 0 0; overflow: visible !important; }
      ${inside}h3 { font-size: ${1.35 * zoom}rem !important; }`;
  }

  function show() {
    const all = slides();
    if (!all.length) { return; }
    at = Math.max(0, Math.min(at, all.length - 1));
    const slide = all[at];
    bar.title.textContent = isDeck() ? "" : finding(slide);
    const top = isDeck() ? 0 : bar.title.offsetHeight + 26; // a finding may take two lines
    const key = CSS.escape(keyOf(slide)), frame = slide.querySelector("[data-testid=stFullScreenFrame]");
    if (frame && !heights.has(key)) { heights.set(key, frame.offsetHeight); }
    const room = window.innerHeight - top - 64, high = frame ? heights.get(key) + 12 : 0; // a tall chart is enlarged less
    const zoom = Math.max(0.75, Math.min(window.innerWidth / WIDE, room / Math.max(high, HIGH - 60), 3));
    const scale = frame ? 1 : zoom; // text is enlarged with its slide
    style.textContent = `
      html[data-presenting] .stApp * { visibility: hidden !important; }
      html[data-presenting] .${key}, html[data-presenting] .${key} * { visibility: visible !important; }
      html[data-presenting] .${key} .save-pictures { display: none; }
      html[data-presenting] .${key} {
        display: flex !important; flex-direction: column; justify-content: center; position: fixed !important;
        transform: scale(${scale}); transform-origin: 0 0; left: 0; top: ${top}px;
        width: ${window.innerWidth / scale}px !important; max-width: none !important;
        height: ${room / scale}px; z-index: 1000; overflow: auto;
        padding: 0 18px; box-sizing: border-box; }
      ${frame ? chartStyle(key, zoom) : ""}`;
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
    title.style.cssText = "position: fixed; z-index: 1002; top: 14px; left: 24px; right: 24px; font-size: clamp(22px, 1.9vw, 36px); max-height: 3.9em; overflow: hidden;";
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
      each.disabled = !running && !slides().length; // charts may still be on their way
    }
  }

  window.middlemanDeck = { begin: () => { if (isDeck()) { begin(); } offered(); }, end };
  setInterval(() => {
    offered();
    if (isDeck() && !running) { begin(); }
    if (running && !slides().length) { end(); }
  }, 300);
})();
