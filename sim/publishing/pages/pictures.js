// Saves any chart of a page as SVG or PNG, with its finding above and where it comes from below. Nothing leaves the browser.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const TITLE_ROOM = 26, SOURCE_ROOM = 24, MARGIN = 12;

  // The last heading before the chart says what it shows.
  const findingOf = (plot) => {
    const before = [...document.querySelectorAll("h1, h2, h3")].filter(
      (each) => each.compareDocumentPosition(plot) & Node.DOCUMENT_POSITION_FOLLOWING && each.textContent.trim()
    );
    return before.length ? before[before.length - 1].textContent.trim() : document.title;
  };

  const sourceOf = () => window.middlemanSource || `Middleman, ${location.href}`;

  const lines = (text, width, size) => {
    const most = Math.max(20, Math.floor(width / (size * 0.55)));
    const found = [""];
    for (const word of text.split(/\s+/)) {
      const last = found[found.length - 1];
      if (last && last.length + word.length + 1 > most) found.push(word);
      else found[found.length - 1] = last ? `${last} ${word}` : word;
    }
    return found;
  };

  const written = (text, x, y, size, weight, colour) => {
    const made = document.createElementNS(SVG, "text");
    for (const [name, value] of Object.entries({ x, y, "font-size": size, "font-weight": weight, fill: colour }))
      made.setAttribute(name, value);
    made.setAttribute("font-family", "system-ui, sans-serif");
    made.textContent = text;
    return made;
  };

  // A copy of a part of a chart as it stands on white: what a style sheet colours has its colour written down.
  const onWhite = (part) => {
    const copy = part.cloneNode(true);
    for (const text of copy.querySelectorAll("text:not(.bartext)")) text.style.fill = "#222222";
    for (const bar of copy.querySelectorAll("text.bartext")) bar.style.fillOpacity = 1;
    for (const helper of copy.querySelectorAll(".hoverlayer, .zoomlayer, .draglayer")) helper.remove();
    return copy;
  };

  window.middlemanPicture = (plot) => {
    const parts = [...plot.querySelectorAll("svg.main-svg")];
    const width = Math.round(parts[0].clientWidth || Number(parts[0].getAttribute("width")));
    const height = Math.round(parts[0].clientHeight || Number(parts[0].getAttribute("height")));
    const title = lines(findingOf(plot), width - 2 * MARGIN, 17);
    const source = lines(sourceOf(), width - 2 * MARGIN, 11);
    const top = MARGIN + TITLE_ROOM * title.length;
    const whole = top + height + SOURCE_ROOM * source.length + MARGIN;
    const picture = document.createElementNS(SVG, "svg");
    for (const [name, value] of Object.entries({ xmlns: SVG, width, height: whole, viewBox: `0 0 ${width} ${whole}` }))
      picture.setAttribute(name, value);
    const ground = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ width, height: whole, fill: "#ffffff" })) ground.setAttribute(name, value);
    picture.append(ground);
    title.forEach((line, at) => picture.append(written(line, MARGIN, MARGIN + 15 + TITLE_ROOM * at, 17, 600, "#111111")));
    for (const part of parts) {
      const copy = onWhite(part);
      copy.setAttribute("y", top);
      copy.setAttribute("width", width);
      copy.setAttribute("height", height);
      copy.removeAttribute("style");
      picture.append(copy);
    }
    source.forEach((line, at) =>
      picture.append(written(line, MARGIN, top + height + 14 + SOURCE_ROOM * at, 11, 400, "#595959"))
    );
    return { text: new XMLSerializer().serializeToString(picture), width, height: whole };
  };

  const save = (href, name) => {
    const link = document.createElement("a");
    link.href = href;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
  };

  const asSvg = (plot) => {
    const { text } = window.middlemanPicture(plot);
    const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    save(url, "middleman.svg");
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  };

  const asPng = (plot) => {
    const { text, width, height } = window.middlemanPicture(plot);
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * width;
      canvas.height = 2 * height;
      const drawn = canvas.getContext("2d");
      drawn.scale(2, 2);
      drawn.drawImage(image, 0, 0);
      save(canvas.toDataURL("image/png"), "middleman.png");
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  };

  const button = (label, does) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "save-picture";
    made.textContent = label;
    made.setAttribute("aria-label", `Save this chart as ${label}`);
    made.addEventListener("click", does);
    return made;
  };

  // A row of buttons after each chart; where the page draws a chart anew, the row stays.
  const offer = () => {
    for (const plot of document.querySelectorAll(".js-plotly-plot")) {
      const place = plot.closest("[data-testid=stPlotlyChart]") || plot;
      if (!place.parentElement || place.parentElement.querySelector(":scope > .save-pictures")) continue;
      if (!plot.querySelector("svg.main-svg")) continue;
      const row = document.createElement("div");
      row.className = "save-pictures";
      const chart = () => place.querySelector(".js-plotly-plot") || plot;
      row.append(button("SVG", () => asSvg(chart())), button("PNG", () => asPng(chart())));
      place.after(row);
    }
  };

  if (window.middlemanPictures) window.middlemanPictures.disconnect();
  let waiting = false;
  window.middlemanPictures = new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => { waiting = false; offer(); }, 300);
  });
  window.middlemanPictures.observe(document.body, { childList: true, subtree: true });
  offer();
})();
