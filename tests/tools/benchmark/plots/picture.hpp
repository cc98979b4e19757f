// SVG read back: the elements that a picture is made of.
#pragma once

#include <map>
#include <string>
#include <vector>

struct Element {
  std::string tag;
  std::map<std::string, std::string> attributes;
  std::string words;  // between its tags, those of elements inside left out

  double number(const std::string& attribute) const { return std::stod(attributes.at(attribute)); }
  bool has_class(const std::string& name) const;
};

// In the order in which they end. Throws std::runtime_error where the text is not well-formed.
std::vector<Element> elements_of(const std::string& svg);

// Those with the tag, and with the class unless that is empty.
std::vector<Element> elements_of(const std::string& svg, const std::string& tag,
                                 const std::string& name_of_class = "");
