#include <fmt/format.h>

#include "antlr4-runtime.h"
#include "grammar/build.hpp"
#include "grammar/give.hpp"

// The statements of embeddings and autotags.

namespace cupel::grammar {
namespace {

/// Adds to a list of names that is given once.
void give(std::vector<Name>& list, std::vector<Name> names, std::string_view words, Span span) {
  if (!list.empty())
    throw Error(ErrorCode::kSyntax, fmt::format("the option {} is given twice", words), span);
  list = std::move(names);
}

}  // namespace

bool Builder::vectors_statement(Parser::StatementContext* tree, Statement& result) {
  if (auto* t = tree->importEmbeddings()) {
    result.node = import_embeddings(t);
  } else if (auto* t = tree->dropEmbeddings()) {
    result.node = DropEmbeddings{name_or_text(t->nameOrText())};
  } else if (auto* t = tree->findNear()) {
    result.node = find_near(t);
  } else if (auto* t = tree->createAutotag()) {
    result.node = create_autotag(t);
  } else if (auto* t = tree->refineAutotag()) {
    result.node = refine_autotag(t);
  } else if (auto* t = tree->namedAutotag()) {
    AutotagVerb verb = AutotagVerb::kRefresh;
    if (t->K_DESCRIBE() != nullptr) verb = AutotagVerb::kDescribe;
    if (t->K_DROP() != nullptr) verb = AutotagVerb::kDrop;
    result.node = NamedAutotag{verb, name_or_text(t->nameOrText())};
  } else if (auto* t = tree->suggestForAutotag()) {
    SuggestForAutotag node{name_or_text(t->nameOrText()), std::nullopt};
    if (t->INTEGER() != nullptr) node.limit = whole_number(t->INTEGER());
    result.node = std::move(node);
  } else {
    return false;
  }
  return true;
}

ImportEmbeddings Builder::import_embeddings(Parser::ImportEmbeddingsContext* tree) {
  ImportEmbeddings result;
  result.file = file(tree->TEXT());
  std::optional<Name> name;
  for (auto* option : tree->embeddingOption()) {
    const Span at = span(option);
    if (option->K_AS() != nullptr) {
      give(name, name_or_text(option->nameOrText()), "AS", at);
    } else if (option->K_FOR() != nullptr) {
      give(result.rows, source(option->source()), "FOR", at);
    } else if (option->K_IDS() != nullptr) {
      give(result.ids, file(option->TEXT()), "IDS FROM", at);
    } else {
      give(result.update, "UPDATE", at);
    }
  }
  if (!name)
    throw Error(ErrorCode::kSyntax, "embeddings have a name; add AS and one, as in AS clip",
                span(tree));
  result.name = *name;
  return result;
}

FindNear Builder::find_near(Parser::FindNearContext* tree) {
  FindNear result;
  if (tree->K_OUTLIERS() != nullptr) result.what = NearWhat::kOutliers;
  for (auto* option : tree->nearOption()) {
    const Span at = span(option);
    if (option->K_SLICE() != nullptr) {
      give(result.slice, name_or_text(option->nameOrText()), "IN SLICE", at);
    } else if (option->K_USING() != nullptr) {
      give(result.embedding, name_or_text(option->nameOrText()), "USING", at);
    } else {
      give(result.within, given_number(option->number()), "WITHIN", at);
    }
  }
  if (result.within && result.what == NearWhat::kOutliers)
    throw Error(ErrorCode::kSyntax, "outliers have a score, not a distance; leave WITHIN out",
                result.within->span);
  return result;
}

std::vector<Name> Builder::names(Parser::NameListContext* tree) const {
  std::vector<Name> result;
  for (auto* name : tree->nameOrText()) result.push_back(name_or_text(name));
  return result;
}

CreateAutotag Builder::create_autotag(Parser::CreateAutotagContext* tree) {
  CreateAutotag result;
  result.name = name_or_text(tree->nameOrText(0));
  std::vector<Parser::NameListContext*> lists = tree->nameList();
  if (tree->query() != nullptr) {
    result.query = std::make_unique<Query>(query(tree->query()));
  } else if (tree->K_SLICE() != nullptr) {
    result.slice = name_or_text(tree->nameOrText(1));
  } else {
    result.examples = names(lists.front());
    lists.erase(lists.begin());
  }
  for (auto* list : lists) give(result.rejected, names(list), "NOT", span(list));
  for (auto* option : tree->tagOption()) {
    const Span at = span(option);
    if (option->K_FOR() != nullptr) {
      give(result.rows, source(option->source()), "FOR", at);
    } else if (option->K_USING() != nullptr) {
      give(result.embedding, name_or_text(option->nameOrText()), "USING", at);
    } else {
      give(result.seed, whole_number(option->INTEGER()), "SEED", at);
    }
  }
  return result;
}

RefineAutotag Builder::refine_autotag(Parser::RefineAutotagContext* tree) {
  RefineAutotag result;
  result.name = name_or_text(tree->nameOrText());
  for (auto* part : tree->refinement()) {
    const Span at = span(part);
    if (part->K_ADD() != nullptr) {
      give(result.added, names(part->nameList()), "ADD", at);
    } else if (part->K_REJECT() != nullptr) {
      give(result.rejected, names(part->nameList()), "REJECT", at);
    } else {
      give(result.removed, names(part->nameList()), "REMOVE", at);
    }
  }
  return result;
}

}  // namespace cupel::grammar
