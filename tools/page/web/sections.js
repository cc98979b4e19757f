// The sections of a page: a heading, a short name, what stands below the heading, what fills it, and what it lacks in
// this run, in a sentence; nothing where it has all. A kind says which it has, and may say it in other words.

const missing = (run, ...needs) => needs.filter((need) => run[need] == null).map((need) => run.gaps[need] || `The page has no ${need} of this run.`)[0];
const lacksCodes = (run) => missing(run, "codes") || (hasCodes(run) ? null : `A code has ${format(run.codes.width)} numbers, too many for a page.`);
const lacksParts = (run, ...names) => missing(run, "shown") || lacksCodes(run) ||
  (run.codes.codebook ? "Codes are vectors of a codebook, chosen one after the other by a transformer: there is nothing to slide along." : null) ||
  missing(run, "network") || names.filter((name) => !hasPart(run, name)).map((name) => `The page has no ${name}: ${run.network.missing[name]}.`)[0];

const sections = {
  headline: {short: "Figures", show: showHeadline},
  curves: {title: "How it learned", short: "Curves", lead: "A point per epoch. Move over a chart, or focus it and press ← →, to read its values.", show: showCurves},
  latents: {title: "What its codes say", short: "Codes", lead: (kind) => `Each ${kind.one} becomes a short list of numbers, its code. Dimensions are sorted: the one that says most comes first.`, show: showLatents, lacks: lacksCodes},
  map: {title: "A map of the codes", short: "Map", lead: (kind) => `Each mark is a test ${kind.one}, at the mean of its code.`, show: showMap, lacks: (run) => missing(run, "shown") || lacksCodes(run)},
  explorer: {title: "Decode it yourself", short: "Decoder", lead: "The decoder runs in this page. A slider moves one number of the code, in units of its spread.", show: showExplorer, lacks: (run) => lacksParts(run, "decoder")},
  own: {title: "Bring your own image", short: "Your image", lead: "The encoder runs here, too: what does the model make of an image that you draw or pick?", show: showOwn, lacks: (run) => lacksParts(run, "encoder", "decoder")},
  walks: {title: "Walks through the codes", short: "Walks", lead: "From one image to another, along one dimension, or from one class to another.", show: showWalks, lacks: (run) => lacksParts(run, "decoder")},
  textWalks: {title: "From one text to another", short: "Walks", lead: "Codes on the line between those of two test texts, and the most probable words that the model writes from each.", show: showTextWalks, lacks: (run) => missing(run, "walks")},
  columns: {title: "Columns, real and generated", short: "Columns", lead: "What cells of each column are like in the training rows, and in rows that the model drew.", show: showColumns, lacks: (run) => missing(run, "columns")},
  relations: {title: "Which columns go together?", short: "Relations", lead: "Correlations of columns in the training rows, and in rows that the model drew.", show: showRelations, lacks: (run) => missing(run, "relations")},
  absent: {title: "What is missing", short: "Missing cells", lead: "The model learns from the cells that are known; a missing one is no number.", show: showMissing, lacks: (run) => missing(run, "missing")},
  examples: {title: "Best, median and worst", short: "Best and worst", lead: (kind) => `Test ${kind.many} by how well the model knows them.`, show: showExamples, lacks: (run) => missing(run, "examples")},
  samples: {title: "New images", short: "Samples", lead: "Drawn from the model, each over the training image nearest to it: is it new, or remembered?", show: showSamples, lacks: (run) => missing(run, "samples")},
  newTexts: {title: "New texts", short: "Samples", lead: "The model writes, token after token.", show: showNewTexts, lacks: (run) => missing(run, "samples")},
  newRows: {title: "New rows", short: "Samples", lead: "Drawn from the model: a code from the prior, then each cell from its distribution.", show: showNewRows, lacks: (run) => missing(run, "samples")},
  history: {title: "Watch it learn", short: "Over time", lead: "The same noise and the same test images at several epochs.", show: showHistory, lacks: (run) => missing(run, "history")},
  repeat: {title: "Repeat it, and take the numbers along", short: "Repeat", lead: "All that this page shows is in the file; nothing was loaded from anywhere.", show: showRepeat},
};
