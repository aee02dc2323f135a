// Returns what is hard to read on the page: text whose contrast with what lies behind it is below WCAG AA.
() => {
  const parse = (text) => {
    const found = text.match(/rgba?\(([^)]+)\)/);
    if (!found) return null;
    const [r, g, b, a = 1] = found[1].split(/[ ,/]+/).filter(Boolean).map(Number);
    return [r, g, b, a];
  };
  const over = (top, below) => [0, 1, 2].map((n) => top[n] * top[3] + below[n] * (1 - top[3])).concat(1);
  const light = (c) => {
    const [r, g, b] = c.map((part) => part / 255).map((p) => (p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour && colour[3] > 0) layers.push(colour);
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const opacity = (element) => {
    let all = 1;
    for (let e = element; e; e = e.parentElement) all *= Number(getComputedStyle(e).opacity);
    return all;
  };
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility === "visible" && opacity(element) > 0.05;
  };
  const found = [];
  let looked = 0;
  const texts = [...document.querySelectorAll("body *")].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
  );
  for (const element of texts) {
    if (element.closest(".bartext, .hoverlayer, script, style, [aria-disabled=true], [disabled], .st-key-old")) continue;
    if (element.closest("[data-testid=stIconMaterial]") || !seen(element)) continue;
    const style = getComputedStyle(element);
    const svg = element instanceof SVGElement;
    const note = svg && element.closest("g.annotation");
    const box = note && note.querySelector("rect.bg");
    const thumb = element.closest("[data-testid=stSliderThumbValue]");  // stands beside the thumb that it belongs to
    let ground = behind(thumb ? thumb.closest("[data-testid=stSlider]") : svg ? element.ownerSVGElement.parentElement : element);
    if (box) {
      const fill = parse(getComputedStyle(box).fill);
      if (fill) ground = over([...fill.slice(0, 3), fill[3] * Number(getComputedStyle(box).fillOpacity)], ground);
    }
    const colour = parse(svg ? style.fill : style.color);
    if (!colour) continue;
    colour[3] *= opacity(element) * (svg ? Number(style.fillOpacity) : 1);
    if (colour[3] < 0.02) continue;
    const [one, two] = [light(over(colour, ground)), light(ground)].sort((a, b) => b - a);
    const contrast = (one + 0.05) / (two + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    looked += 1;
    if (contrast < (large ? 3 : 4.5)) found.push(`${contrast.toFixed(2)}: ${element.textContent.trim().slice(0, 50)}`);
  }
  return { found, looked };
}
