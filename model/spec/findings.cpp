#include <fmt/format.h>

#include "model/names.hpp"
#include "model/spec/readers.hpp"

namespace tilewright::spec {

void warn_unread(const Fields& fields, const std::string& what, const Findings& findings) {
  warn_unread(fields, fields.rest(), what, findings);
}

void warn_unread(const Fields& fields, const std::vector<const Entry*>& unread,
                 const std::string& what, const Findings& findings) {
  if (unread.empty()) return;
  std::string keys;
  for (const Entry* entry : unread) {
    keys += fmt::format("{}'{}'", keys.empty() ? "" : ", ", entry->key);
    const auto close = nearest(entry->key, fields.asked());
    if (!close.empty()) keys += fmt::format(" (did you mean '{}'?)", close);
  }
  findings.warn(fields.node().mark(*unread.front()),
                fmt::format("{}: nobody reads {}", what, keys));
}

}  // namespace tilewright::spec
