#include "search/network/options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <limits>
#include <type_traits>

#include "model/duration.hpp"
#include "model/error.hpp"
#include "model/names.hpp"
#include "search/network/quantity.hpp"

namespace tilewright {
namespace {

using std::string_view;

std::string as_text(const SearchOption& /*option*/, string_view text) {
  if (text.empty()) throw UsageError("the value is empty");
  return std::string(text);
}

std::uint64_t as_count(const SearchOption& option, string_view text) {
  std::uint64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (error == std::errc() && rest == end && count >= option.least && count <= option.most) {
    return count;
  }
  throw UsageError(
      fmt::format("'{}' is no whole number from {} to {}", text, option.least, option.most));
}

// Numbers of factorizations may exceed every built-in type.
BigInt as_big_int(const SearchOption& /*option*/, string_view text) {
  constexpr std::size_t kMostDigits = 100;
  const bool digits = text.find_first_not_of("0123456789") == string_view::npos;
  if (!digits || text.empty() || text.size() > kMostDigits) {
    throw UsageError(fmt::format("'{}' is not a number of a factorization", text));
  }
  const std::size_t first = text.find_first_not_of('0');  // a leading 0 would mean octal
  return first == string_view::npos ? BigInt(0) : BigInt(std::string(text.substr(first)));
}

std::size_t as_size(const SearchOption& option, string_view text) {
  return static_cast<std::size_t>(as_count(option, text));
}

int as_int(const SearchOption& option, string_view text) {
  return static_cast<int>(as_count(option, text));
}

bool as_flag(const SearchOption& /*option*/, string_view text) {
  if (text != "true" && text != "false") {
    throw UsageError(fmt::format("'{}' is neither true nor false", text));
  }
  return text == "true";
}

std::chrono::nanoseconds as_time(const SearchOption& /*option*/, string_view text) {
  return parse_duration(text);
}
std::uint64_t as_bytes(const SearchOption& /*option*/, string_view text) {
  return parse_bytes(text);
}
double as_energy(const SearchOption& /*option*/, string_view text) { return parse_energy(text); }
double as_share(const SearchOption& /*option*/, string_view text) { return parse_share(text); }

template <auto Member, auto Parse>
void set(const SearchOption& option, string_view text, SearchWishes& wishes) {
  wishes.*Member = Parse(option, text);
}

using W = SearchWishes;
constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kMostTop = 1000;
constexpr auto kNoChoices = nullptr;

std::vector<string_view> searcher_choices() {
  std::vector<string_view> names = searcher_names();
  names.emplace_back("mapper");
  return names;
}

// name, short name, value, default, least, most, help, choices, target
constexpr std::array kOptions{
    SearchOption{"objective", "", "LIST", "edp", 0, 0,
                 "what to minimise (utilization: maximise), or a list where the later ones break "
                 "ties; also accesses:LEVEL",
                 &metric_names, &set<&W::objective, as_text>},
    SearchOption{"pareto", "", "LIST", "", 0, 0,
                 "keep the whole front of 2 or 3 metrics, as energy,delay", kNoChoices,
                 &set<&W::pareto, as_text>},
    SearchOption{"max-delay", "", "CYCLES", "", 1, kAny, "accept no mapping that takes longer",
                 kNoChoices, &set<&W::max_delay, as_count>},
    SearchOption{"max-energy", "", "ENERGY", "", 0, 0,
                 "accept no mapping that needs more: pJ, or with a unit as 3.2uJ", kNoChoices,
                 &set<&W::max_energy, as_energy>},
    SearchOption{"min-utilization", "", "SHARE", "", 0, 0,
                 "accept no mapping that uses less of the multipliers, as 0.5 or 50%", kNoChoices,
                 &set<&W::min_utilization, as_share>},
    SearchOption{"searcher", "", "NAME", "auto", 0, 0,
                 "how to search; mapper: as the spec's section `mapper` says", &searcher_choices,
                 &set<&W::searcher, as_text>},
    SearchOption{"seed", "", "N", "1", 0, kAny, "seed of the random numbers", kNoChoices,
                 &set<&W::seed, as_count>},
    SearchOption{"threads", "j", "N", "0", 0, kMostThreads, "threads; 0 = all cores", kNoChoices,
                 &set<&W::threads, as_int>},
    SearchOption{"max-memory", "", "SIZE", "half of the machine's", 0, 0,
                 "memory for the tables and labels of a search, as 4GB; beyond it a proof gives up",
                 kNoChoices, &set<&W::max_memory, as_bytes>},
    SearchOption{"time", "", "TIME", "", 0, 0, "time for each distinct layer: 10s, 500ms, 2m",
                 kNoChoices, &set<&W::time, as_time>},
    SearchOption{"total-time", "", "TIME", "", 0, 0, "time for the network, shared by its layers",
                 kNoChoices, &set<&W::total_time, as_time>},
    SearchOption{"max-evaluated", "", "N", "", 0, kAny,
                 "mappings to consider per layer; 0 = no limit", kNoChoices,
                 &set<&W::max_evaluated, as_count>},
    SearchOption{"max-valid", "", "N", "", 0, kAny,
                 "valid mappings to consider per layer; 0 = no limit", kNoChoices,
                 &set<&W::max_valid, as_count>},
    SearchOption{"victory-condition", "", "N", "500000 if no other rule is given", 0, kAny,
                 "valid mappings in a row without an improvement that end a layer; 0 = off",
                 kNoChoices, &set<&W::victory_condition, as_count>},
    SearchOption{"top", "", "N", "1", 1, kMostTop, "find so many of the best mappings", kNoChoices,
                 &set<&W::top, as_size>},
    SearchOption{"top-by", "", "WHAT", "loops", 0, 0,
                 "in what these have to differ: loops (in any but loops of one step) or tilings "
                 "(in factors or in what is kept)",
                 kNoChoices, &set<&W::top_by, as_text>},
    SearchOption{"from", "", "N", "0", 0, 0, "exhaustive search: number of the first factorization",
                 kNoChoices, &set<&W::from, as_big_int>},
    SearchOption{"to", "", "N", "", 0, 0, "exhaustive search: one past the last factorization",
                 kNoChoices, &set<&W::to, as_big_int>},
    SearchOption{"gap", "", "SHARE", "", 0, 0,
                 "end a proof once no mapping can be better by more, as 0.01 or 1%", kNoChoices,
                 &set<&W::gap, as_share>},
    SearchOption{"imperfect", "", "", "", 0, 0,
                 "let factors not divide: tiles of any size, the last of them short", kNoChoices,
                 &set<&W::imperfect, as_flag>},
    SearchOption{"perfect", "", "", "", 0, 0,
                 "let all factors divide, also where others could be better", kNoChoices,
                 &set<&W::perfect, as_flag>},
    SearchOption{"both-axes", "", "", "", 0, 0, "let a dimension use X and Y of one level at once",
                 kNoChoices, &set<&W::both_axes, as_flag>},
};

}  // namespace

std::span<const SearchOption> search_options() { return kOptions; }

std::string help_of(const SearchOption& option) {
  std::string text(option.help);
  if (option.choices != nullptr) text += fmt::format("; {}", fmt::join(option.choices(), ", "));
  if (!option.fallback.empty()) text += fmt::format(" (default: {})", option.fallback);
  return text;
}

void set_option(SearchWishes& wishes, string_view name, string_view text) {
  std::vector<string_view> names;
  for (const SearchOption& option : kOptions) {
    names.push_back(option.name);
    if (!same_key(option.name, name)) continue;
    try {
      return option.assign(option, text, wishes);
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("{}: {}", name, error.what()));
    }
  }
  throw UsageError(unknown_name_message("option", name, names));
}

}  // namespace tilewright
