#include "noninterference/work.h"

#include <fmt/format.h>

#include "base/check.h"

namespace quadrille::noninterference {
namespace {

using database::Value;
using Statements = std::shared_ptr<std::vector<Statement>>;

Statements& of_this_thread() {
  thread_local Statements statements;
  return statements;
}

// A statement taken down; rows that come later are added to it.
class Note {
 public:
  explicit Note(std::string_view sql, std::int64_t rows = 0) : statements_(of_this_thread()) {
    if (!statements_) return;
    number_ = statements_->size();
    statements_->push_back({std::string(sql), rows});
  }
  void add_row() {
    if (statements_) ++(*statements_)[number_].rows;
  }

 private:
  Statements statements_;
  std::size_t number_ = 0;
};

class WatchedRows : public database::Rows {
 public:
  WatchedRows(std::string_view sql, std::unique_ptr<database::Rows> rows) : note_(sql), rows_(std::move(rows)) {}
  bool next() override {
    if (!rows_->next()) return false;
    note_.add_row();
    return true;
  }
  [[nodiscard]] bool is_null(int column) const override { return rows_->is_null(column); }
  [[nodiscard]] std::int64_t integer(int column) const override { return rows_->integer(column); }
  [[nodiscard]] double real(int column) const override { return rows_->real(column); }
  [[nodiscard]] std::string_view text(int column) const override { return rows_->text(column); }
  [[nodiscard]] std::span<const std::uint8_t> bytes(int column) const override { return rows_->bytes(column); }

 private:
  Note note_;
  std::unique_ptr<database::Rows> rows_;
};

class WatchedSnapshot : public database::Snapshot {
 public:
  explicit WatchedSnapshot(std::unique_ptr<database::Snapshot> snapshot) : snapshot_(std::move(snapshot)) {}
  [[nodiscard]] std::unique_ptr<database::Rows> query(std::string_view sql, std::span<const Value> values) override {
    return std::make_unique<WatchedRows>(sql, snapshot_->query(sql, values));
  }
  [[nodiscard]] database::Dialect dialect() const override { return snapshot_->dialect(); }

 private:
  std::unique_ptr<database::Snapshot> snapshot_;
};

class WatchedTransaction : public database::Transaction {
 public:
  explicit WatchedTransaction(std::unique_ptr<database::Transaction> tx) : tx_(std::move(tx)) {}
  [[nodiscard]] std::unique_ptr<database::Rows> query(std::string_view sql, std::span<const Value> values) override {
    return std::make_unique<WatchedRows>(sql, tx_->query(sql, values));
  }
  [[nodiscard]] database::Dialect dialect() const override { return tx_->dialect(); }
  std::int64_t execute(std::string_view sql, std::span<const Value> values) override {
    const auto rows = tx_->execute(sql, values);
    const Note taken(sql, rows);
    return rows;
  }
  [[nodiscard]] std::int64_t insert_returning_id(std::string_view sql, std::span<const Value> values) override {
    const Note taken(sql, 1);
    return tx_->insert_returning_id(sql, values);
  }
  [[nodiscard]] std::unique_ptr<database::Bulk> bulk(std::string_view table,
                                                     std::span<const database::BulkColumn> columns) override {
    const Note taken(table);
    return tx_->bulk(table, columns);
  }
  void commit() override {
    const Note taken("COMMIT");
    tx_->commit();
  }

 private:
  std::unique_ptr<database::Transaction> tx_;
};

class WatchedDatabase : public database::Database {
 public:
  explicit WatchedDatabase(std::unique_ptr<database::Database> database) : database_(std::move(database)) {}
  [[nodiscard]] std::unique_ptr<database::Snapshot> read() override {
    return std::make_unique<WatchedSnapshot>(database_->read());
  }
  [[nodiscard]] std::unique_ptr<database::Transaction> write() override {
    return std::make_unique<WatchedTransaction>(database_->write());
  }
  [[nodiscard]] database::Dialect dialect() const override { return database_->dialect(); }
  void finish_as_single_file(std::int32_t application_id, std::int32_t user_version) override {
    database_->finish_as_single_file(application_id, user_version);
  }
  [[nodiscard]] bool purge_deleted(std::span<const std::string_view> tables, Purge purge) override {
    return database_->purge_deleted(tables, purge);
  }

 private:
  std::unique_ptr<database::Database> database_;
};

bool is_left_out(const Statement& statement) {
  const std::string_view sql = statement.sql;
  // A list is not asked where no marking set at all may be read.
  if (statement.rows == 0 && sql.starts_with("SELECT * FROM (SELECT ")) return true;
  return sql.find("audit_") != std::string_view::npos || sql.starts_with("SELECT m.id, m.territory, m.sensitivity") ||
         sql.starts_with("SELECT DISTINCT marking") || sql.starts_with("SELECT DISTINCT h.marking");
}

// A list has a branch for each marking set that its reader may read, named by its number; "IN (NULL)" is none of them.
std::string without_marking_sets(std::string_view sql) {
  std::string kept(sql.substr(0, sql.find(" UNION ALL SELECT")));
  std::erase_if(kept, [](char c) { return c == ',' || (c >= '0' && c <= '9'); });
  constexpr std::string_view none = "(NULL)";
  for (auto at = kept.find(none); at != std::string::npos; at = kept.find(none, at))
    kept.replace(at, none.size(), "()");
  return kept;
}

}  // namespace

WorkOfThread::WorkOfThread() : statements_(std::make_shared<std::vector<Statement>>()) {
  CHECK(!of_this_thread());
  of_this_thread() = statements_;
}
WorkOfThread::~WorkOfThread() { of_this_thread() = nullptr; }

std::string WorkOfThread::in_lines() const {
  std::string lines = "\n";
  for (const auto& one : *statements_)
    if (!is_left_out(one)) lines += fmt::format("{} rows: {}\n", one.rows, without_marking_sets(one.sql));
  return lines;
}

void take_down(std::string_view sql) { const Note taken(sql); }

std::unique_ptr<database::Database> watched(std::unique_ptr<database::Database> database) {
  return std::make_unique<WatchedDatabase>(std::move(database));
}

}  // namespace quadrille::noninterference
