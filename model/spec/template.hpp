#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "model/energy/value.hpp"
#include "model/spec/document.hpp"
#include "model/spec/template_files.hpp"

namespace tilewright::spec {

/// What a template may use.
struct TemplateContext {
  std::map<std::string, energy::Value> variables;
  VisibleFolders visible;
  std::size_t max_bytes = 0;         // per file
  std::vector<std::string> folders;  // where included files are looked for, besides their own
  std::vector<std::string> around;   // the files that include this one, outermost first
  std::shared_ptr<TemplateLimits> limits = std::make_shared<TemplateLimits>();
  std::shared_ptr<std::set<std::string>> used = std::make_shared<std::set<std::string>>();
};

/// Whether a text has parts for Jinja.
bool is_template(std::string_view text);

/// Loads a file of the YAML dialect of version 0.4: rendered as a Jinja template first (`{{ }}`
/// with include, include_all, include_text, add_to_path, find_path, path_exists, cwd, filters and
/// operators; `{% set %}`, `{% if %}`), then parsed, with the tags `!include`, `!includedir` and
/// `!include_loaded`, and the merge keys `<<` and `<<<`. It sees the files of the visible folders.
/// \throws SpecError; the lines of a template are those of the rendered text.
std::unique_ptr<Document> load_template(const std::string& path, const TemplateContext& context,
                                        std::vector<Warning>& warnings);
/// The same of the text of a file.
std::unique_ptr<Document> parse_template(const std::string& path, const std::string& text,
                                         const TemplateContext& context,
                                         std::vector<Warning>& warnings);

}  // namespace tilewright::spec
