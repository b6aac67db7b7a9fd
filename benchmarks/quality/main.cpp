// How long each searcher takes to come near the best mapping known: a table of layers,
// architectures and searchers, and what the portfolio needs of the machine.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "quality/contest.hpp"
#include "quality/resources.hpp"
#include "quality/tables.hpp"

namespace tilewright::benchmarks {
namespace {

// `optimal` comes first: where it proves the optimum, the others may end once they have it.
const std::vector<std::string> kSearchers{"optimal", "portfolio", "annealing", "genetic",
                                          "local",   "hybrid",    "random",    "exhaustive"};
const std::vector<std::string> kArchs{"three_level", "eyeriss_like_256", "simba_like"};
// Large and small filters, 1 x 1, depthwise, fully connected; large images and many channels.
const std::vector<std::string> kLayers{"alexnet:conv3",         "alexnet:conv2",
                                       "vgg16:conv3_2-3",       "resnet50:conv1",
                                       "resnet50:conv2_x_3x3b", "resnet50:conv4_x_1x1c",
                                       "resnet50:conv5_x_3x3b", "mobilenet_v1:conv4_dw",
                                       "mobilenet_v1:conv6_pw", "alexnet:fc6"};

struct Options {
  Plan plan{.archs = kArchs,
            .layers = kLayers,
            .searchers = kSearchers,
            .seeds = {1},
            .limit = 1.5,
            .complete_limit = 8,
            .resource_time = 1.5,
            .threads = 2};
  std::string output = ".";
  std::string document;
};

std::vector<Run> run_layer(const Plan& plan, const std::string& arch, const std::string& layer) {
  const Contest contest(arch, layer);
  std::vector<Run> runs;
  double optimum = 0;
  for (const std::string& searcher : plan.searchers) {
    const bool optimal = searcher == "optimal";
    const bool complete = optimal || searcher == "exhaustive";  // the seed hardly matters
    for (const std::uint64_t seed : plan.seeds) {
      if (complete && seed != plan.seeds.front()) continue;
      runs.push_back(record(contest, searcher, {.seed = seed, .threads = plan.threads},
                            complete ? plan.complete_limit : plan.limit, optimal ? 0 : optimum));
      if (optimal && runs.back().proven) optimum = runs.back().edp();
      const Run& run = runs.back();
      fmt::print(stderr, "{} {} {} seed {}: {:.6g} in {:.3g} s{}{}\n", arch, layer, searcher, seed,
                 run.edp(), run.seconds, run.proven ? ", proven" : "",
                 run.refusal.empty() ? "" : ", refused");
    }
  }
  return runs;
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  if (!(file << text).flush()) throw UsageError("cannot write '" + path + "'");
}

void write_tables(const Options& options, const std::vector<Run>& runs,
                  const std::vector<Resources>& resources) {
  const std::string text = markdown(options.plan, runs, resources);
  write(options.output + "/searchers.md", text);
  write(options.output + "/searchers.csv", runs_csv(runs));
  write(options.output + "/history.csv", history_csv(runs));
  if (options.document.empty()) return;
  std::ifstream file(options.document, std::ios::binary);
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  write(options.document, put_between_marks(document, text));
}

void add_options(CLI::App& app, Options& options) {
  Plan& plan = options.plan;
  app.add_option("--arch", plan.archs, "shipped architectures")->delimiter(',');
  app.add_option("--layers", plan.layers, "layers of shipped networks, as NETWORK:LAYER")
      ->delimiter(',');
  app.add_option("--searchers", plan.searchers)->delimiter(',');
  app.add_option("--seeds", plan.seeds)->delimiter(',');
  app.add_option("--time", plan.limit, "seconds of a run, at most");
  app.add_option("--complete-time", plan.complete_limit, "the same of `optimal` and `exhaustive`");
  app.add_option("--resource-time", plan.resource_time,
                 "t of throughput and memory, in seconds; 0 = leave them out");
  app.add_option("-j,--threads", plan.threads);
  app.add_option("-o,--output", options.output,
                 "folder for searchers.md, searchers.csv and history.csv");
  app.add_option("--document", options.document,
                 "put the tables into this Markdown file as well, between its marks");
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("How long the searchers take to come near the best mapping known");
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  const Plan& plan = options.plan;
  std::vector<Resources> resources;
  if (plan.resource_time > 0) {
    for (const std::string& arch : plan.archs) {
      resources.push_back(measure(arch, plan.layers.front(), plan.resource_time));
    }
  }
  std::vector<Run> runs;
  for (const std::string& arch : plan.archs) {
    for (const std::string& layer : plan.layers) {
      for (Run& run : run_layer(plan, arch, layer)) runs.push_back(std::move(run));
    }
  }
  write_tables(options, runs, resources);
  return 0;
}

}  // namespace
}  // namespace tilewright::benchmarks

int main(int argc, char** argv) {
  try {
    return tilewright::benchmarks::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 2;
  }
}
