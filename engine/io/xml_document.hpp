#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/json_document.hpp"

namespace cupel::io {

/// An element of a parsed document. Those inside of it follow it in memory.
struct XmlNode {
  std::string_view name;
  std::string_view text;  ///< its first piece of text, trimmed; empty: none
  uint64_t line = 0;      ///< where it begins, from 1
  uint32_t span = 1;      ///< how many nodes it and all below it take
  bool attributes = false;

  class Iterator {
   public:
    explicit Iterator(const XmlNode* node) : node_(node) {}
    const XmlNode& operator*() const { return *node_; }
    Iterator& operator++() {
      node_ += node_->span;
      return *this;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const XmlNode* node_;
  };
  Iterator begin() const { return Iterator(this + 1); }
  Iterator end() const { return Iterator(this + span); }

  bool has_elements() const { return span != 1; }
  /// The first element of that name inside; null when there is none.
  const XmlNode* find(std::string_view wanted) const;
};

/// A strict reader of small XML documents: at most 8 MiB, 200,000 tags, 64 levels; valid UTF-8; no
/// document type (so there are no entities but the five of XML and characters by number). Comments,
/// processing instructions and the values of attributes are passed over.
/// Its memory is reused from one document to the next.
class XmlDocument {
 public:
  static constexpr size_t kMostBytes = size_t{8} << 20;

  XmlDocument();
  ~XmlDocument();
  XmlDocument(const XmlDocument&) = delete;
  XmlDocument& operator=(const XmlDocument&) = delete;

  /// The root element. Lives until the next parse. Throws LineError.
  const XmlNode& parse(std::string_view bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The element as JSON: an object of the elements inside, where some have one name a list of them;
/// without elements inside its text, which becomes a number where it is written as JSON writes
/// numbers and fits 64 bits. An empty element is null.
void append_json(std::string& out, const XmlNode& node);
/// The elements inside of one for which `wanted(name)` holds, as members of the object that `out`
/// ends in.
void append_members(std::string& out, const XmlNode& node,
                    const std::function<bool(std::string_view)>& wanted);

}  // namespace cupel::io
