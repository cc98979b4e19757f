#include <doctest/doctest.h>

#include <nn/data/text/text_dataset.hpp>
#include <tensor/error.hpp>
#include <tests/support.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/sources/text.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

// Ten lines, and one that holds nothing.
struct Text {
  Text() {
    std::string all;
    for (int i = 0; i < 10; ++i) all += "the cat number " + std::to_string(i) + "\n";
    write_file(place.path() / "lines.txt", all + "\n");
    options.data = place.path() / "lines.txt";
    options.drawn = drawn_sentences;
  }
  TemporaryFolder place;
  TrainOptions options;
};

nn::TextExample kind_of(const nn::SharedDataset& data) {
  return std::get<nn::TextExample>(data->examples().kind);
}

}  // namespace

TEST_CASE("text source: a file of lines, and what is told about it") {
  Text text;
  const Source source = read_source(text.options);
  CHECK(source.train->count() == 10);
  CHECK(!source.test);
  REQUIRE(source.notes.size() == 2);
  CHECK(source.notes[0].starts_with("data: 10 texts, 170 tokens with their ends, of "));
  CHECK(source.notes[1] == "data: left out 1 empty lines");
  CHECK(source.files[0]["bytes"] == 171);
  text.options.text.vocabulary = {"bytes"};
  text.options.text.longest = 8;
  const Source cut = read_source(text.options);
  CHECK(cut.train->count() == 20);
  CHECK(cut.notes.back() ==
        "data: lines of more than 8 tokens became 10 texts more; --longest says how long they may "
        "be");
}

TEST_CASE("text source: a vocabulary that the text does not fill") {
  Text text;
  text.options.text.vocabulary = {"bpe", 5000};
  const std::string note = read_source(text.options).notes.back();
  CHECK(note.starts_with("data: "));
  CHECK(
      note.ends_with(" byte pairs and no more come up again: the vocabulary is smaller than "
                     "--vocabulary bpe:5000"));
  text.options.text.vocabulary = {"bpe", 260};
  CHECK(read_source(text.options).notes.back() == "data: left out 1 empty lines");
  text.options.text.vocabulary = {"words", 10};
  CHECK(message_of<DataError>([&] { return read_source(text.options).train->count(); }) ==
        "--vocabulary: no word of 9 texts to train on comes up 10 times; try words:1");
}

TEST_CASE("text source: a vocabulary is that of the lines to train on") {
  Text text;
  text.options.text.vocabulary = {"words", 1};
  const Datasets data = load_datasets(text.options);
  CHECK(data.train->count() == 9);
  CHECK(data.test->count() == 1);
  // the, cat, number and nine digits of ten, behind the end and what is unknown
  CHECK(kind_of(data.train).vocabulary->size() == 2 + 3 + 9);
  const std::int64_t first[] = {0};
  const auto tokens = data.test->gather(first).inputs.to_vector<std::int32_t>();
  CHECK(tokens[3] == nn::Vocabulary::unknown);
}

TEST_CASE("text source: sentences are drawn where no text is named") {
  TrainOptions options;
  options.drawn = drawn_sentences;
  const Datasets data = load_datasets(options);
  CHECK(data.train->count() == 20'000);
  CHECK(data.test->count() == 2'000);
  CHECK(data.notes[0].find("whose entropy is 12.544 nats") != std::string::npos);
  CHECK(data.files.is_null());
  CHECK(is_drawn("drawn sentences"));
}

TEST_CASE("text source: config.json holds a vocabulary of each kind, on a line") {
  Text text;
  for (const Choice& choice :
       {Choice{"bytes"}, Choice{"characters"}, Choice{"words", 2}, Choice{"bpe", 270}}) {
    text.options.text.vocabulary = choice;
    const nn::Examples examples = load_datasets(text.options).train->examples();
    const Json json = Json::parse(to_json(examples).dump());
    CHECK(examples_from(json) == examples);
    CHECK(json["vocabulary"]["pieces"] == choice.name);
  }
  Json json = to_json(load_datasets(text.options).train->examples());
  json["vocabulary"]["tokens"] = "300 2";
  CHECK(message_of<FormatError>([&] { return examples_from(json).classes; }) ==
        "config: the vocabulary's pairs are damaged");
  json["vocabulary"]["pieces"] = "runes";
  CHECK(message_of<FormatError>([&] { return examples_from(json).classes; }) ==
        "config: a vocabulary of 'runes' is unknown; is it of a newer ebb?");
}

TEST_CASE("text source: another text is cut as the model knows it") {
  Text text;
  const Datasets own = load_datasets(text.options);
  Json config;
  Options all;
  text.options.visit(all);
  config = all.to_json();
  config["model"] = "text";
  config["limit"] = nullptr;
  config["examples"] = to_json(own.train->examples());
  config["data_files"] = own.files;
  write_file(text.place.path() / "other.txt", "the zebra\nthe cat\n");
  const nn::SharedDataset other = test_set_at(text.place.path() / "other.txt", config);
  CHECK(other->count() == 2);
  CHECK(kind_of(other) == kind_of(own.train));
  CHECK(test_set_at(text.options.data, config)->count() == 1);  // the run's own part
}

TEST_CASE("text source: options and files that do not fit are refused") {
  Text text;
  const auto usage = [](const TrainOptions& options) {
    return message_of<UsageError>([&] { return read_source(options).train->count(); });
  };
  text.options.text.vocabulary = {"bpe", 10};
  CHECK(usage(text.options) ==
        "--vocabulary: byte_pairs: a vocabulary of 10 tokens; bytes and the end are 257 already, "
        "try 1000");
  TrainOptions digits;
  digits.text.paragraphs = true;
  CHECK(usage(digits) == "--paragraphs: goes with a text; try --data lines.txt");
  digits.text = {.vocabulary = {"bytes"}};
  CHECK(usage(digits) == "--vocabulary: goes with a text; try --data lines.txt");
  text.options.text = {};
  text.options.gray = true;
  CHECK(usage(text.options) == "--gray: goes with a folder of images; try --data");
  text.options.gray = false;
  write_file(text.options.data, "one\n\xFF\n");
  CHECK_THROWS_AS(read_source(text.options), FormatError);
  text.options.data = text.place.path();
  CHECK(message_of<FormatError>([&] { return read_source(text.options).train->count(); }) ==
        "data: " + text.options.data +
            " is a folder; a model of texts learns from a file, try --data lines.txt");
}
