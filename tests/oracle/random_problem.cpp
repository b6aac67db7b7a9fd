#include <initializer_list>
#include <string>
#include <utility>

#include "oracle/random_case.hpp"

namespace tilewright::oracle {
namespace {

using Sum = Coordinate;

Sum one(int dim) { return {{dim, 1}}; }
Sum two(int a, std::int64_t ca, int b, std::int64_t cb) { return {{a, ca}, {b, cb}}; }

Problem start(std::string name, std::initializer_list<const char*> dims) {
  Problem problem;
  problem.name = problem.shape_name = std::move(name);
  for (const char* dim : dims) problem.dims.emplace_back(dim);
  problem.bounds.assign(problem.dims.size(), 1);
  return problem;
}

void add(Problem& problem, const char* name, std::vector<Coordinate> projection,
         bool read_write = false) {
  problem.spaces.push_back({name, std::move(projection), read_write});
}

std::int64_t step(Choices& choices) { return choices.chance(40) ? choices.pick(2, 3) : 1; }

Problem conv2d(Choices& choices) {
  enum { R, S, P, Q, C, K, N };
  Problem problem = start("conv2d", {"R", "S", "P", "Q", "C", "K", "N"});
  const Sum width = two(R, step(choices), P, step(choices));
  const Sum height = two(S, step(choices), Q, step(choices));
  add(problem, "Weights", {one(C), one(K), one(R), one(S)});
  add(problem, "Inputs", {one(N), one(C), width, height});
  add(problem, "Outputs", {one(N), one(K), one(Q), one(P)}, true);
  return problem;
}

Problem conv1d(Choices& choices) {
  enum { R, P, C, K };
  Problem problem = start("conv1d", {"R", "P", "C", "K"});
  add(problem, "Weights", {one(C), one(K), one(R)});
  add(problem, "Inputs", {one(C), two(R, step(choices), P, step(choices))});
  add(problem, "Outputs", {one(K), one(P)}, true);
  return problem;
}

Problem depthwise(Choices& choices) {
  enum { R, S, P, Q, G };
  Problem problem = start("depthwise", {"R", "S", "P", "Q", "G"});
  const std::int64_t stride = step(choices);
  add(problem, "Weights", {one(G), one(R), one(S)});
  add(problem, "Inputs", {one(G), two(R, 1, P, stride), two(S, 1, Q, stride)});
  add(problem, "Outputs", {one(G), one(Q), one(P)}, true);
  return problem;
}

Problem gemm() {
  enum { M, N, K };
  Problem problem = start("gemm", {"M", "N", "K"});
  add(problem, "A", {one(M), one(K)});
  add(problem, "B", {one(K), one(N)});
  add(problem, "Z", {one(M), one(N)}, true);
  return problem;
}

Problem three_on_one(Choices& choices, bool odd) {
  enum { A, B, C, D };
  Problem problem = start("three_on_one", {"A", "B", "C", "D"});
  const std::int64_t sign = odd && choices.chance(25) ? -1 : 1;
  add(problem, "Filter", {one(B), one(C), one(D)});
  add(problem, "Inputs", {{{A, step(choices)}, {B, step(choices)}, {C, sign * step(choices)}}});
  add(problem, "Outputs", {one(A), one(D)}, true);
  return problem;
}

Problem on_two_coordinates(Choices& choices) {
  enum { A, B, D };
  Problem problem = start("on_two_coordinates", {"A", "B", "D"});
  add(problem, "X", {two(A, step(choices), B, 1), two(A, 1, D, step(choices))});
  add(problem, "Y", {one(B), one(D)});
  add(problem, "Z", {one(A)}, true);
  return problem;
}

Problem mttkrp() {
  enum { I, J, K, L };
  Problem problem = start("mttkrp", {"I", "J", "K", "L"});
  add(problem, "A", {one(I), one(K), one(L)});
  add(problem, "B", {one(K), one(J)});
  add(problem, "C", {one(L), one(J)});
  add(problem, "Z", {one(I), one(J)}, true);
  return problem;
}

// Outputs on a sum of dimensions (transposed convolution): not what the reference was made for.
Problem transposed(Choices& choices) {
  enum { R, P, C, K };
  Problem problem = start("transposed", {"R", "P", "C", "K"});
  add(problem, "Weights", {one(C), one(K), one(R)});
  add(problem, "Inputs", {one(C), one(P)});
  add(problem, "Outputs", {one(K), two(R, 1, P, step(choices))}, true);
  return problem;
}

}  // namespace

Problem random_problem(Choices& choices, int kind, bool odd_problems) {
  switch (kind % 10) {
    case 0:
      return gemm();
    case 1:
    case 2:
      return conv1d(choices);
    case 3:
    case 4:
      return conv2d(choices);
    case 5:
      return depthwise(choices);
    case 6:
      return three_on_one(choices, odd_problems);
    case 7:
      return on_two_coordinates(choices);
    case 8:
      return mttkrp();
    default:
      return odd_problems ? transposed(choices) : conv2d(choices);
  }
}

}  // namespace tilewright::oracle
