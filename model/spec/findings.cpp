#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "model/names.hpp"
#include "model/spec/readers.hpp"

namespace tilewright::spec {

bool may_be_expression(const std::string& text, const Findings& findings) {
  const bool is_word = std::all_of(
      text.begin(), text.end(), [](unsigned char c) { return c == '_' || std::isalnum(c) != 0; });
  return !is_word || (findings.names != nullptr && findings.names->contains(text));
}

void refuse_sparse_optimizations(const Node& node, const Findings& findings) {
  if (!findings.is_dense) {
    node.fail(
        "sparse optimizations are not modelled; --dense ignores them and takes all tensors as "
        "dense");
  }
  findings.warn(node.mark(), "sparse optimizations are ignored: all tensors are dense",
                odd::kIgnored);
}

void warn_unread(const Fields& fields, const std::string& what, const Findings& findings) {
  warn_unread(fields, fields.rest(), what, findings);
}

void warn_unread(const Fields& fields, const std::vector<const Entry*>& unread,
                 const std::string& what, const Findings& findings) {
  for (const auto& [entry, first] : fields.repeated()) {
    findings.warn_about(
        what, fields.node().mark(*entry),
        fmt::format("'{}' says the same as '{}' in line {}, with another value; that one counts",
                    entry->key, first->key, first->line),
        odd::kRepeatedKey);
  }
  if (unread.empty()) return;
  constexpr std::size_t kMostListed = 50;
  std::string keys;
  for (const Entry* entry : unread) {
    if (entry == unread[std::min(kMostListed, unread.size() - 1)] && unread.size() > kMostListed) {
      keys += fmt::format(" and {} more", unread.size() - kMostListed);
      break;
    }
    keys += fmt::format("{}'{}'", keys.empty() ? "" : ", ", entry->key);
    const auto close = nearest(entry->key, fields.asked());
    if (!close.empty()) keys += fmt::format(" (did you mean '{}'?)", close);
  }
  findings.warn_about(what, fields.node().mark(*unread.front()), "nobody reads " + keys,
                      odd::kUnreadKey);
}

}  // namespace tilewright::spec
