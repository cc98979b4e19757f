// Trained runs on a text and on a table that try to break the page that shows them, for tests.
#pragma once

#include <tests/tools/program.hpp>
#include <tools/page/opened.hpp>

struct FileRun {
  FileRun(const std::string& file, const std::string& contents, const std::string& arguments) {
    write_file(place.path() / file, contents);
    const Finished trained =
        run_train(place.path(), arguments + " --data " + file + " --out run --seed 1 --quiet");
    CHECK_MESSAGE(trained.exit_code == 0, trained.errors);
  }
  std::string path() const { return place.path() / "run"; }
  ebb::tools::ReportOptions report() const { return {.runs = {path()}, .quiet = true}; }
  ebb::tools::OpenedRun open() const { return ebb::tools::open_for_page(path(), report()); }
  TemporaryFolder place;
};

// Forty lines: what HTML takes for its own, letters of several bytes, and a line that is longer
// than the page shows.
inline std::string strange_lines() {
  std::string text;
  for (int i = 0; i < 10; ++i) {
    text += "<script>alert(" + std::to_string(i) + ")</script>\n";
    text += "&lt;b&gt; \"it's\" </script><!-- " + std::string(1, static_cast<char>('a' + i)) + "\n";
    text += "naïve 日本 " + std::to_string(i) + "\n";
    text += std::string(static_cast<std::size_t>(500 + i), 'x') + "\n";
  }
  return text;
}

struct TextRun : FileRun {
  explicit TextRun(const std::string& arguments = "--latent 2")
      : FileRun("lines.txt", strange_lines(),
                "text --epochs 1 --width 8 --vocabulary bytes --test 0.4 " + arguments) {}
};

// Eighty rows of six columns, of which the first is ignored; cells are missing alone and together.
inline std::string strange_table() {
  std::string text = "id,<b>size</b>,\"a \"\"b\"\" & c\",count," + std::string(90, 'n') + ",sort\n";
  const std::string sorts[] = {"</script>", "<img src=x onerror=alert(1)>", "&amp;"};
  for (int i = 0; i < 80; ++i) {
    const int k = i % 17;
    text += "row" + std::to_string(i) + ",";
    text += (i % 9 == 0 ? "NA" : std::to_string(10 + 3.7 * k).substr(0, 4)) + ",";
    text +=
        (i % 9 == 0 || i % 10 == 3 ? "" : std::to_string(100 - 5.3 * k + i % 3).substr(0, 4)) + ",";
    text += std::to_string(k / 2) + "," + std::to_string(0.5 + i * i % 31).substr(0, 3) + ",";
    text += sorts[k / 6] + "\n";
  }
  return text;
}

struct TableRun : FileRun {
  explicit TableRun(const std::string& arguments = "")
      : FileRun("rows.csv", strange_table(),
                "table --epochs 3 --hidden 8 --latent 2 " + arguments) {}
};
