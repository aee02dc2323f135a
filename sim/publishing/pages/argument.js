// The argument on one page: eight steps with a guess each, and the reader's verdict. Back brings back step and guess.
(() => {
  "use strict";
  const { make, chart, slider, state, remember, question, withGuess, score, short } = Middleman;

  const guessesIn = (given, data) => {
    const found = {};
    for (const each of (given.guesses || "").split(",")) {
      const [name, text] = each.split(":");
      const step = data.steps.find((one) => one.name === name);
      const guess = Number(text);
      if (step && text && guess >= step.low && guess <= step.high) found[name] = guess;
    }
    return found;
  };
  const told = (guesses) => Object.entries(guesses).map(([name, guess]) => `${name}:${guess}`).join(",");

  const dots = (data, guesses) => {
    const rows = data.steps.map((step) => ({ step, guess: guesses[step.name] }));
    const share = (step, value) => Math.min(Math.max((value - step.low) / (step.high - step.low), 0), 1);
    const guessed = rows.map((row, at) => ({ ...row, at })).filter((row) => row.guess !== undefined);
    const notes = rows.map(({ step, guess }, at) => ({
      text: `<b>${step.brief}</b>: ${guess === undefined ? "" : `you ${short(guess)}, `}answer ${short(step.answer)} ${step.unit}`,
      x: 0, xref: "paper", y: at - 0.2, xanchor: "left", yanchor: "bottom", showarrow: false, font: { size: 12 },
    }));
    const line = { color: "rgba(128, 128, 128, 0.25)", width: 4 };
    const data_ = [
      { type: "scatter", mode: "lines", line, hoverinfo: "skip", x: rows.flatMap(() => [0, 1, null]), y: rows.flatMap((_, at) => [at, at, null]) },
      { type: "scatter", mode: "markers", hoverinfo: "skip", x: guessed.map((row) => share(row.step, row.guess)), y: guessed.map((row) => row.at),
        marker: { size: 14, symbol: "circle-open", color: "#777777", line: { width: 3 } } },
      { type: "scatter", mode: "markers", hoverinfo: "skip", x: rows.map((row) => share(row.step, row.step.answer)), y: rows.map((_, at) => at),
        marker: { size: 11, color: "#0072B2" } },
    ];
    const clear = "rgba(0, 0, 0, 0)";
    const layout = {
      height: 46 * rows.length + 12, autosize: true, margin: { l: 8, r: 8, t: 2, b: 6 }, showlegend: false, dragmode: false,
      paper_bgcolor: clear, plot_bgcolor: clear, annotations: notes, template: "none",
      font: { size: 13, family: "system-ui, sans-serif" },
      xaxis: { range: [-0.03, 1.03], visible: false, fixedrange: true },
      yaxis: { range: [rows.length - 0.6, -0.8], visible: false, fixedrange: true },
    };
    const words = rows.map(({ step, guess }) => `${step.brief}: guess ${guess === undefined ? "none" : short(guess)}, answer ${short(step.answer)}`);
    return { finding: "Your guesses (rings) and the answers (dots)", alternative: words.join("; "), figure: { data: data_, layout } };
  };

  const sentence = (blanks, given) =>
    blanks.map((each) => `${each.before} ${(given[each.name] || "").trim() || "___"}`).join(" ").replaceAll(" ;", ";") + ".";

  const verdict = (page, data, given, guesses) => {
    const about = data.verdict;
    page.append(make("h1", {}, about.title));
    chart(page).show(dots(data, guesses));
    page.append(make("h2", {}, "Now move the sliders: who gains when goods are sold direct?"));
    const knobs = make("div", { class: "sliders" });
    const shown = make("div");
    page.append(make("div", { class: "beside" }, knobs, shown));
    const strip = chart(shown);
    shown.append(make("p", { class: "note" }, about.note));
    const kept = { ...given };
    const card = make("p");
    const below = make("p", { class: "soft" });
    const number = () => sliders.reduce((found, each, at) => found * about.sliders[at].texts.length + each.value(), 0);
    const draw = () => {
      const point = about.points[number()];
      strip.show(point);
      sliders.forEach((each, at) => (kept[`s${at}`] = each.value()));
      card.textContent = sentence(about.blanks, kept);
      const positions = about.sliders.map((each, at) => `${each.label}: ${each.texts[sliders[at].value()]}`);
      below.textContent = `${point.finding}. ${positions.join("; ")}`;
      remember({ ...kept, step: "verdict", guesses: told(guesses) });
    };
    const sliders = about.sliders.map((each, at) => {
      const asked = Number(given[`s${at}`]);
      const fits = given[`s${at}`] !== undefined && Number.isInteger(asked) && asked >= 0 && asked < each.texts.length;
      return slider(each.label, "", each.texts, fits ? asked : each.start, () => draw());
    });
    knobs.append(...sliders.map((each) => each.made));
    page.append(make("h2", {}, "Your sentence"));
    for (const each of about.blanks) {
      const input = make("input", { type: "text", maxlength: 60, "aria-label": each.before, oninput: () => { kept[each.name] = input.value; draw(); } });
      input.value = given[each.name] || "";
      page.append(make("label", {}, `${each.before.replace("; ", "")} ...`, input));
    }
    const share = Middleman.shareButton();
    page.append(make("div", { class: "card" }, card, below), make("div", { class: "row" }, share));
    draw();
  };

  const answered = (page, step, guess, again) => {
    page.append(
      make("div", { class: "answers" },
        make("div", {}, "You guessed", make("span", {}, `${short(guess)} ${step.unit}`)),
        make("div", {}, "The market's answer", make("span", {}, step.said)),
        step.exact ? make("div", {}, "Exact, by hand", make("span", {}, step.exact[0]), make("small", {}, `= ${step.exact[1]}`)) : null),
      make("p", { class: "soft" }, score(step, guess)));
    chart(page).show(step.chart, withGuess(step.chart.figure, step.mark, guess));
    page.append(
      step.terms ? make("p", { class: "note" }, step.terms) : "",
      make("p", { class: "note" }, `How prices come about: ${step.pricing.join(" ")}`),
      make("p", {}, make("b", {}, "Why. "), step.because),
      make("p", {}, make("b", {}, "But. "), step.but),
      make("p", { class: "note" }, step.note),
      make("div", { class: "row" }, make("button", { onclick: again }, "Guess again")));
  };

  const show = (data) => {
    window.middlemanSource = data.source;
    const names = [...data.steps.map((step) => step.name), "verdict"];
    const titles = [...data.steps.map((step) => step.title), data.verdict.title];
    const given = state();
    const guesses = guessesIn(given, data);
    const name = names.includes(given.step) ? given.step : names[0];
    const at = names.indexOf(name);
    const go = (to, kept) => {
      remember({ step: to, guesses: told(kept) }, true);
      show(data);
      window.scrollTo(0, 0);
    };
    const page = document.getElementById("page");
    page.replaceChildren(make("p", { class: "soft", id: "where" }, `Step ${at + 1} of ${names.length}`));
    if (given.step && !names.includes(given.step))
      page.append(make("p", { class: "note" }, `There is no step called ${given.step.slice(0, 40)}.`));
    if (name === "verdict") verdict(page, data, given, guesses);
    else {
      const step = data.steps[at];
      page.append(make("h1", {}, step.title), make("p", {}, step.story));
      const guess = guesses[name];
      if (guess === undefined) {
        question(page, step, (made) => go(name, { ...guesses, [name]: made }));
        if (step.terms) page.append(make("p", { class: "note" }, step.terms));
      } else {
        const others = Object.fromEntries(Object.entries(guesses).filter(([each]) => each !== name));
        page.append(make("h2", {}, step.question));
        answered(page, step, guess, () => go(name, others));
      }
    }
    page.append(make("div", { class: "row ends" },
      at > 0 ? make("button", { class: "back", onclick: () => go(names[at - 1], guesses) }, `\u2190 ${titles[at - 1]}`) : "",
      at + 1 < names.length ? make("button", { class: "next", onclick: () => go(names[at + 1], guesses) }, `${titles[at + 1]} \u2192`) : ""),
      make("p", { class: "note" }, `${data.source}. Everything was computed in advance; nothing is sent anywhere.`));
  };

  Middleman.unpack().then((data) => {
    show(data);
    window.addEventListener("popstate", () => show(data));
    document.body.dataset.ready = "1";
  });
})();
