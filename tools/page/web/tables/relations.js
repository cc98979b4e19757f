// Correlations of columns, real beside generated.

function showRelations(body, run) {
  const {names, real, generated, apart, test_apart: chance, left_out: leftOut} = run.relations;
  let most = [0, 0, 0];
  real.forEach((row, i) => row.forEach((value, j) => { if (Math.abs(value - generated[i][j]) > Math.abs(most[0])) most = [value - generated[i][j], i, j]; }));
  const [, i, j] = most;
  body.append(element("div", {class: "columns"}, circleMatrix(real, names, "Real: training rows"), circleMatrix(generated, names, "Generated")),
    element("p", {}, `They differ by ${format(apart, 2)} in the mean; test rows by ${format(chance, 2)}, what chance alone makes. `,
      most[0] === 0 ? "" : `Most, ${shortened(names[i], 48)} and ${shortened(names[j], 48)}: ${fixed(real[i][j], 2)} real, ${fixed(generated[i][j], 2)} generated.`),
    element("p", {class: "note"}, `Size: how strong. Filled: they rise together; hollow: one falls as the other rises. Of positive numbers their logarithms, of words in an order their places; of other words whether it is that one.${leftOut ? ` ${leftOut} more are left out.` : ""}`));
}
