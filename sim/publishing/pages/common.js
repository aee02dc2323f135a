// Parts that pages share: unpacking, elements, charts with a guess, sliders, and the view in the address.
"use strict";
const Middleman = {};
(() => {
  Middleman.unpack = async () => {
    const letters = atob(document.getElementById("packed").textContent.trim());
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text(), (name, value) =>
      typeof value === "string" && name !== "command" ? value.replace(/(\d) (?=\d{3}(?!\d))/g, "$1\u202f") : value);
  };

  // Text is always set as text: nothing of a scenario or a reader becomes markup.
  Middleman.make = (kind, about = {}, ...inside) => {
    const made = document.createElement(kind);
    for (const [name, value] of Object.entries(about)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...inside.flat().filter((each) => each !== null && each !== undefined));
    return made;
  };

  const GAP = "\u202f";
  Middleman.short = (value) => {
    const rounded = Number(value.toPrecision(3));
    const [whole, part] = Math.abs(rounded).toString().split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, GAP);
    return (rounded < 0 ? "\u2212" : "") + grouped + (part ? "." + part : "");
  };

  const copied = (figure) => JSON.parse(JSON.stringify(figure));

  // The same marks as charts.with_guess draws: shape and note come from there, the number from the reader.
  Middleman.withGuess = (figure, mark, guess) => {
    const drawn = copied(figure);
    const layout = drawn.layout;
    let [low, high] = layout.xaxis.range || [0, 100];
    const room = 0.06 * (high - low);
    [low, high] = [guess < low ? guess - room : low, guess > high ? guess + room : high];
    layout.xaxis.range = [low, high];
    const xanchor = guess > 0.5 * (low + high) ? "right" : "left";
    const text = `your guess <b>${Middleman.short(guess)}</b>`;
    layout.shapes = [...(layout.shapes || []), { ...mark.shape, x0: guess, x1: guess }];
    layout.annotations = [...(layout.annotations || []), { ...mark.note, x: guess, xanchor, text }];
    return drawn;
  };

  const CONFIG = { responsive: true, displayModeBar: false };
  const setFrames = (place, figure) => figure.frames && figure.frames.length && Plotly.addFrames(place, figure.frames);

  // A chart under its finding; `show` draws another in its place.
  Middleman.chart = (parent, level = "h3") => {
    const heading = Middleman.make(level);
    const plot = Middleman.make("div", { class: "plot", role: "img" });
    const words = Middleman.make("p");
    parent.append(
      Middleman.make("figure", {}, heading, plot, Middleman.make("details", {}, Middleman.make("summary", {}, "In words"), words))
    );
    const show = (chart, figure = chart.figure) => {
      heading.textContent = chart.finding.charAt(0).toUpperCase() + chart.finding.slice(1);
      words.textContent = chart.alternative;
      plot.setAttribute("aria-label", chart.alternative);
      const { data, layout } = copied(figure);
      Plotly.react(plot, data, layout, CONFIG).then(() => setFrames(plot, figure));
    };
    return { show, plot, heading };
  };

  Middleman.slider = (label, meaning, texts, start, moved) => {
    const shown = Middleman.make("b", {}, texts[start]);
    const input = Middleman.make("input", {
      type: "range", min: 0, max: texts.length - 1, step: 1, value: start, "aria-label": label,
      "aria-valuetext": texts[start],
      oninput: () => {
        shown.textContent = texts[input.value];
        input.setAttribute("aria-valuetext", texts[input.value]);
        moved();
      },
    });
    const made = Middleman.make("label", { title: meaning || null }, label, shown, input);
    const set = (value) => {
      input.value = value;
      shown.textContent = texts[input.value];
    };
    return { made, set, value: () => Number(input.value) };
  };

  // What the address holds after its #, so that a link opens the same view; in a frame it may not be written.
  Middleman.state = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  Middleman.remember = (state, push = false) => {
    const kept = Object.entries(state).filter(([, value]) => value !== undefined && value !== "");
    const hash = "#" + new URLSearchParams(kept).toString();
    try {
      if (push) history.pushState(null, "", hash);
      else history.replaceState(null, "", hash);
    } catch {
      // a frame without an address of its own: the page works, only its link does not change
    }
  };

  Middleman.copy = (button) => async () => {
    const text = location.href;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = Middleman.make("textarea", {});
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    button.textContent = "Link copied";
  };

  Middleman.shareButton = () => {
    const button = Middleman.make("button", { class: "share" }, "Copy the link to this view");
    button.addEventListener("click", Middleman.copy(button));
    return button;
  };

  // How many of 100 random guesses are farther from the answer; of those as near, half.
  Middleman.closerThan = (asked, guess) => {
    const count = Math.round((asked.high - asked.low) / asked.by);
    const off = Math.abs(guess - asked.answer);
    let better = 0;
    for (let number = 0; number <= count; number += 1) {
      const away = Math.abs(asked.low + number * asked.by - asked.answer);
      better += away > off ? 1 : away === off ? 0.5 : 0;
    }
    return Math.round((100 * better) / (count + 1));
  };
  Middleman.score = (asked, guess) => {
    const better = Middleman.closerThan(asked, guess);
    return better >= 99 ? "No random guess comes closer." : `Closer than ${better} of 100 random guesses.`;
  };

  // A question with a slider; `told` is called with the guess.
  Middleman.question = (parent, asked, told) => {
    const shown = Middleman.make("b", {}, `${Middleman.short(asked.start)} ${asked.unit}`);
    const input = Middleman.make("input", {
      type: "range", min: asked.low, max: asked.high, step: asked.by, value: asked.start, "aria-label": asked.question,
      oninput: () => (shown.textContent = `${Middleman.short(Number(input.value))} ${asked.unit}`),
    });
    parent.append(
      Middleman.make("h2", {}, asked.question),
      Middleman.make("label", {}, "Your guess", shown, input),
      Middleman.make("div", { class: "row" },
        Middleman.make("button", { class: "main", onclick: () => told(Number(input.value)) }, "Show me"))
    );
  };
})();
