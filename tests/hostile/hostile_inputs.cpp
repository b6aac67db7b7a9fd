#include "hostile/hostile_inputs.hpp"

#include <iterator>

namespace tilewright::hostile {

std::size_t Input::bytes() const {
  std::size_t sum = 0;
  for (const File& file : files) sum += file.second.size();
  return sum;
}

std::vector<Kind> all_kinds() {
  std::vector<Kind> all;
  for (auto* kinds : {&yaml_kinds, &template_kinds, &energy_kinds, &table_kinds, &spec_kinds,
                      &certificate_kinds}) {
    std::vector<Kind> some = (*kinds)();
    all.insert(all.end(), std::make_move_iterator(some.begin()),
               std::make_move_iterator(some.end()));
  }
  return all;
}

std::string filled(std::size_t bytes, const std::function<std::string(int)>& text) {
  std::string result;
  for (int i = 0; result.size() < bytes; ++i) result += text(i);
  return result;
}

std::string filled(std::size_t bytes, const std::string& text) {
  return filled(bytes, [&](int) { return text; });
}

std::string repeated(int count, const std::function<std::string(int)>& text) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text(i);
  return result;
}

Input for_energy(std::string text, const std::string& file) {
  return {{"energy", file}, {{file, std::move(text)}}};
}

}  // namespace tilewright::hostile
