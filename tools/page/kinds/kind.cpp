#include <tools/page/kinds/images.hpp>
#include <tools/page/kinds/kind.hpp>
#include <tools/page/kinds/rows.hpp>
#include <tools/page/kinds/texts.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

// Numbers of any shape: a page has no picture of them.
class Arrays final : public PageKind {
 public:
  std::int64_t bytes_of_each() const override { return 0; }
};

}  // namespace

Json PageKind::shown(const nn::Batch&, bool) const { return nullptr; }
Json PageKind::details(const OpenedRun&, const std::vector<std::int64_t>&) const { return nullptr; }
Json PageKind::samples(const OpenedRun&) const { return nullptr; }
std::vector<Section> PageKind::sections(const OpenedRun&) const { return {}; }
Json PageKind::truth(const OpenedRun&) const { return nullptr; }

std::unique_ptr<PageKind> kind_of(const Trained& trained) {
  const auto& kind = trained.examples.kind;
  if (const auto* const images = std::get_if<nn::ImageExample>(&kind)) return page_kind(*images);
  if (const auto* const texts = std::get_if<nn::TextExample>(&kind)) return page_kind(*texts);
  if (const auto* const table = std::get_if<nn::TableExample>(&kind)) return page_kind(*table);
  return std::make_unique<Arrays>();
}

}  // namespace ebb::tools
