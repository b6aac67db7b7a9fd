#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/spec/node.hpp"

namespace tilewright::spec {

/// The size of a memory: words, or kilobytes (of 1,024 bytes) that need not be whole words.
struct Capacity {
  std::optional<std::uint64_t> words;
  std::optional<std::uint64_t> kilobytes;
};

/// `512 words`, `64 KiB` or `4096 bits`, of words of `word_bits`. \throws SpecError, also where
/// bits make neither whole words nor kilobytes
Capacity read_capacity(const Node& node, std::uint64_t word_bits);

/// Such a text for so many words and, beyond them, bits.
std::string capacity_text(std::uint64_t words, std::uint64_t word_bits, std::uint64_t spare_bits);

}  // namespace tilewright::spec
