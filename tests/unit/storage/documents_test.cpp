#include <gtest/gtest.h>

#include "database_directory.hpp"

namespace cupel::storage {
namespace {

TEST(Documents, AreKeptByKindAndName) {
  const DatabaseDirectory directory;
  {
    const auto dataset = directory.open();
    const auto transaction = dataset->begin();
    transaction->set_document("project", "p", "old");
    transaction->set_document("project", "p", std::string("a\0b\n\xff", 5));
    transaction->set_document("project", "a", "");
    transaction->set_document("report", "p", "other");
    transaction->set_document("project", "gone", "x");
    transaction->remove_document("project", "gone");
    transaction->remove_document("project", "never");
    transaction->savepoint();
    transaction->set_document("project", "p", "undone");
    transaction->rollback_to_savepoint();
    EXPECT_EQ(*transaction->view()->catalog().document("report", "p"), "other");
    EXPECT_EQ(dataset->snapshot()->catalog().document("report", "p"), nullptr);
    transaction->commit();
  }
  const auto dataset = directory.open();
  const SnapshotPtr snapshot = dataset->snapshot();
  const Catalog& catalog = snapshot->catalog();
  EXPECT_EQ(catalog.documents("project"), (std::vector<std::string>{"a", "p"}));
  EXPECT_EQ(*catalog.document("project", "p"), std::string("a\0b\n\xff", 5));
  EXPECT_EQ(*catalog.document("project", "a"), "");
  EXPECT_EQ(catalog.document("project", "gone"), nullptr);
  EXPECT_TRUE(catalog.documents("none").empty());
  const auto transaction = dataset->begin();
  transaction->set_document("report", "p", "other");
  transaction->remove_document("report", "never");
  transaction->commit();
  EXPECT_EQ(dataset->snapshot()->catalog().generation, catalog.generation)
      << "nothing changed, so nothing was written";
  EXPECT_EQ(findings_of(*dataset), "");
}

}  // namespace
}  // namespace cupel::storage
