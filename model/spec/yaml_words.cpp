#include "model/spec/yaml_words.hpp"

#include <yaml-cpp/exceptions.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tilewright::spec {
namespace {

struct Words {
  std::string_view of_parser;
  std::string_view plain;
};

const std::array kWords{
    Words{YAML::ErrorMsg::MAP_VALUE,
          "a ':' where no key can stand; is the indentation right, of blanks only? A text with ': "
          "' in "
          "it needs quotes"},
    Words{YAML::ErrorMsg::MAP_KEY, "a '? ' where no key can stand; such a text needs quotes"},
    Words{YAML::ErrorMsg::END_OF_MAP,
          "here the map goes on neither with a key at the column of those above, nor does it end; "
          "is the indentation right?"},
    Words{YAML::ErrorMsg::END_OF_SEQ,
          "here the list goes on neither with '- ' at the column of the items above, nor does it "
          "end; is the indentation right?"},
    Words{YAML::ErrorMsg::END_OF_MAP_FLOW, "expected ',' or '}' of a map that began with '{'"},
    Words{YAML::ErrorMsg::END_OF_SEQ_FLOW, "expected ',' or ']' of a list that began with '['"},
    Words{YAML::ErrorMsg::FLOW_END, "a '}' or ']' that closes nothing"},
    Words{YAML::ErrorMsg::BLOCK_ENTRY, "a '- ' where no item of a list can stand"},
    Words{YAML::ErrorMsg::UNKNOWN_TOKEN,
          "a character that no value begins with; tabs do not indent, and texts that begin with "
          "'@', '%' or '`' need quotes"},
    Words{YAML::ErrorMsg::TAB_IN_INDENTATION, "a tab where blanks have to indent"},
    Words{YAML::ErrorMsg::EOF_IN_SCALAR, "a quote that does not end before the file does"},
    Words{YAML::ErrorMsg::DOC_IN_SCALAR, "a quote that does not end before '---' or '...'"},
    Words{YAML::ErrorMsg::ALIAS_NOT_FOUND,
          "a '*' without the name of an anchor; a text that "
          "begins with it needs quotes"},
    Words{YAML::ErrorMsg::ANCHOR_NOT_FOUND,
          "a '&' without a name; a text that begins with it "
          "needs quotes"},
    Words{YAML::ErrorMsg::UNKNOWN_ANCHOR,
          "the anchor that this '*' names is not defined above it; a text that begins with '*' "
          "needs quotes"}};

}  // namespace

std::string in_plain_words(const std::string& message) {
  const auto* const it = std::find_if(
      kWords.begin(), kWords.end(), [&](const Words& words) { return words.of_parser == message; });
  return it == kWords.end() ? message : std::string(it->plain);
}

}  // namespace tilewright::spec
