#pragma once

#include <array>
#include <initializer_list>
#include <string_view>

namespace tilewright::spec {

/// Keys of components in all their spellings; the first is the one that messages use.
using Spellings = std::initializer_list<std::string_view>;
inline const Spellings kWordBitsKeys{"word-bits", "word_width", "datawidth"};
inline const Spellings kBlockSizeKeys{"block-size", "n_words"};
inline const Spellings kWidthKeys{"width", "memory_width", "data_storage_width"};
inline const Spellings kDepthKeys{"depth", "memory_depth", "data_storage_depth"};
inline const Spellings kKilobytesKeys{"sizeKB", "size_KB"};
inline const Spellings kMeshXKeys{"meshX", "mesh_x"};
inline const Spellings kMeshYKeys{"meshY", "mesh_y"};
inline const Spellings kPortsKeys{"num-ports", "n_ports"};
inline const Spellings kBanksKeys{"num-banks", "n_banks"};

/// A capacity in words, in rows, and in kilobytes: one replaces the other.
inline const Spellings kSizeKeys{"entries", "depth",  "memory_depth", "data_storage_depth",
                                 "sizeKB",  "size_KB"};

/// Keys of which a change replaces all.
inline const std::array<Spellings, 8> kKeyGroups{kSizeKeys,  kWordBitsKeys, kBlockSizeKeys,
                                                 kWidthKeys, kMeshXKeys,    kMeshYKeys,
                                                 kPortsKeys, kBanksKeys};

}  // namespace tilewright::spec
