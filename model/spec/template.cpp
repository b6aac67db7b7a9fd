#include "model/spec/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "model/energy/expression/expression.hpp"
#include "model/energy/expression/functions.hpp"
#include "model/names.hpp"
#include "model/spec/template_tags.hpp"

namespace tilewright::spec {
namespace {

namespace fs = std::filesystem;
using energy::Expression;
using energy::ExpressionError;
using energy::Syntax;
using energy::Value;
using energy::ValueList;

constexpr std::size_t kDeepest = 20;  // files within each other
constexpr std::size_t kMostVariables = 1000;
constexpr std::size_t kMostFolders = 100;  // of add_to_path
// What goes wrong is told with the place.
template <class Call>
auto placed(const Mark& mark, const Call& call) {
  try {
    return call();
  } catch (const ExpressionError& error) {
    throw SpecError(mark, error.what());
  }
}

// Renders one file and remembers what it includes.
class Renderer : public energy::Scope {
 public:
  Renderer(std::string path, TemplateContext context, std::vector<Warning>& warnings)
      : path_(std::move(path)), context_(std::move(context)), warnings_(warnings), mark_{path_} {}

  std::string render(std::string_view text) {
    std::string out;
    place_ = {};
    render(text, 0, text.size(), out);
    return out;
  }

  /// The document that a text renders to.
  std::unique_ptr<Document> parse(const std::string& text) {
    const std::string rendered = is_template(text) ? render(text) : text;
    return parse_document(
        path_, rendered, warnings_,
        [this](Document& document, const std::string& tag, const std::string& value,
               const Mark& mark) { return resolve(document, tag, value, mark); });
  }

  std::unique_ptr<Document> parse_file() { return parse(read(path_, {path_, 0, 0})); }

  // --- for the parser of the rendered text ---

  /// The node that a tag of the text stands for.
  const Node* resolve(Document& document, const std::string& tag, const std::string& text,
                      const Mark& mark) {
    if (tag == "!include_loaded") return loaded(document, text, mark);
    std::string name = text;
    if (name.ends_with(',')) name.pop_back();
    const auto paths =
        tag == "!include" ? find_paths(name, mark) : find_paths(name + "/*.yaml", mark);
    std::vector<const Node*> items;
    for (const auto& path : paths) items.push_back(include_file(document, path, mark)->root);
    return tag == "!include" ? items.front() : list_of(document, std::move(items), mark);
  }

 private:
  struct Branch {
    bool active = false;  // its text counts
    bool taken = false;   // one of its parts did
    bool outer = true;    // what is around it counts
  };
  // Files that one call includes, and the keys to follow in each.
  struct Included {
    std::vector<const Document*> documents;
    bool is_list = false;
  };

  // The part of a text from `at` to `end`.
  void render(std::string_view text, std::size_t at, std::size_t end, std::string& out) {
    const std::size_t branches = branches_.size();
    while (at < end) {
      const TemplateTag tag = find_tag(text, at);
      put(out, text.substr(at, std::min(tag.begin, end) - at));
      if (tag.begin >= end) break;
      const Mark mark = mark_at(text, tag.begin);
      if (tag.end == text.npos) throw SpecError(mark, "this Jinja tag does not end");
      if (tag.strips_before) strip_end(out);
      const std::string_view inside = trimmed(tag.inside);
      if (tag.kind == '{') put(out, active() ? evaluate(tag.inside, mark).to_string() : "");
      at = behind(text, tag);
      if (tag.kind != '%') continue;
      if (first_word(inside) == "for") {
        at = repeat(text, at, inside.substr(3), mark, out);
      } else if (branches_.size() == branches && first_word(inside) == "endif") {
        throw SpecError(mark, "'endif' without an 'if'");
      } else {
        statement(inside, mark);
      }
    }
    if (branches_.size() != branches) {
      throw SpecError({path_, 0, 0}, "an 'if' of the template lacks 'endif'");
    }
  }

  static void strip_end(std::string& out) {
    while (!out.empty() && is_blank(out.back())) out.pop_back();
  }

  static std::size_t behind(std::string_view text, const TemplateTag& tag) {
    std::size_t at = tag.end;
    while (tag.strips_after && at < text.size() && is_blank(text[at])) ++at;
    return at;
  }

  // `NAME in LIST` of a `for`, whose text begins at `at`; gives the place behind its `endfor`.
  std::size_t repeat(std::string_view text, std::size_t at, std::string_view head, const Mark& mark,
                     std::string& out) {
    const TemplateTag last = find_endfor(text, at);
    if (last.kind == '\0') throw SpecError(mark, "this 'for' lacks its 'endfor'");
    const auto in = head.find(" in ");
    if (in == std::string_view::npos) throw SpecError(mark, "expected 'for NAME in LIST'");
    if (!active()) return behind(text, last);
    const Value list = evaluate(head.substr(in + 4), mark);
    if (list.list() == nullptr) {
      throw SpecError(mark, fmt::format("for: expected a list, found '{}'", list.to_string()));
    }
    const Place start = place_;
    const auto outer = context_.variables;
    const std::size_t rounds = list.list()->size();
    for (std::size_t i = 0; i < rounds; ++i) {
      placed(mark, [&] { context_.limits->count_text(1); });  // also of what renders nothing
      set_item(trimmed(head.substr(0, in)), (*list.list())[i], {i, rounds}, mark);
      place_ = start;
      render(text, at, last.begin, out);
      if (last.strips_before) strip_end(out);
    }
    context_.variables = outer;  // what a loop sets ends with it
    return behind(text, last);
  }

  struct Round {
    std::size_t number, of;
  };

  // The variables of one round: `for x in ...`, `for k, v in ...`, and Jinja's `loop`.
  void set_item(std::string_view names, const Value& item, const Round& round, const Mark& mark) {
    const auto comma = names.find(',');
    if (comma == std::string_view::npos) {
      context_.variables[std::string(names)] = item;
    } else {
      const ValueList* pair = item.list();
      if (pair == nullptr || pair->size() != 2) {
        throw SpecError(mark, fmt::format("for: expected pairs, found '{}'", item.to_string()));
      }
      context_.variables[std::string(trimmed(names.substr(0, comma)))] = (*pair)[0];
      context_.variables[std::string(trimmed(names.substr(comma + 1)))] = (*pair)[1];
    }
    const auto number = static_cast<double>(round.number);
    context_.variables["loop"] = energy::ValueMap{{"index", number + 1},
                                                  {"index0", number},
                                                  {"first", round.number == 0},
                                                  {"last", round.number + 1 == round.of}};
  }

  // Goes on from the tag before.
  Mark mark_at(std::string_view text, std::size_t at) {
    for (; place_.at < at; ++place_.at) {
      if (text[place_.at] != '\n') continue;
      ++place_.line;
      place_.start = place_.at + 1;
    }
    return {path_, place_.line, static_cast<int>(at - place_.start) + 1};
  }

  bool active() const { return branches_.empty() || branches_.back().active; }

  void put(std::string& out, std::string_view text) {
    if (!active()) return;
    out += text;
    if (out.size() > context_.max_bytes) fail_size(path_, context_.max_bytes);
    placed(mark_, [&] { context_.limits->count_text(text.size()); });
  }

  Value evaluate(std::string_view text, const Mark& mark) {
    mark_ = mark;
    try {
      return Expression(text, Syntax::jinja).evaluate(*this, context_.limits->expressions);
    } catch (const ExpressionError& error) {
      throw SpecError(mark, fmt::format("the template's '{}': {}", trimmed(text), error.what()));
    }
  }

  void statement(std::string_view text, const Mark& mark) {
    const auto space = std::min(text.find_first_of(" \t\r\n"), text.size());
    const std::string_view word = text.substr(0, space);
    const std::string_view rest = trimmed(text.substr(space));
    if (word == "if") {
      const bool holds = active() && energy::truth(evaluate(rest, mark));
      branches_.push_back({holds, holds, active()});
    } else if (word == "elif" || word == "else" || word == "endif") {
      if (branches_.empty()) throw SpecError(mark, fmt::format("'{}' without an 'if'", word));
      continue_branch(word, rest, mark);
    } else if (word == "set") {
      if (active()) set(rest, mark);
    } else {
      static const std::vector<std::string> kWords{"set",   "if",  "elif",  "else",
                                                   "endif", "for", "endfor"};
      throw SpecError(mark, fmt::format("the Jinja statement '{}' is not supported{}", word,
                                        hint(word, kWords)));
    }
  }

  void continue_branch(std::string_view word, std::string_view rest, const Mark& mark) {
    if (word == "endif") {
      branches_.pop_back();
      return;
    }
    Branch& branch = branches_.back();
    const bool open = branch.outer && !branch.taken;
    branch.active = open && (word == "else" || energy::truth(evaluate(rest, mark)));
    branch.taken = branch.taken || branch.active;
  }

  void set(std::string_view text, const Mark& mark) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) throw SpecError(mark, "expected 'set NAME = VALUE'");
    context_.variables[std::string(trimmed(text.substr(0, equals)))] =
        evaluate(text.substr(equals + 1), mark);
    if (context_.variables.size() > kMostVariables) {
      throw SpecError(mark,
                      fmt::format("a variable too many; at most {} are supported", kMostVariables));
    }
  }

  std::optional<Value> find(std::string_view name) const override {
    const auto it = context_.variables.find(std::string(name));
    context_.used->insert(std::string(name));
    return it == context_.variables.end() ? std::nullopt : std::optional(it->second);
  }

  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const auto& variable : context_.variables) names.push_back(variable.first);
    return names;
  }

  std::optional<Value> call(std::string_view name, const ValueList& arguments) const override {
    // A template's functions have effects; expressions otherwise have none.
    return const_cast<Renderer*>(this)->call_function(name, arguments);
  }

  std::optional<Value> call_function(std::string_view name, const ValueList& arguments) {
    static const std::set<std::string_view> kKnown{"cwd",          "include",     "include_all",
                                                   "include_text", "add_to_path", "find_path",
                                                   "find_paths",   "path_exists", "setenv"};
    if (!kKnown.contains(name)) return std::nullopt;
    if (name == "cwd") return folder();
    if (arguments.empty()) throw ExpressionError(fmt::format("{}() needs a path", name));
    if (name == "setenv") return "";  // nothing here reads the environment
    const std::string path = arguments[0].to_string();
    if (name == "path_exists") return !search(path).empty();
    if (name == "find_path") return find_paths(path, mark_).front();
    if (name == "find_paths") {
      const auto paths = find_paths(path, mark_);
      return ValueList(paths.begin(), paths.end());
    }
    if (name == "add_to_path") {
      for (auto& found : find_paths(path, mark_)) context_.folders.push_back(std::move(found));
      if (context_.folders.size() > kMostFolders) {
        throw ExpressionError(
            fmt::format("a folder too many; at most {} are looked through", kMostFolders));
      }
      return "";
    }
    if (name == "include_text") return include_text(path);
    return include(path, arguments.size() > 1 ? arguments[1].to_string() : "",
                   name == "include_all");
  }

  std::string folder() const {
    return fs::absolute(path_).parent_path().lexically_normal().string();
  }

  // Where a path may lead: from the folder of this file, and from those of the files around it.
  std::vector<fs::path> candidates(const std::string& path) const {
    if (fs::path(path).is_absolute()) return {fs::path(path).lexically_normal()};
    std::vector<fs::path> paths{(fs::path(folder()) / path).lexically_normal()};
    for (const auto& place : context_.folders) {
      paths.push_back((fs::path(place) / path).lexically_normal());
    }
    return paths;
  }

  // A file that is there but may not be read, or nothing.
  std::string outside_path(const std::string& path) const {
    for (const fs::path& candidate : candidates(path)) {
      std::error_code unknown;
      if (fs::exists(candidate, unknown) && !context_.visible.contains(candidate)) {
        return candidate.string();
      }
    }
    return {};
  }

  std::vector<std::string> search(const std::string& path) const {
    std::vector<std::string> found;
    for (const fs::path& pattern : candidates(path)) {
      for (auto& match : context_.visible.matches(pattern, *context_.limits)) {
        if (std::find(found.begin(), found.end(), match) == found.end()) {
          found.push_back(std::move(match));
        }
      }
    }
    return found;
  }

  std::vector<std::string> find_paths(const std::string& path, const Mark& mark) const {
    auto found = placed(mark, [&] { return search(path); });
    if (found.empty()) {
      std::string places = folder();
      for (const auto& place : context_.folders) places += ", " + place;
      if (const std::string outside = outside_path(path); !outside.empty()) {
        throw SpecError(mark, fmt::format("the file '{}' lies outside of what templates see, {} "
                                          "(--allow-outside DIR adds a folder)",
                                          outside, context_.visible.names()));
      }
      throw SpecError(mark, fmt::format("there is no file '{}' in {}; templates see what is in {} "
                                        "(--allow-outside DIR adds a folder)",
                                        path, places, context_.visible.names()));
    }
    return found;
  }

  std::string include_text(const std::string& path) {
    std::string result;
    for (const auto& found : find_paths(path, mark_)) {
      Renderer inner(found, deeper(found), warnings_);
      if (!result.empty()) result += '\n';
      result += inner.render(read(found, mark_));
      included_.merge(inner.included_);
      for (auto& document : inner.documents_) documents_.push_back(std::move(document));
    }
    return result;
  }

  std::string read(const std::string& path, const Mark& mark) const {
    std::string text = read_text(path, context_.max_bytes);
    placed(mark, [&] { context_.limits->count_file(path, text.size()); });
    return text;
  }

  // What a file that this one includes sees.
  TemplateContext deeper(const std::string& path) const {
    TemplateContext context = context_;
    context.around.push_back(canonical(path_));
    const auto& around = context.around;
    const bool is_circle = std::find(around.begin(), around.end(), path) != around.end();
    if (!is_circle && around.size() <= kDeepest) return context;
    std::string chain;
    for (const std::string& file : around) chain += fs::path(file).filename().string() + " -> ";
    chain += fs::path(path).filename().string();
    throw SpecError(
        mark_, is_circle ? "files that include each other: " + chain
                         : fmt::format("more than {} files in each other: {}", kDeepest, chain));
  }

  static std::string canonical(const std::string& path) {
    std::error_code unknown;
    const fs::path result = fs::weakly_canonical(path, unknown);
    return unknown ? path : result.string();
  }

  // The text of a tag that the parser resolves when it meets it.
  std::string include(const std::string& path, const std::string& keys, bool all) {
    const auto paths = find_paths(path, mark_);
    if (!all && paths.size() > 1) {
      throw SpecError(
          mark_, fmt::format("include(): '{}' names {} files; include_all() takes several", path,
                             paths.size()));
    }
    Included included;
    included.is_list = paths.size() > 1;
    for (const auto& found : paths) {
      documents_.push_back(load(found, mark_));
      included.documents.push_back(documents_.back().get());
    }
    const std::string name = fmt::format("file_{}_{}", context_.around.size(), included_.size());
    included_[name] = std::move(included);
    const bool dotted = keys.starts_with('.');
    return fmt::format("!include_loaded {}{}", name, keys.empty() || dotted ? keys : "." + keys);
  }

  const Node* loaded(Document& document, const std::string& text, const Mark& mark) {
    const auto dot = std::min(text.find('.'), text.size());
    const auto it = included_.find(text.substr(0, dot));
    if (it == included_.end())
      throw SpecError(mark, fmt::format("nothing is loaded as '{}'", text));
    std::vector<const Node*> items;
    for (const Document* part : it->second.documents) {
      const Node* node = part->root;
      for (std::size_t at = dot; at < text.size();) {
        const auto end = std::min(text.find('.', at + 1), text.size());
        node = &node->at(text.substr(at + 1, end - at - 1));
        at = end;
      }
      items.push_back(node);
    }
    keep_documents(document);
    return it->second.is_list ? list_of(document, std::move(items), mark) : items.front();
  }

  std::unique_ptr<Document> load(const std::string& path, const Mark& mark) const {
    return Renderer(path, deeper(path), warnings_).parse(read(path, mark));
  }

  const Document* include_file(Document& document, const std::string& path, const Mark& mark) {
    documents_.push_back(load(path, mark));
    const Document* loaded = documents_.back().get();
    keep_documents(document);
    return loaded;
  }

  // The nodes of the document point into those that it includes.
  void keep_documents(Document& document) {
    for (auto& part : documents_) {
      document.bytes += part->bytes;
      document.parts.push_back(std::move(part));
    }
    documents_.clear();
  }

  static const Node* list_of(Document& document, std::vector<const Node*> items, const Mark& mark) {
    return make_list(document, std::move(items), mark);
  }

  std::string path_;
  TemplateContext context_;
  std::vector<Warning>& warnings_;
  std::vector<Branch> branches_;
  // How far lines have been counted.
  struct Place {
    std::size_t at = 0;
    std::size_t start = 0;  // of the line
    int line = 1;
  };

  Mark mark_;  // of the tag that is being evaluated
  Place place_;
  std::map<std::string, Included> included_;
  std::vector<std::unique_ptr<Document>> documents_;
};

}  // namespace

bool is_template(std::string_view text) {
  return text.find("{{") != text.npos || text.find("{%") != text.npos ||
         text.find("{#") != text.npos;
}

std::unique_ptr<Document> load_template(const std::string& path, const TemplateContext& context,
                                        std::vector<Warning>& warnings) {
  return Renderer(path, context, warnings).parse_file();
}

std::unique_ptr<Document> parse_template(const std::string& path, const std::string& text,
                                         const TemplateContext& context,
                                         std::vector<Warning>& warnings) {
  return Renderer(path, context, warnings).parse(text);
}

}  // namespace tilewright::spec
