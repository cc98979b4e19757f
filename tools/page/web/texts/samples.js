// Texts that the model wrote.

function showNewTexts(body, run) {
  const {groups, searched} = run.samples, all = run.facts.config.train_texts, part = searched < all ? `the first ${format(searched)} of ${format(all)}` : `the ${format(all)}`;
  body.append(element("div", {class: "columns"}, groups.map(({temperature, examples, remembered}) => {
    const known = remembered ? remembered.filter(Boolean).length : null, different = new Set(examples).size;
    return element("figure", {}, element("h3", {}, temperature === 1 ? "Temperature 1: as probable as the model holds them" : `Temperature ${temperature}: closer to what is most probable`),
      element("ol", {class: "texts"}, examples.map((text, i) => element("li", {}, textLine(text), remembered && remembered[i] ? element("span", {class: "note"}, " ★ a training text") : null))),
      element("figcaption", {}, `${different} of ${examples.length} differ from one another.`, known == null ? "" : ` ★: ${known} stand word for word among ${part} training texts.`));
  })));
  if (run.samples.groups[0].remembered == null) body.append(element("p", {class: "gap"}, `${run.gaps.shown || ""} So it is not known which are training texts.`));
}
