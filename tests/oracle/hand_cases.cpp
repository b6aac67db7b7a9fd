#include "oracle/hand_cases.hpp"

#include <stdexcept>

namespace tilewright::oracle {
namespace {

Coordinate sum(std::initializer_list<Term> terms) { return terms; }

enum Conv1dDim { R, P, K };

// Weights[R][K], Inputs[R*dilation + P*stride], Outputs[P][K].
Problem conv1d(std::int64_t stride, std::int64_t dilation) {
  Problem problem;
  problem.name = problem.shape_name = "conv1d";
  problem.dims = {"R", "P", "K"};
  problem.spaces = {{"Weights", {sum({{R, 1}}), sum({{K, 1}})}, false},
                    {"Inputs", {sum({{R, dilation}, {P, stride}})}, false},
                    {"Outputs", {sum({{P, 1}}), sum({{K, 1}})}, true}};
  return problem;
}

enum PairDim { A, B, D };

Problem on_two_coordinates() {
  Problem problem;
  problem.name = problem.shape_name = "on_two_coordinates";
  problem.dims = {"A", "B", "D"};
  problem.spaces = {{"X", {sum({{A, 1}, {B, 1}}), sum({{A, 1}, {D, 1}})}, false},
                    {"Y", {sum({{B, 1}}), sum({{D, 1}})}, false},
                    {"Z", {sum({{A, 1}})}, true}};
  return problem;
}

// Memories "Buf" and "Main" over one MAC, or "RF" in each of `pes` PEs below them.
Architecture line(std::uint64_t pes) {
  Architecture arch;
  arch.name = "line";
  arch.storage.resize(pes > 1 ? 3 : 2);
  for (std::size_t level = 0; level < arch.storage.size(); ++level) {
    arch.storage[level].name = "M" + std::to_string(level);
    arch.storage[level].vector_access_energy = 1;
    arch.storage[level].implicit_network.tile_width = 0;
    arch.storage[level].implicit_network.wire_energy = 0;
  }
  arch.storage.back().technology = Technology::dram;
  arch.storage.front().instances = arch.storage.front().mesh_x = pes;
  arch.compute.name = "MAC";
  arch.compute.instances = arch.compute.mesh_x = pes;
  arch.compute.energy = 1;
  return arch;
}

// The same with the PEs in rows of so many columns.
Architecture grid(std::uint64_t columns, std::uint64_t rows) {
  Architecture arch = line(columns * rows);
  arch.storage.front().mesh_x = arch.compute.mesh_x = columns;
  arch.storage.front().mesh_y = arch.compute.mesh_y = rows;
  return arch;
}

using Loops = std::initializer_list<std::pair<int, int>>;  // (dim, factor), innermost first

class Builder {
 public:
  Builder(Problem problem, Architecture arch) : c_{std::move(problem), std::move(arch), {}} {
    c_.mapping =
        Mapping::unit(c_.arch.num_levels(), c_.problem.num_dims(), c_.problem.num_spaces());
  }
  Builder& loops(int level, LoopKind kind, Loops list) {
    LevelMapping& at = c_.mapping.levels[level];
    auto& order = at.orders(kind);
    int position = 0;
    for (const auto& [dim, factor] : list) {
      at.factors(kind)[dim] = at.residuals(kind)[dim] = factor;
      for (int i = position; i < c_.problem.num_dims(); ++i) {
        if (order[i] == dim) std::swap(order[i], order[position]);
      }
      ++position;
    }
    return *this;
  }
  Builder& temporal(int level, Loops list) { return loops(level, LoopKind::temporal, list); }
  Builder& spatial(int level, Loops list) { return loops(level, LoopKind::spatial_x, list); }
  Builder& residual(int level, LoopKind kind, int dim, int residual) {
    c_.mapping.levels[level].residuals(kind)[dim] = residual;
    c_.mapping.imperfect = true;
    return *this;
  }
  Case done() {
    c_.problem.bounds = reached_bounds(c_.mapping);
    return c_;
  }

 private:
  Case c_;
};

std::vector<HandCase> time_cases() {
  const auto conv = [] { return Builder(conv1d(1, 1), line(1)); };
  return {
      {"tile4", conv().temporal(0, {{R, 3}, {P, 4}}).temporal(1, {{P, 4}}).done()},
      {"tile4_rinner", conv().temporal(0, {{P, 4}}).temporal(1, {{R, 3}, {P, 4}}).done()},
      {"tile4_router", conv().temporal(0, {{P, 4}}).temporal(1, {{P, 4}, {R, 3}}).done()},
      {"halo_k_outside", conv().temporal(0, {{R, 3}, {P, 4}}).temporal(1, {{P, 4}, {K, 8}}).done()},
      {"halo_k_inside", conv().temporal(0, {{R, 3}, {P, 4}}).temporal(1, {{K, 8}, {P, 4}}).done()},
      {"quirk_unmoved", conv().temporal(1, {{K, 2}, {R, 3}, {P, 4}}).done()},
      {"stride2",
       Builder(conv1d(2, 1), line(1)).temporal(0, {{R, 3}, {P, 4}}).temporal(1, {{P, 4}}).done()},
      {"gaps",
       Builder(conv1d(3, 1), line(1)).temporal(0, {{R, 2}, {P, 4}}).temporal(1, {{P, 2}}).done()},
      {"dilation2", Builder(conv1d(1, 2), line(1))
                        .temporal(0, {{R, 2}, {P, 3}})
                        .temporal(1, {{R, 2}, {P, 4}})
                        .done()},
      {"diagonal", Builder(on_two_coordinates(), line(1))
                       .temporal(0, {{B, 4}, {D, 4}})
                       .temporal(1, {{A, 4}, {B, 2}})
                       .done()},
  };
}

std::vector<HandCase> space_cases() {
  const auto conv = [] { return Builder(conv1d(1, 1), line(4)); };
  const auto placed = [](std::uint64_t columns) {
    return Builder(conv1d(1, 1), grid(columns, 4))
        .spatial(1, {{R, 3}})
        .loops(1, LoopKind::spatial_y, {{K, 4}})
        .temporal(1, {{P, 4}})
        .done();
  };
  return {
      {"placement_4", placed(4)},
      {"placement_5", placed(5)},
      {"spatial_p4",
       conv().temporal(0, {{R, 3}}).spatial(1, {{P, 4}}).temporal(1, {{P, 4}}).done()},
      {"spatial_r3", conv().spatial(1, {{R, 3}}).temporal(1, {{P, 16}}).done()},
      {"psum_return", conv().spatial(1, {{R, 2}}).temporal(1, {{P, 4}, {R, 2}}).done()},
  };
}

}  // namespace

std::vector<HandCase> hand_cases() {
  std::vector<HandCase> all = time_cases();
  for (HandCase& c : space_cases()) all.push_back(std::move(c));
  all.push_back({"imperfect_p", Builder(conv1d(1, 1), line(1))
                                    .temporal(0, {{R, 3}, {P, 5}})
                                    .temporal(1, {{P, 4}})
                                    .residual(0, LoopKind::temporal, P, 1)
                                    .done()});
  all.push_back({"imperfect_sp", Builder(conv1d(1, 1), line(4))
                                     .temporal(0, {{R, 3}})
                                     .spatial(1, {{P, 3}})
                                     .temporal(1, {{P, 6}})
                                     .residual(1, LoopKind::spatial_x, P, 1)
                                     .done()});
  return all;
}

Case hand_case(const std::string& name) {
  for (HandCase& c : hand_cases()) {
    if (c.name == name) return c.c;
  }
  throw std::out_of_range("no hand case " + name);
}

}  // namespace tilewright::oracle
