#include "model/spec/directive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <string>

#include "model/names.hpp"

namespace tilewright::spec {
namespace {

bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

int find_dim(const Node& node, std::string_view what, const std::string& name,
             const Problem& problem) {
  const int dim = problem.find_dim(name);
  if (dim < 0) {
    node.fail(fmt::format("{}: unknown dimension '{}' (problem {} has {})", what, name,
                          problem.name, fmt::join(problem.dims, ", ")));
  }
  return dim;
}

bool is_builtin_dim(const std::string& name) {
  const auto names = builtin_shape_names();
  return std::any_of(names.begin(), names.end(), [&](const std::string& shape) {
    const auto& dims = find_builtin_shape(shape)->dims;
    return std::find(dims.begin(), dims.end(), name) != dims.end();
  });
}

// Whether constraints may name the dimension although the problem lacks it; if so, it is noted.
bool note_absent(const std::string& name, const Problem& problem, AbsentDims* absent) {
  if (absent == nullptr || problem.find_dim(name) >= 0 || !is_builtin_dim(name)) return false;
  if (std::find(absent->begin(), absent->end(), name) == absent->end()) absent->push_back(name);
  return true;
}

// Scans the text of factors from left to right.
class FactorScanner {
 public:
  FactorScanner(const Node& node, std::string_view text)
      : node_(node), text_(text.substr(0, text.find('#'))) {}

  std::vector<NamedFactor> scan() {
    std::vector<NamedFactor> terms;
    for (skip_separators(); at_ < text_.size(); skip_separators()) terms.push_back(scan_term());
    return terms;
  }

 private:
  NamedFactor scan_term() {
    NamedFactor term;
    term.dim = take_while(is_letter);
    if (term.dim.empty()) fail();
    skip_blanks();
    term.relation = scan_relation();
    skip_blanks();
    term.value = scan_number();
    // A comma and a number right behind it are the bound of the last pass; any other comma
    // separates terms.
    if (at_ + 1 < text_.size() && text_[at_] == ',') {
      const std::size_t next = text_.find_first_not_of(" \t", at_ + 1);
      if (next != std::string_view::npos && is_digit(text_[next])) {
        at_ = next;
        term.residual = scan_number();
        check_residual(term);
      }
    }
    return term;
  }

  Relation scan_relation() {
    if (at_ < text_.size() && (text_[at_] == '<' || text_[at_] == '>')) {
      const Relation relation = text_[at_++] == '<' ? Relation::at_most : Relation::at_least;
      if (at_ >= text_.size() || text_[at_] != '=') fail();
      ++at_;
      return relation;
    }
    take_while([](char c) { return c == '='; });
    return Relation::equal;
  }

  std::int32_t scan_number() {
    const std::string_view digits = take_while(is_digit);
    if (digits.empty()) fail();
    std::int32_t value = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (result.ec != std::errc{}) {
      node_.fail(fmt::format("factors: {} is too large; at most {} is possible", digits,
                             std::numeric_limits<std::int32_t>::max()));
    }
    return value;
  }

  void check_residual(const NamedFactor& term) const {
    if (term.relation != Relation::equal || term.residual < 1 || term.residual > term.value) {
      node_.fail(
          fmt::format("factors: in '{}={},{}' the second number is the bound of the last "
                      "pass; it is from 1 to the first one",
                      term.dim, term.value, term.residual));
    }
  }

  template <class Predicate>
  std::string_view take_while(const Predicate& belongs) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && belongs(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  void skip_blanks() { take_while(is_blank); }
  void skip_separators() {
    take_while([](char c) { return is_blank(c) || c == ',' || c == ';'; });
  }
  [[noreturn]] void fail() const {
    const auto rest = text_.substr(std::min(at_, text_.size()));
    node_.fail(
        fmt::format("factors: expected terms such as 'C=4', 'C4' or 'P=5,3' in '{}', found "
                    "'{}'",
                    text_, rest));
  }

  const Node& node_;
  std::string_view text_;
  std::size_t at_ = 0;
};

// Whether a dimension of size 1 satisfies the term.
bool holds_for_one(const NamedFactor& term) {
  return term.relation == Relation::at_most || term.value <= 1;
}

void check_new(const Node& node, const std::vector<FactorTerm>& terms, const Problem& problem) {
  const FactorTerm& last = terms.back();
  const auto same = [&](const FactorTerm& term) {
    return term.dim == last.dim && term.relation == last.relation;
  };
  if (std::count_if(terms.begin(), terms.end(), same) > 1) {
    node.fail(fmt::format("factors: dimension {} is given twice", problem.dims[last.dim]));
  }
}

// A text, or a list of texts joined by commas: the list [P=5,3, C=2] has the items `P=5`, `3` and
// `C=2`, and is the text `P=5,3,C=2` again.
std::string joined(const Node& node, std::string_view what) {
  std::string text;
  for (const Node* item : node.texts(what)) {
    if (!text.empty()) text += ',';
    text += item->text(what);
  }
  return text;
}

// The map {P: [5, 3], C: 2} as a text.
std::string joined_map(const Node& node, std::string_view what) {
  std::string text;
  for (const auto& entry : node.map(what)) {
    if (!text.empty()) text += ',';
    text += entry.key + "=" + joined(*entry.value, what);
  }
  return text;
}

// Factors or a permutation in any of their forms.
std::string join_all(const Node& node, std::string_view what) {
  if (node.is_map()) return joined_map(node, what);
  if (node.is_text()) return joined(node, what);
  std::string text;
  for (const Node* item : node.list(what)) {
    if (!text.empty()) text += ',';
    text += item->is_map() ? joined_map(*item, what) : item->text(what);
  }
  return text;
}

// The same as one text. Nobody writes more than a few words per dimension.
std::string as_text(const Node& node, std::string_view what) {
  constexpr std::size_t kMost = 4096;
  std::string text = join_all(node, what);
  if (text.size() > kMost) {
    node.fail(fmt::format("{}: a text of {} letters; at most {} are supported", what, text.size(),
                          kMost));
  }
  return text;
}

// Appends the dimensions of one word: a dimension's name, or single letters in a row.
void append_dims(const Node& node, const std::string& word, const Problem& problem,
                 AbsentDims* absent, std::vector<int>& dims) {
  if (const int dim = problem.find_dim(word); dim >= 0) {
    dims.push_back(dim);
    return;
  }
  for (const char letter : word) {
    const std::string name(1, letter);
    if (note_absent(name, problem, absent)) continue;
    dims.push_back(find_dim(node, "permutation", name, problem));
  }
}

}  // namespace

std::vector<NamedFactor> scan_factors(const Node& node) {
  if (node.is_null()) return {};
  const std::string text = as_text(node, "factors");
  return FactorScanner(node, text).scan();
}

std::vector<FactorTerm> read_factors(const Node& node, const Problem& problem, AbsentDims* absent) {
  std::vector<FactorTerm> terms;
  for (const NamedFactor& named : scan_factors(node)) {
    if (holds_for_one(named) && note_absent(named.dim, problem, absent)) continue;
    const int dim = find_dim(node, "factors", named.dim, problem);
    terms.push_back({dim, named.relation, named.value, named.residual});
    check_new(node, terms, problem);
  }
  return terms;
}

NamedPermutation scan_permutation(const Node& node) {
  NamedPermutation permutation;
  if (node.is_null()) return permutation;
  std::string text = as_text(node, "permutation");
  text.resize(std::min(text.find('#'), text.size()));
  auto* part = &permutation.first;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) part->push_back(std::move(word));
    word.clear();
  };
  for (const char c : text) {
    if (c != '_' && c != ',' && !is_blank(c)) {
      word += c;
      continue;
    }
    end_word();
    if (c == '_') part = &permutation.last;
  }
  end_word();
  return permutation;
}

Permutation read_permutation(const Node& node, const Problem& problem, AbsentDims* absent) {
  Permutation permutation;
  const NamedPermutation named = scan_permutation(node);
  for (const std::string& word : named.first) {
    append_dims(node, word, problem, absent, permutation.first);
  }
  for (const std::string& word : named.last) {
    append_dims(node, word, problem, absent, permutation.last);
  }
  std::vector<int> all = permutation.first;
  all.insert(all.end(), permutation.last.begin(), permutation.last.end());
  for (auto it = all.begin(); it != all.end(); ++it) {
    if (std::find(all.begin(), it, *it) != it) {
      node.fail(fmt::format("permutation: dimension {} occurs twice in '{}'", problem.dims[*it],
                            as_text(node, "permutation")));
    }
  }
  return permutation;
}

SpaceMask read_spaces(const Node& node, std::string_view what, const Problem& problem,
                      const UnknownSpace& unknown) {
  SpaceMask mask = 0;
  for (const Node* item : node.texts(what)) {
    const auto& name = item->text(what);
    if (name == "*") return all_spaces(problem);
    int space = problem.find_space(name);
    if (space < 0 && unknown) space = unknown(*item, name);
    if (space < 0) {
      std::vector<std::string> names;
      names.reserve(problem.spaces.size());
      for (const auto& known : problem.spaces) names.push_back(known.name);
      item->fail(fmt::format("{}: unknown dataspace '{}'{}", what, name, hint(name, names)));
    }
    mask = static_cast<SpaceMask>(mask | (1U << space));
  }
  return mask;
}

SpaceMask all_spaces(const Problem& problem) {
  return static_cast<SpaceMask>((1U << problem.num_spaces()) - 1U);
}

Keeps read_keeps(const std::function<const Node*(std::string_view)>& find, const Problem& problem,
                 const UnknownSpace& unknown) {
  const auto spaces = [&](std::string_view key) {
    const Node* list = find(key);
    return list == nullptr ? SpaceMask{0} : read_spaces(*list, key, problem, unknown);
  };
  const SpaceMask all = all_spaces(problem);
  Keeps keeps{spaces("keep"), spaces("bypass")};
  const auto add = [&](std::string_view key, SpaceMask& named, SpaceMask& others) {
    if (find(key) == nullptr) return;
    const SpaceMask only = spaces(key);
    named |= only;
    others |= static_cast<SpaceMask>(all & ~only);
  };
  add("keep_only", keeps.keep, keeps.bypass);
  add("bypass_only", keeps.bypass, keeps.keep);
  return keeps;
}

int read_target(const Node& directive, const Architecture& arch) {
  const Node* node = directive.find("target");
  if (node == nullptr) node = directive.find("name");
  if (node == nullptr) node = &directive.at("target");
  const auto& name = node->text("target");
  if (const int level = arch.find_level(name); level >= 0) return level;
  if (!name.empty() && std::all_of(name.begin(), name.end(), is_digit)) {
    return static_cast<int>(
        node->count("target", 0, static_cast<std::uint64_t>(arch.num_levels()) - 1));
  }
  const auto names = arch.level_names();
  node->fail(fmt::format("target: unknown storage level '{}'{}", name, hint(name, names)));
}

void fail_without_fanout(const Node& node, const Architecture& arch, int level) {
  const auto& inner = level == 0 ? arch.compute.name : arch.storage[level - 1].name;
  throw MappingMisfit(
      node.mark(),
      fmt::format("{} has no spatial loops: there are as many instances of it as of {} "
                  "inside it, so nothing fans out",
                  arch.storage[level].name, inner));
}

}  // namespace tilewright::spec
