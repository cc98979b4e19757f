#include <doctest/doctest.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <tests/tools/benchmark/plots/picture.hpp>

namespace {

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error("not well-formed: " + what);
}

std::map<std::string, std::string> attributes_of(const std::string& inside) {
  std::map<std::string, std::string> found;
  static const std::regex attribute("([a-zA-Z0-9-]+)=\"([^\"<]*)\"");
  for (std::sregex_iterator at(inside.begin(), inside.end(), attribute), end; at != end; ++at)
    require(found.emplace((*at)[1], (*at)[2]).second, inside);
  return found;
}

}  // namespace

bool Element::has_class(const std::string& name) const {
  const auto found = attributes.find("class");
  std::istringstream names(found == attributes.end() ? "" : found->second);
  for (std::string each; names >> each;)
    if (each == name) return true;
  return false;
}

std::vector<Element> elements_of(const std::string& svg) {
  std::vector<Element> open, done;
  for (std::size_t at = 0; at < svg.size();) {
    const std::size_t tag = std::min(svg.find('<', at), svg.size());
    if (!open.empty()) open.back().words += svg.substr(at, tag - at);
    if (tag == svg.size()) break;
    const std::size_t end = svg.find('>', tag);
    require(end != std::string::npos, svg.substr(tag));
    std::string inside = svg.substr(tag + 1, end - tag - 1);
    at = end + 1;
    if (inside[0] == '/') {
      require(!open.empty() && open.back().tag == inside.substr(1), inside);
      done.push_back(open.back());
      open.pop_back();
      continue;
    }
    const bool empty = inside.back() == '/';
    if (empty) inside.pop_back();
    const Element element = {inside.substr(0, inside.find(' ')), attributes_of(inside), ""};
    (empty ? done : open).push_back(element);
  }
  require(open.empty() && !done.empty() && done.back().tag == "svg", "the end");
  return done;
}

std::vector<Element> elements_of(const std::string& svg, const std::string& tag,
                                 const std::string& name_of_class) {
  std::vector<Element> found;
  for (const Element& element : elements_of(svg))
    if (element.tag == tag && (name_of_class.empty() || element.has_class(name_of_class)))
      found.push_back(element);
  return found;
}

TEST_CASE("picture: elements, and what is not well-formed") {
  const auto found = elements_of("<svg w=\"2\"><a class=\"b c\"><t>x</t>y</a><d/></svg>\n");
  REQUIRE(found.size() == 4);
  CHECK(found[0].words == "x");
  CHECK(found[1].words == "y");
  CHECK(found[1].has_class("c"));
  CHECK_FALSE(found[1].has_class("b c"));
  CHECK(found[2].tag == "d");
  CHECK(found[3].number("w") == 2);
  for (const char* wrong :
       {"", "<svg>", "<svg><a></svg></a>", "<svg", "<a/>", "<svg a=\"1\" a=\"2\"/>"})
    CHECK_THROWS_AS(elements_of(wrong), std::runtime_error);
}
