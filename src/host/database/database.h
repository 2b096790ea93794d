#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/result.h"

// One SQL subset over SQLite (default) and PostgreSQL (by URL), typed binds, one writer at a time, readers on
// snapshots.
//
//   auto tx = database.write();                       // waits its turn; BEGIN IMMEDIATE on SQLite
//   tx->execute("INSERT INTO sector (territory, name) VALUES (?, ?)", {territory, name});
//   audit::record(*tx, ...);
//   tx->commit();                                     // durable when it returns; destroyed without commit = rolled
//   back
//
// The subset: standard DML with `?` placeholders (numbered for PostgreSQL by this layer), INSERT ... ON CONFLICT,
// RETURNING, LIMIT/OFFSET, common table expressions; column types INTEGER (64 bit on both), REAL (double), TEXT, BLOB.
// DDL is written once, in that vocabulary; `id INTEGER PRIMARY KEY` numbers itself on both.
//
// What the machine does wrong (disk full, connection lost, a statement the database refuses) is thrown as
// DatabaseError.

namespace quadrille::database {

enum class Dialect { sqlite, postgresql };

class DatabaseError : public std::runtime_error {
 public:
  enum class Cause { disk_full, busy, connection_lost, constraint, corrupt, other };
  DatabaseError(Cause cause, const std::string& message) : std::runtime_error(message), cause_(cause) {}
  [[nodiscard]] Cause cause() const { return cause_; }

 private:
  Cause cause_;
};

// Bytes stored as BLOB / bytea.
using Bytes = std::vector<std::uint8_t>;

// A bound value. Text and bytes are views: they must live until the call returns.
class Value {
 public:
  Value(std::nullopt_t) {}
  Value(std::int64_t integer) : held_(integer) {}
  Value(int integer) : held_(std::int64_t{integer}) {}
  Value(bool) = delete;  // bind an integer and say what it means
  Value(double real) : held_(real) {}
  Value(std::string_view text) : held_(text) {}
  Value(const std::string& text) : held_(std::string_view(text)) {}
  Value(const char* text) : held_(std::string_view(text)) {}
  Value(std::span<const std::uint8_t> bytes) : held_(bytes) {}
  Value(const Bytes& bytes) : held_(std::span<const std::uint8_t>(bytes)) {}
  template <class Tag>
  Value(Id<Tag> id) : held_(id.value) {}
  template <class T>
  Value(const std::optional<T>& value) {
    if (value) *this = Value(*value);
  }

  using Held = std::variant<std::monostate, std::int64_t, double, std::string_view, std::span<const std::uint8_t>>;
  [[nodiscard]] const Held& held() const { return held_; }

 private:
  Held held_;
};

// A result read row by row, without holding it in memory (SQLite steps; PostgreSQL fetches in single-row mode or by
// chunks). Only one Rows of a transaction may be open at a time on PostgreSQL; destroy it before the next statement.
class Rows {
 public:
  virtual ~Rows() = default;
  // To the first row at the first call; false after the last one.
  virtual bool next() = 0;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  // The typed reads CHECK that the column is not NULL and has that type.
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual double real(int column) const = 0;
  [[nodiscard]] virtual std::string_view text(int column) const = 0;  // valid until the next call of next()
  [[nodiscard]] virtual std::span<const std::uint8_t> bytes(
      int column) const = 0;  // valid until the next call of next()

  [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
  }
  [[nodiscard]] std::optional<double> maybe_real(int column) const {
    return is_null(column) ? std::nullopt : std::optional(real(column));
  }
  [[nodiscard]] std::optional<std::string> maybe_text(int column) const {
    return is_null(column) ? std::nullopt : std::optional(std::string(text(column)));
  }
};

enum class ColumnType { integer, real, text, bytes };

struct BulkColumn {
  std::string_view name;
  ColumnType type;
};

// Many rows into one table, as fast as the database takes them (prepared statement on SQLite, COPY on PostgreSQL).
class Bulk {
 public:
  virtual ~Bulk() = default;
  // One value a column, in the order given when it was made.
  virtual void add(std::span<const Value> row) = 0;
  void add(std::initializer_list<Value> row) { add(std::span<const Value>(row.begin(), row.size())); }
  // Must be called after the last row; returns the number of rows written.
  virtual std::int64_t finish() = 0;
};

// A snapshot: what it reads does not change while it lives.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  [[nodiscard]] virtual std::unique_ptr<Rows> query(std::string_view sql, std::span<const Value> values) = 0;
  [[nodiscard]] std::unique_ptr<Rows> query(std::string_view sql, std::initializer_list<Value> values = {}) {
    return query(sql, std::span<const Value>(values.begin(), values.size()));
  }
  [[nodiscard]] virtual Dialect dialect() const = 0;
};

// A change in the making. Destroyed without commit() = it did not happen.
class Transaction : public Snapshot {
 public:
  // Returns the number of rows changed.
  virtual std::int64_t execute(std::string_view sql, std::span<const Value> values) = 0;
  std::int64_t execute(std::string_view sql, std::initializer_list<Value> values = {}) {
    return execute(sql, std::span<const Value>(values.begin(), values.size()));
  }
  // The id of an "INSERT ... RETURNING id".
  [[nodiscard]] virtual std::int64_t insert_returning_id(std::string_view sql, std::span<const Value> values) = 0;
  [[nodiscard]] std::int64_t insert_returning_id(std::string_view sql, std::initializer_list<Value> values) {
    return insert_returning_id(sql, std::span<const Value>(values.begin(), values.size()));
  }
  [[nodiscard]] virtual std::unique_ptr<Bulk> bulk(std::string_view table, std::span<const BulkColumn> columns) = 0;
  // Durable when it returns.
  virtual void commit() = 0;
};

class Database {
 public:
  virtual ~Database() = default;
  // Thread-safe. Readers do not wait for the writer; writers wait for each other.
  [[nodiscard]] virtual std::unique_ptr<Snapshot> read() = 0;
  [[nodiscard]] virtual std::unique_ptr<Transaction> write() = 0;
  [[nodiscard]] virtual Dialect dialect() const = 0;
  // For a file that is handed on, such as a GeoPackage: everything in the one file, marked as one (PRAGMA
  // application_id and user_version), no write-ahead log beside it. SQLite only (CHECK).
  virtual void finish_as_single_file(std::int32_t application_id, std::int32_t user_version) = 0;
  // After rows were deleted: makes sure that their bytes are not merely unlinked. False when readers hold it up: call
  // it again later. Outside of any transaction.
  //   quick     SQLite overwrites what it deletes (PRAGMA secure_delete) and here empties the write-ahead log, where
  //             older pages still stood; PostgreSQL removes dead rows of the named tables (VACUUM). Milliseconds.
  //   thorough  the file or the tables are written anew (VACUUM; VACUUM FULL): moving rows between pages leaves remains
  //             that quick does not reach. Writers wait, about a second for 100 MB; needs as much free disk.
  // What a server's own write-ahead log and backups keep is their retention's matter.
  enum class Purge { quick, thorough };
  [[nodiscard]] virtual bool purge_deleted(std::span<const std::string_view> tables, Purge purge) = 0;
};

// "sqlite:PATH" (made if absent) or "postgresql://user@host:port/name". Unreachable or not a database: an Error that
// says what to do.
[[nodiscard]] Result<std::unique_ptr<Database>> open_database(const std::string& url);

// One step of a module's schema. Steps are applied once, in order, each in its own transaction with its number recorded
// under the module's name; DDL in the subset above.
struct Migration {
  enum class Applies { everywhere, on_sqlite, on_postgresql };

  std::string_view module;
  int number;
  std::string_view ddl;  // statements separated by ';' (those between BEGIN and END of a trigger do not separate)
  Applies applies = Applies::everywhere;  // triggers have no common subset
};
void migrate(Database& database, std::span<const Migration> migrations);

}  // namespace quadrille::database
