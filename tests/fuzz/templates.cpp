// Templates of version 0.4. They see the folder that run.sh works in, which is empty but for two
// files that may be included.

#include "fuzz.hpp"
#include "model/spec/template.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  fuzz::tolerate_bad_input([&] {
    spec::TemplateContext context;
    context.variables["design"] = "part.yaml";
    context.visible.add(".");
    context.max_bytes = std::size_t{1} << 20;
    std::vector<Warning> warnings;
    (void)spec::parse_template("top.yaml.jinja2", std::string(fuzz::text_of(data, size)), context,
                               warnings);
  });
  return 0;
}
