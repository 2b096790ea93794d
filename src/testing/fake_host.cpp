#include "testing/fake_host.h"

namespace quadrille::testing {
namespace {

class FailingBulk final : public database::Bulk {
 public:
  FailingBulk(FailingDatabase& owner, std::unique_ptr<database::Bulk> inner)
      : owner_(owner), inner_(std::move(inner)) {}
  void add(std::span<const database::Value> row) override {
    owner_.count_write();
    inner_->add(row);
  }
  std::int64_t finish() override {
    owner_.count_write();
    return inner_->finish();
  }

 private:
  FailingDatabase& owner_;
  std::unique_ptr<database::Bulk> inner_;
};

class FailingTransaction final : public database::Transaction {
 public:
  FailingTransaction(FailingDatabase& owner, std::unique_ptr<database::Transaction> inner)
      : owner_(owner), inner_(std::move(inner)) {}
  using Snapshot::query;
  using Transaction::execute;
  using Transaction::insert_returning_id;
  std::unique_ptr<database::Rows> query(std::string_view sql, std::span<const database::Value> values) override {
    return inner_->query(sql, values);
  }
  std::int64_t execute(std::string_view sql, std::span<const database::Value> values) override {
    owner_.count_write();
    return inner_->execute(sql, values);
  }
  std::int64_t insert_returning_id(std::string_view sql, std::span<const database::Value> values) override {
    owner_.count_write();
    return inner_->insert_returning_id(sql, values);
  }
  std::unique_ptr<database::Bulk> bulk(std::string_view table, std::span<const database::BulkColumn> columns) override {
    return std::make_unique<FailingBulk>(owner_, inner_->bulk(table, columns));
  }
  void commit() override {
    owner_.count_write();
    inner_->commit();
  }
  database::Dialect dialect() const override { return inner_->dialect(); }

 private:
  FailingDatabase& owner_;
  std::unique_ptr<database::Transaction> inner_;
};

}  // namespace

std::unique_ptr<database::Transaction> FailingDatabase::write() {
  ++transactions_;
  return std::make_unique<FailingTransaction>(*this, inner_.write());
}

void FailingDatabase::count_write() {
  if (++writes_ == failing_write_)
    throw database::DatabaseError(database::DatabaseError::Cause::disk_full, "the disk is full (made so by a test)");
}

}  // namespace quadrille::testing
