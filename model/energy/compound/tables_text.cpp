#include "model/energy/compound/tables_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "model/printable.hpp"

namespace tilewright::energy {
namespace {

using Buffer = fmt::memory_buffer;

template <typename... T>
void add(Buffer& out, fmt::format_string<T...> format, T&&... values) {
  fmt::format_to(fmt::appender(out), format, std::forward<T>(values)...);
}

// `chip.buffer` and `storage`: `chip.buffer.storage`; a primitive component is its own part.
std::string part_name(const TableEntry& entry, const std::string& part) {
  return entry.is_compound && part != entry.name ? entry.name + "." + part : entry.name;
}

// Calls `see(name of the part, action or "area", price)` for every price of an entry.
template <typename See>
void for_each_price(const TableEntry& entry, const See& see) {
  for (const EnergyRow& row : entry.rows) {
    for (const EnergyTerm& term : row.terms) {
      see(part_name(entry, term.part), term.action, *term.price);
    }
  }
  for (const AreaTerm& term : entry.areas) see(part_name(entry, term.part), "area", *term.price);
}

void add_actions(Buffer& out, const TableEntry& entry, Dialect dialect, Precision precision) {
  std::vector<std::string> order;
  std::map<std::string, std::pair<double, double>> range;
  std::size_t width = 0;
  for (const EnergyRow& row : entry.rows) {
    const auto [it, is_new] = range.try_emplace(row.action, row.energy, row.energy);
    if (is_new) order.push_back(row.action);
    it->second.first = std::min(it->second.first, row.energy);
    it->second.second = std::max(it->second.second, row.energy);
    width = std::max(width, row.action.size());
  }
  for (const std::string& action : order) {
    const auto [least, most] = range[action];
    add(out, "  {:<{}}  {}", printable(action), width, rounded(least, dialect, precision));
    if (most > least) add(out, " to {}", rounded(most, dialect, precision));
    add(out, " pJ\n");
  }
}

struct Source {
  std::string estimator;
  double accuracy = 0;
  std::string note;
  auto operator<=>(const Source&) const = default;
};

// The first few of a list, and how many there are beyond.
std::string first_of(const std::set<std::string>& names) {
  constexpr std::size_t kShown = 3;
  std::string text;
  std::size_t shown = 0;
  for (const std::string& name : names) {
    if (shown == kShown) return text + fmt::format(" and {} more", names.size() - kShown);
    text += (shown++ == 0 ? "" : ", ") + name;
  }
  return text;
}

void add_sources(Buffer& out, const EnergyTables& tables) {
  std::map<Source, std::set<std::string>> parts;
  for (const TableEntry& entry : tables.entries) {
    for_each_price(entry, [&](const std::string& part, const auto& /*what*/, const Pricing& price) {
      parts[{price.estimator, price.accuracy, price.note}].insert(part);
    });
  }
  if (parts.empty()) return;
  add(out, "\nPriced by\n");
  for (const auto& [source, names] : parts) {
    add(out, "  {}, {:.4g} %{}{}: {}\n", source.estimator, source.accuracy,
        source.note.empty() ? "" : ", ", source.note, first_of(names));
  }
}

void add_reasons(Buffer& out, const std::string& question, const Pricing& price) {
  add(out, "{}: {}, {:.4g} %{}{}\n", question, price.estimator, price.accuracy,
      price.note.empty() ? "" : ", ", price.note);
  for (const std::string& other : price.others) add(out, "  not {}\n", other);
}

}  // namespace

std::string tables_text(const EnergyTables& tables, Precision precision) {
  Buffer out;
  add(out, "Energy and area of one instance\n");
  for (const TableEntry& entry : tables.entries) {
    add(out, "{}{}{}", printable(entry.name), entry.component_class.empty() ? "" : ", ",
        printable(entry.component_class));
    if (!entry.areas.empty() || entry.area > 0) {
      add(out, ": {} um2", rounded(entry.area, tables.dialect, precision));
    }
    add(out, "\n");
    add_actions(out, entry, tables.dialect, precision);
  }
  add_sources(out, tables);
  return fmt::to_string(out);
}

std::string reasons_text(const EnergyTables& tables) {
  Buffer out;
  for (const TableEntry& entry : tables.entries) {
    std::set<std::string> told;
    for_each_price(entry, [&](const std::string& part, const auto& what, const Pricing& price) {
      const std::string question = fmt::format("{} {}", part, what);
      if (told.insert(question).second) add_reasons(out, question, price);
    });
  }
  return fmt::to_string(out);
}

std::string guesses_text(const EnergyTables& tables) {
  std::map<std::string, std::map<std::string, std::set<std::string>>> guessed;
  std::set<std::string> known;  // parts of which something is no guess
  for (const TableEntry& entry : tables.entries) {
    for_each_price(entry, [&](const std::string& part, const auto& what, const Pricing& price) {
      if (price.is_guess()) {
        guessed[price.estimator][part].insert(what);
      } else {
        known.insert(part);
      }
    });
  }
  std::string text;
  for (const auto& [estimator, parts] : guessed) {
    std::set<std::string> names;
    for (const auto& [part, what] : parts) {
      names.insert(known.contains(part) ? fmt::format("{} ({})", part, fmt::join(what, ", "))
                                        : part);
    }
    text += fmt::format("{}{} for {}", text.empty() ? "" : "; ", estimator, first_of(names));
  }
  if (text.empty()) return text;
  return fmt::format("Guesses, below {:.4g} % accuracy: {}", kGuessBelow, text);
}

}  // namespace tilewright::energy
