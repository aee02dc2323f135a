// A market on one page: a guess, then sliders over computed positions, who gets the money, who gains, one purchase.
(() => {
  "use strict";
  const { make, chart, slider, state, remember, question, withGuess, score } = Middleman;

  const table = (given) =>
    make("div", { class: "wide" },
      make("table", {},
        make("thead", {}, make("tr", {}, given.heads.map((head) => make("th", { scope: "col" }, head)))),
        make("tbody", {}, given.rows.map((row) =>
          make("tr", {}, make("th", { scope: "row" }, row[0]), row.slice(1).map((cell) => make("td", {}, cell)))))));

  const worlds = (purchase) =>
    make("table", { class: "worlds" },
      make("thead", {}, make("tr", {}, make("th"), purchase.worlds.map((name) => make("th", { scope: "col" }, name)))),
      make("tbody", {}, purchase.rows.map((row) =>
        make("tr", {}, make("th", { scope: "row" }, row[0]),
          row.slice(1).map((cell, at) => make("td", { "data-world": purchase.worlds[at] }, cell))))));

  const show = (data) => {
    window.middlemanSource = data.source;
    const page = document.getElementById("page");
    page.replaceChildren();
    const given = state();
    let guess = data.quiz && given.guess !== undefined && Number.isFinite(Number(given.guess)) ? Number(given.guess) : null;
    let gains = Math.min(Math.max(0, Number(given.channel) || 0), Math.max(0, data.channels.length - 2));
    const asked = make("section", { id: "question" });
    const answer = make("section", { id: "answer", hidden: "" });
    page.append(make("p", { class: "soft" }, data.title), asked, answer);

    const heading = make("h1");
    const said = make("div");
    const pricing = make("p", { class: "note" });
    const knobs = make("div", { class: "sliders" });
    const shown = make("div");
    const scored = make("div");
    answer.append(heading, make("div", { class: "beside" }, knobs, shown));
    const sliders = data.sliders.map((each, at) => {
      const start = Number(given[`s${at}`]);
      const fits = given[`s${at}`] !== undefined && Number.isInteger(start) && start >= 0 && start < each.texts.length;
      return slider(each.label, each.meaning, each.texts, fits ? start : startOf(data)[at], () => draw());
    });
    knobs.append(...sliders.map((each) => each.made));
    if (!sliders.length) knobs.hidden = true;

    const prices = chart(shown);
    shown.prepend(scored);
    const figures = make("div");
    shown.append(figures);
    const money = chart(shown);
    const choices = make("div", { class: "row", role: "group", "aria-label": "Who gains with" });
    if (data.channels.length > 2)
      shown.append(make("p", { class: "soft" }, `Who gains compared with the ${data.channels[0].title}, with:`), choices);
    const change = data.channels.length > 1 ? chart(shown) : null;
    const pick = data.channels.slice(1).map((each, at) =>
      make("button", { onclick: () => { gains = at; draw(); } }, each.title));
    choices.append(...pick);
    const command = make("pre");
    shown.append(
      make("h2", {}, "In words"), said, pricing,
      make("p", { class: "soft" }, "The same figures on the command line:"), command);

    const number = () => sliders.reduce((found, each, at) => found * data.sliders[at].texts.length + each.value(), 0);
    const draw = (push = false) => {
      const point = data.points[number()];
      heading.textContent = point.finding;
      said.replaceChildren(...point.said.map((each) => make("p", {}, each)));
      pricing.textContent = `How prices come about: ${point.pricing.join(" ")}`;
      prices.show(point.prices, guess === null ? point.prices.figure : withGuess(point.prices.figure, data.quiz.mark, guess));
      figures.replaceChildren(table(point.table), make("p", { class: "note" }, "± half of a 95 % interval."));
      money.show(point.waterfall);
      if (change) change.show(point.gains[gains]);
      pick.forEach((each, at) => each.setAttribute("aria-pressed", String(at === gains)));
      command.textContent = point.command;
      const kept = Object.fromEntries(sliders.map((each, at) => [`s${at}`, each.value()]));
      remember({ ...kept, guess: guess === null ? "" : guess, channel: gains || "" }, push);
    };

    // Only once it can be seen: a chart takes its width from where it stands.
    const purchase = make("section", { id: "purchase" });
    answer.append(purchase);
    const tell = () => {
      if (!data.purchase || purchase.childElementCount) return;
      purchase.append(
        make("h2", {}, data.purchase.headline),
        make("p", { class: "note" }, `${data.purchase.who} One run, at the position where the sliders begin.`),
        worlds(data.purchase));
      chart(purchase).show(data.purchase.chart);
      purchase.append(make("pre", {}, data.purchase.command));
    };

    const reveal = (made, push = true) => {
      guess = made;
      asked.replaceChildren();
      if (made !== null && data.quiz)
        scored.replaceChildren(
          make("div", { class: "answers" },
            make("div", {}, "You guessed", make("span", {}, `${Middleman.short(made)} ${data.quiz.unit}`)),
            make("div", {}, "The market's answer", make("span", {}, `${data.quiz.said} ${data.quiz.unit}`))),
          make("p", { class: "soft" }, `${data.quiz.question} ${score(data.quiz, made)}`));
      answer.hidden = false;
      draw(push);
      tell();
    };
    if (guess === null && data.quiz && given.s0 === undefined) {
      question(asked, data.quiz, (made) => reveal(made));
      asked.append(make("button", { onclick: () => reveal(null) }, "Skip the question"));
    } else reveal(guess, false);

    answer.append(
      make("details", {}, make("summary", {}, "The channels"),
        data.channels.map((each) => make("p", {}, `${each.title}: ${each.meaning}`))),
      make("div", { class: "row" }, Middleman.shareButton()),
      make("p", { class: "note" }, `${data.source}. All positions were computed in advance; nothing is sent anywhere.`));
  };

  const startOf = (data) => {
    const found = [];
    let left = data.start;
    for (const each of [...data.sliders].reverse()) {
      found.unshift(left % each.texts.length);
      left = Math.floor(left / each.texts.length);
    }
    return found;
  };

  Middleman.unpack().then((data) => {
    show(data);
    window.addEventListener("popstate", () => show(data));
    document.body.dataset.ready = "1";
  });
})();
