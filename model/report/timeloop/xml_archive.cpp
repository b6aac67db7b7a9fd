#include "model/report/timeloop/xml_archive.hpp"

#include <fmt/format.h>

#include "model/printable.hpp"

namespace tilewright::timeloop {
namespace {

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&apos;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

}  // namespace

XmlArchive::XmlArchive()
    : out_(
          "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\" ?>\n"
          "<!DOCTYPE boost_serialization>\n"
          "<boost_serialization signature=\"serialization::archive\" version=\"18\">\n") {}

std::string XmlArchive::class_attributes(const std::string& type) {
  const auto [id, is_new] = class_ids_.try_emplace(type, static_cast<int>(class_ids_.size()));
  if (!is_new) return {};
  return fmt::format(" class_id=\"{}\" tracking_level=\"0\" version=\"0\"", id->second);
}

void XmlArchive::start(std::string_view name, std::string_view attributes) {
  indent();
  out_ += fmt::format("<{}{}>\n", name, attributes);
  open_.emplace_back(name);
}

void XmlArchive::open(std::string_view name, const std::string& type) {
  start(name, class_attributes(type));
}

void XmlArchive::open_object(std::string_view name, const std::string& type, bool derived) {
  const auto [id, is_new] = class_ids_.try_emplace(type, static_cast<int>(class_ids_.size()));
  std::string attributes;
  if (is_new) {
    attributes = fmt::format(" class_id=\"{}\"", id->second);
    if (derived) attributes += fmt::format(" class_name=\"{}\"", type);
    attributes += " tracking_level=\"1\" version=\"0\"";
  } else {
    attributes = fmt::format(" class_id_reference=\"{}\"", id->second);
  }
  start(name, fmt::format("{} object_id=\"_{}\"", attributes, objects_++));
}

void XmlArchive::open_plain(std::string_view name) { start(name, {}); }

void XmlArchive::close() {
  const std::string name = std::move(open_.back());
  open_.pop_back();
  indent();
  out_ += fmt::format("</{}>\n", name);
}

void XmlArchive::text(std::string_view name, std::string_view value) {
  indent();
  out_ += fmt::format("<{0}>{1}</{0}>\n", name, escaped(value));
}

void XmlArchive::number(std::string_view name, double value) {
  text(name, fmt::format("{:.17e}", value));
}

void XmlArchive::count(std::size_t items) {
  number("count", items);
  number("item_version", 0);
}

std::string XmlArchive::finish() { return std::move(out_) + "</boost_serialization>\n\n"; }

}  // namespace tilewright::timeloop
