#include "engine/io/xml_document.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <pugixml.hpp>

namespace cupel::io {
namespace {

constexpr ptrdiff_t kMostTags = 200'000;
constexpr size_t kMostLevels = 64;
/// A document type is parsed only to be refused.
constexpr unsigned kFlags = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol |
                            pugi::parse_trim_pcdata | pugi::parse_doctype;

[[noreturn]] void refuse(std::string what, uint64_t line = 0) {
  throw LineError({{}, std::move(what)}, line);
}

/// Lines of places that come in ascending order.
class Lines {
 public:
  explicit Lines(std::string_view bytes) : bytes_(bytes) {}
  uint64_t at(ptrdiff_t offset) {
    const auto end = std::clamp<ptrdiff_t>(offset, done_, static_cast<ptrdiff_t>(bytes_.size()));
    line_ += static_cast<uint64_t>(std::count(bytes_.begin() + done_, bytes_.begin() + end, '\n'));
    done_ = end;
    return line_;
  }

 private:
  std::string_view bytes_;
  ptrdiff_t done_ = 0;
  uint64_t line_ = 1;
};

void require_size(std::string_view bytes) {
  if (bytes.size() > XmlDocument::kMostBytes)
    refuse("the file has more than 8 MiB, the most that one XML file may have");
  if (std::count(bytes.begin(), bytes.end(), '<') > kMostTags)
    refuse(fmt::format("the file has more than {} tags", kMostTags));
  if (!simdjson::validate_utf8(bytes.data(), bytes.size())) refuse("the file is not valid UTF-8");
  if (bytes.find('\0') != std::string_view::npos) refuse("the file holds a zero byte");
}

}  // namespace

struct XmlDocument::Impl {
  std::string buffer;
  pugi::xml_document document;
  std::vector<XmlNode> nodes;

  pugi::xml_node root(Lines& lines) const {
    pugi::xml_node root;
    for (const pugi::xml_node& node : document.children()) {
      if (node.type() == pugi::node_doctype)
        refuse("the file declares a document type, which is not read; remove <!DOCTYPE …>");
      if (node.type() != pugi::node_element) continue;
      if (root) refuse("there is a second element behind the first", lines.at(node.offset_debug()));
      root = node;
    }
    return root;
  }

  void copy(pugi::xml_node root, Lines& lines) {
    std::vector<size_t> open;  // the elements around
    pugi::xml_node at = root;
    for (;;) {
      if (open.size() >= kMostLevels)
        refuse(fmt::format("the file nests deeper than {} levels", kMostLevels),
               lines.at(at.offset_debug()));
      open.push_back(nodes.size());
      nodes.push_back(
          {at.name(), at.child_value(), lines.at(at.offset_debug()), 1, !at.attributes().empty()});
      const auto element = [](pugi::xml_node node) { return node.type() == pugi::node_element; };
      pugi::xml_node next = at.find_child(element);
      while (!next) {
        nodes[open.back()].span = static_cast<uint32_t>(nodes.size() - open.back());
        open.pop_back();
        if (open.empty()) return;
        for (next = at.next_sibling(); next && !element(next);) next = next.next_sibling();
        if (!next) at = at.parent();
      }
      at = next;
    }
  }
};

XmlDocument::XmlDocument() : impl_(std::make_unique<Impl>()) {}
XmlDocument::~XmlDocument() = default;

const XmlNode& XmlDocument::parse(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  require_size(bytes);
  impl_->nodes.clear();
  impl_->buffer = bytes;
  const pugi::xml_parse_result result = impl_->document.load_buffer_inplace(
      impl_->buffer.data(), impl_->buffer.size(), kFlags, pugi::encoding_utf8);
  Lines lines(bytes);
  if (!result) {
    std::string why = result.description();
    if (!why.empty() && why[0] >= 'A' && why[0] <= 'Z')
      why[0] = static_cast<char>(why[0] - 'A' + 'a');
    refuse("the file is not valid XML: " + why, lines.at(result.offset));
  }
  Lines of_root(bytes);
  const pugi::xml_node root = impl_->root(of_root);
  impl_->copy(root, lines);
  return impl_->nodes.front();
}

const XmlNode* XmlNode::find(std::string_view wanted) const {
  for (const XmlNode& node : *this) {
    if (node.name == wanted) return &node;
  }
  return nullptr;
}

}  // namespace cupel::io
