// Collects what a set of files says. Each file is recognised by its top-level keys; one file may
// have several sections. Networks come in three forms:
//   - several files with a `problem` each, in the order given;
//   - a folder: its YAML files, sorted by name;
//   - a section `network`:
//
//       network:
//         name: alexnet
//         shape: conv              # a name or an inline shape, for all layers without their own
//         defaults: {N: 1}         # sizes and strides for all layers
//         layers:
//         - {name: conv1, instance: {C: 3, M: 96, ...}}
//         - {name: conv2, repeats: 2, shape: depthwise, instance: {...}}
//         - {name: conv3, problem: {shape: ..., instance: {...}}}
//         - {file: layers/conv4.yaml}     # beside the network's file; it has a `problem`
//
//     `repeats` (1 if absent) says how often a layer occurs; a layer without `name` is named after
//     its file. `inputs` names the layers that it reads, `weights` says whose they are: each
//     repeat's `own` (if absent), `shared` by the repeats, or `none`.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <string_view>

#include "model/energy/compound/energy_input.hpp"
#include "model/energy/odd_tables.hpp"
#include "model/energy/registry_options.hpp"
#include "model/names.hpp"
#include "model/spec/node_sections.hpp"
#include "model/spec/own/lower_own.hpp"
#include "model/spec/readers.hpp"
#include "model/spec/sections.hpp"
#include "model/spec/spec_files.hpp"
#include "model/spec/spec_paths.hpp"
#include "model/spec/texts.hpp"
#include "model/spec/variables.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;
using spec::Document;
using spec::Entry;
using spec::Fields;
using spec::Findings;
using spec::Node;
using spec::Section;

std::string stem_of(const std::string& path) { return fs::path(path).stem().string(); }

class SetReader {
 public:
  SetReader(const std::vector<std::string>& paths, const ReadOptions& options)
      : options_(options), loader_(paths, options), source_(std::make_shared<Spec>()) {}

  SpecSet read(const std::vector<std::string>& paths, const std::vector<StoredText>& texts) {
    set_.dataflow = options_.dataflow;
    for (const auto& input : spec::expand(paths)) add_sections(load(input.path, input.folder));
    for (const auto& text : texts) {
      if (text.text.size() > options_.max_bytes) spec::fail_size(text.name, options_.max_bytes);
      if (text.only_named) {
        named_.emplace(text.name, &text);
      } else {
        add_sections(parse(text));
      }
    }
    return finish();
  }

 private:
  // Of the document that was kept last.
  void add_sections(const Document& document) {
    for (const auto& entry : document.root->map("a spec file")) {
      sections_.push_back({&entry, document.root, source_->texts.back().folder});
    }
  }

  SpecSet finish() {
    source_->has_nodes = spec::has_nodes(sections_);
    if (source_->has_nodes) prepare_nodes();
    variables_ = spec::set_variables(sections_, *source_);
    check_known();
    read_shapes();
    for (const auto& section : sections_) read_section(section);
    set_.search.imperfect = spec::asks_for_short_tiles(sections_);
    order_constraints();
    name_network();
    check_levels();
    for (const std::string& name : loader_.unused_variables()) {
      findings().warn({}, fmt::format("no template asks for the variable '{}' (--define)", name),
                      odd::kWithoutEffect);
    }
    set_.source = source_;
    // What is wrong with the nodes' constraints is told before anybody is asked for prices.
    if (source_->has_nodes && !set_.layers.empty()) {
      (void)read_constraints(set_, set_.layers.front().problem);
    }
    add_prices();
    return std::move(set_);
  }

  void check_levels() {
    if (!set_.architecture || set_.layers.empty()) return;
    for (const StorageLevel& level : set_.architecture->storage) {
      spec::check_data_bits(level.data_bits, set_.layers, level.name + ": ");
      spec::warn_of_covered_bits(level, set_.layers, findings());
    }
  }

  void add_prices() {
    const bool asked = options_.estimators != nullptr;
    if (options_.count_idle) table()->count_idle = true;
    // Version 0.4 prices updates apart, and adds leakage where anybody knows it.
    if (source_->has_nodes) {
      table()->is_v04 = table()->count_idle = table()->idle_in_use = true;
    }
    if (set_.architecture && set_.table) {
      warn_of_odd_table(*set_.architecture, *set_.table, findings());
    }
    const bool all = asked || has_classes_ || source_->has_nodes;
    if (all || has_typed_dram()) {
      const auto registry =
          energy::make_registry(asked ? *options_.estimators : energy::RegistryOptions{});
      energy::add_estimates(set_, registry, all ? energy::Priced::all : energy::Priced::typed_dram);
    }
    if (!all) energy::warn_of_unknown_leakage(set_);
  }

  bool has_typed_dram() const {
    if (!set_.architecture) return false;
    const auto& levels = set_.architecture->storage;
    return std::any_of(levels.begin(), levels.end(),
                       [](const StorageLevel& level) { return !level.dram_type.empty(); });
  }

  const Document& load(const std::string& path, const std::string& folder) {
    spec::LoadedFile file = loader_.load(path, set_.warnings);
    return keep(std::move(file.document), {path, std::move(file.text), folder});
  }

  const Document& parse(const StoredText& text) {
    return keep(spec::parse_document(text.name, text.text, set_.warnings), text);
  }

  // Many layers may name one file.
  const Document& document_of_layer(const std::string& path) {
    const auto [it, is_new] = layer_files_.try_emplace(path);
    if (!is_new) return *it->second;
    const auto known = named_.find(path);
    it->second = known != named_.end() ? &parse(*known->second) : &load(path, "");
    source_->texts.back().only_named = true;
    return *it->second;
  }

  const Document& keep(std::unique_ptr<Document> document, StoredText text) {
    note_files(*document);
    if (spec::lower_own_form(*document, set_.warnings))
      source_->own_files.insert(document->source.file);
    source_->documents.push_back(std::move(document));
    source_->texts.push_back(std::move(text));
    return *source_->documents.back();
  }

  // The document's own and those that it includes, each once.
  void note_files(const Document& document) {
    if (known_files_.insert(document.source.file).second) {
      set_.files.push_back(document.source.file);
    }
    for (const auto& part : document.parts) note_files(*part);
  }

  Findings findings() {
    return {&set_.warnings, options_.is_dense, source_->has_nodes ? &attributes_ : nullptr,
            &source_->own_files};
  }

  void prepare_nodes() {
    source_->lowered = std::make_unique<Document>();
    attributes_ = spec::class_attributes(sections_);
    spec::refuse_functions(sections_);
  }

  void check_known() {
    for (const auto& section : sections_) {
      spec::check_section(section, source_->has_nodes, findings());
      has_classes_ = has_classes_ || section.is("compound_components") || section.is("components");
    }
  }

  // Before anything else, as problems of any file may name them: by the file or their own name.
  void read_shapes() {
    for (const auto& section : sections_) {
      if (!section.is("shape")) continue;
      Shape shape = spec::read_shape(section.node());
      const std::string stem = stem_of(section.mark().file);
      shapes_.push_back(shape);
      if (shape.name == stem) continue;
      shape.name = stem;
      shapes_.push_back(std::move(shape));
    }
  }

  // A section that may occur once in all files.
  void claim(const Section& section, std::string_view what) {
    const auto [it, is_new] = claimed_.try_emplace(std::string(what), section.mark());
    if (is_new) return;
    throw SpecError(section.mark(), fmt::format("a second {}; the first is in {} line {}", what,
                                                it->second.file, it->second.line));
  }

  void read_section(const Section& section) {
    const Node& node = section.node();
    if (section.is("arch") || section.is("architecture")) {
      claim(section, "architecture");
      read_arch(section);
    } else if (section.is("problem")) {
      add_problem(section);
    } else if (section.is("network")) {
      claim(section, "network");
      read_network_section(node);
    } else if (section.is("mapping")) {
      if (spec::is_empty(node)) return;
      claim(section, "mapping");
      if (!source_->has_nodes) source_->mapping = &node;
      set_.has_mapping = true;
    } else if (section.is("mapper")) {
      claim(section, "mapper section");
      if (!node.is_null()) set_.search = spec::read_search(node, findings());
    } else if (section.is("ERT")) {
      claim(section, "energy reference table");
      spec::read_energy_table(node, *table(), findings());
    } else if (section.is("ART")) {
      claim(section, "area reference table");
      spec::read_area_table(node, *table(), findings());
    } else if (source_->has_nodes && spec::is_constraints(section)) {
      return;  // attached to the nodes
    } else if (section.is("architecture_constraints") || section.is("arch_constraints")) {
      add_constraints(node, arch_constraints_);
    } else if (section.is("mapspace") || section.is("mapspace_constraints") ||
               section.is("constraints")) {
      add_constraints(node, map_constraints_);
    }
  }

  void read_arch(const Section& section) {
    const auto writable = [&](const Node& node) -> Node& {
      for (auto& document : source_->documents) {
        if (Node* found = document->find(node)) return *found;
      }
      throw InternalError("a node of no document");
    };
    for (const auto& other : sections_) {
      if (!other.is("architecture_changes") || other.node().is_null()) continue;
      spec::apply_changes(other.node(), section.node(), writable);
    }
    const Node& arch = source_->has_nodes ? lower(section.node()) : section.node();
    set_.architecture = spec::read_architecture(arch, findings());
    auto& name = set_.architecture->name;
    if (name.empty())
      name = source_->has_nodes ? spec::name_of(section) : stem_of(section.mark().file);
    set_.architecture_name = name;
    if (source_->has_nodes) return;
    if (const Node* leakage = section.node().find("leakage"))
      spec::read_leakage(*leakage, *table());
    if (const Node* node = section.node().find("constraints")) {
      add_constraints(*node, arch_constraints_);
    }
  }

  const Node& lower(const Node& architecture) {
    const auto attachments = spec::attachments_in(sections_, variables_, findings());
    auto lowered = spec::lower_nodes(architecture, attachments, *source_->lowered, findings());
    arch_constraints_.push_back(lowered.constraints);
    source_->mapping = lowered.mapping;
    source_->maps_in_part = lowered.mapping != nullptr && !lowered.has_whole_mapping;
    source_->parallels = std::move(lowered.parallels);
    return *lowered.architecture;
  }

  static void add_constraints(const Node& node, std::vector<const Node*>& list) {
    if (!node.is_null()) list.push_back(&node);
  }

  void order_constraints() {
    source_->constraints = arch_constraints_;
    source_->arch_constraints = arch_constraints_.size();
    source_->constraints.insert(source_->constraints.end(), map_constraints_.begin(),
                                map_constraints_.end());
  }

  std::optional<ReferenceTable>& table() {
    if (!set_.table) set_.table.emplace();
    return set_.table;
  }

  void add_problem(const Section& section) {
    const std::string name =
        source_->has_nodes ? spec::name_of(section) : stem_of(section.mark().file);
    Layer layer;
    layer.name = name;
    layer.problem = spec::read_problem(section.node(), name, shapes_, findings(), &source_->shapes);
    add_layer(std::move(layer));
    if (!section.folder.empty()) folder_ = section.folder;
  }

  // Results are kept under the layer's name, so it has to be its own.
  void add_layer(Layer layer) {
    const std::string name = layer.name;
    int& copies = copies_[name];
    while (!layer_names_.insert(layer.name).second) {
      layer.name = fmt::format("{}_{}", name, ++copies + 1);
    }
    layer.problem.name = layer.name;
    set_.layers.push_back(std::move(layer));
  }

  void read_network_section(const Node& node) {
    Fields fields(node, "network");
    const Node* name = fields.take("name");
    const Node* shape = fields.take("shape");
    const Node* defaults = fields.take("defaults");
    const Node* layers = fields.take("layers");
    const Node* bits = fields.take("data-bits");
    fields.know({"version", "description"});
    fields.expect_no_more("a network");
    set_.network_name = name != nullptr ? name->name("a network") : stem_of(node.file());
    if (layers == nullptr) node.fail("a network needs 'layers'");
    if (layers->list("layers").empty()) layers->fail("the network has no layers");
    if (defaults != nullptr) spec::check_defaults(*defaults);
    if (layers->list("layers").size() > spec::kMostLayers) {
      layers->fail(fmt::format("{} layers; at most {} are supported", layers->list("layers").size(),
                               spec::kMostLayers));
    }
    std::vector<const Node*> inputs;
    const auto common = bits == nullptr ? std::vector<DataBits>{} : spec::read_data_bits(*bits);
    for (const Node* layer : layers->list("layers")) {
      add_layer(read_layer(*layer, shape, defaults, common));
      inputs.push_back(layer->find("inputs"));
    }
    spec::read_inputs(inputs, set_.layers);
    if (defaults != nullptr) spec::warn_of_unused_defaults(*defaults, sizes_, findings());
    spec::check_data_bits(common, set_.layers, "");
  }

  void note_sizes(const Shape& shape) {
    sizes_.insert(shape.dims.begin(), shape.dims.end());
    for (const auto& coefficient : shape.coefficients) sizes_.insert(coefficient.name);
  }

  Layer read_layer(const Node& node, const Node* shape, const Node* defaults,
                   const std::vector<DataBits>& common) {
    Fields fields(node, "a layer");
    const Node* name = fields.take("name");
    const Node* repeats = fields.take("repeats");
    const Node* own_shape = fields.take("shape");
    const Node* instance = fields.take("instance");
    const Node* problem = fields.take("problem");
    const Node* file = fields.take("file");
    const Node* weights = fields.take("weights");
    const Node* batch = fields.take("batch");
    const Node* bits = fields.take("data-bits");
    fields.know({"inputs"});  // once all names are known
    fields.expect_no_more("a layer");
    const std::array<const Node*, 3> works{instance, problem, file};
    if (std::count(works.begin(), works.end(), nullptr) != 2) {
      node.fail("a layer has one of 'instance', 'problem' and 'file'");
    }
    if (own_shape != nullptr && instance == nullptr) {
      own_shape->fail("the 'shape' of a layer goes with its 'instance'");
    }
    if (name == nullptr && file == nullptr) node.fail("a layer needs a name");
    Layer layer;
    layer.name = name != nullptr ? name->name("a layer") : stem_of(file->text("file"));
    if (layer.name.empty()) node.fail("a layer needs a name");
    if (repeats != nullptr) layer.repeats = repeats->count("repeats", 1, kMostRepeats);
    if (weights != nullptr) layer.weights = spec::read_weight_use(*weights);
    if (instance != nullptr) {
      const Shape used = spec::resolve_shape(own_shape != nullptr ? own_shape : shape, shapes_);
      note_sizes(used);
      layer.problem = spec::read_instance(*instance, defaults, used, layer.name, findings());
      source_->shapes.push_back(used);
    } else {
      layer.problem = spec::read_problem(problem != nullptr ? *problem : problem_of(*file),
                                         layer.name, shapes_, findings(), &source_->shapes);
    }
    if (batch != nullptr) layer.batch = spec::read_batch_use(*batch, layer.problem);
    // A problem of its own may say it too; what stands nearest counts.
    for (const DataBits& entry : common) {
      const int space = layer.problem.find_space(entry.space);
      if (space >= 0 && layer.problem.spaces[space].bits == 0) {
        layer.problem.spaces[space].bits = entry.bits;
      }
    }
    if (bits != nullptr) spec::set_data_bits(spec::read_data_bits(*bits), layer.problem);
    return layer;
  }

  const Node& problem_of(const Node& file) {
    const auto path = fs::path(file.file()).parent_path() / file.text("file");
    const auto known = named_.find(path.string());
    std::error_code unknown;
    if (known == named_.end() && !fs::is_regular_file(path, unknown))
      file.fail(fmt::format("there is no file '{}' beside this one", file.text("file")));
    const Document& document = document_of_layer(path.string());
    borrowed_bytes_ += document.bytes;
    if (borrowed_bytes_ > kMostBorrowed) {
      file.fail(
          fmt::format("with this one, the files of the layers come to more than {} bytes, "
                      "each as often as it is named",
                      kMostBorrowed));
    }
    const Node& root = *document.root;
    for (const auto& entry : root.map("a spec file")) {
      if (entry.key == "problem" || entry.key == "version") continue;
      findings().ignore(root.mark(entry), fmt::format("{} (only its 'problem' is read)", entry.key),
                        Effect::none);
    }
    return root.at("problem");
  }

  void name_network() {
    if (!set_.network_name.empty() || set_.layers.empty()) return;
    if (set_.layers.size() == 1) {
      set_.network_name = set_.layers.front().name;
    } else {
      set_.network_name = folder_.empty() ? "network" : folder_;
    }
  }

  static constexpr std::size_t kMostBorrowed = std::size_t{64} << 20;  // bytes
  static constexpr std::uint64_t kMostRepeats = std::numeric_limits<std::int32_t>::max();

  const ReadOptions& options_;
  spec::FileLoader loader_;
  std::set<std::string> known_files_;
  std::set<std::string, std::less<>> attributes_;  // of all component classes
  bool has_classes_ = false;
  std::shared_ptr<Spec> source_;
  SpecSet set_;
  std::vector<Section> sections_;
  energy::Settings variables_;  // evaluated, in version 0.4
  spec::UserShapes shapes_;
  std::map<std::string, Mark> claimed_;
  std::set<std::string> layer_names_;
  std::map<std::string, const Document*> layer_files_;
  std::size_t borrowed_bytes_ = 0;     // of files that layers name
  std::set<std::string> sizes_;        // dimensions and coefficients of the network's layers
  std::map<std::string, int> copies_;  // layers so far that wanted a name already taken
  std::map<std::string, const StoredText*> named_;  // files that layers may name, in memory
  std::vector<const Node*> arch_constraints_;
  std::vector<const Node*> map_constraints_;
  std::string folder_;
};

}  // namespace

SpecSet read_files_and_stored(const std::vector<std::string>& paths,
                              const std::vector<StoredText>& texts, const ReadOptions& options) {
  return SetReader(paths, options).read(paths, texts);
}

SpecSet read_specs(const std::vector<std::string>& paths, const ReadOptions& options) {
  return SetReader(paths, options).read(paths, {});
}

SpecSet read_spec_texts(const std::vector<SpecText>& texts, const ReadOptions& options) {
  return read_files_and_texts({}, texts, options);
}

SpecSet read_files_and_texts(const std::vector<std::string>& paths,
                             const std::vector<SpecText>& texts, const ReadOptions& options) {
  std::vector<StoredText> stored;
  for (const SpecText& text : texts) stored.push_back({text.name, text.text});
  return SetReader(paths, options).read(paths, stored);
}

}  // namespace tilewright
