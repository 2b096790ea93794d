#include "host/database/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

#include "base/check.h"

namespace quadrille::database {
namespace {

constexpr int busy_timeout_ms = 30'000;

DatabaseError::Cause cause_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return DatabaseError::Cause::disk_full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return DatabaseError::Cause::busy;
    case SQLITE_CONSTRAINT:
      return DatabaseError::Cause::constraint;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return DatabaseError::Cause::corrupt;
    default:
      return DatabaseError::Cause::other;
  }
}

// One sqlite3 connection with its prepared statements; used by one thread at a time.
class Connection {
 public:
  explicit Connection(const std::string& path) {
    const int code =
        sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) {
      const std::string message = db_ ? sqlite3_errmsg(db_) : sqlite3_errstr(code);
      sqlite3_close(db_);
      throw DatabaseError(cause_of(code), message);
    }
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_timeout(db_, busy_timeout_ms);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }

  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }

  // Prepared once; handed out to one user at a time, a second one gets a statement of its own.
  sqlite3_stmt* take(std::string_view sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) {
      sqlite3_stmt* statement = found->second;
      statements_.erase(found);
      return statement;
    }
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr) != SQLITE_OK)
      fail();
    CHECK(statement != nullptr);
    return statement;
  }
  void give_back(std::string_view sql, sqlite3_stmt* statement) noexcept {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (statements_.size() < 64 && statements_.find(sql) == statements_.end())
      statements_.emplace(std::string(sql), statement);
    else
      sqlite3_finalize(statement);
  }

  [[noreturn]] void fail() const {
    const int code = sqlite3_extended_errcode(db_);
    // A failed write of the file system (EIO on a full quota, ENOSPC) reaches us as an I/O error; the cause is in
    // errno.
    const bool is_out_of_space = sqlite3_system_errno(db_) == ENOSPC || sqlite3_system_errno(db_) == EDQUOT;
    throw DatabaseError(is_out_of_space ? DatabaseError::Cause::disk_full : cause_of(code),
                        fmt::format("SQLite: {} ({})", sqlite3_errmsg(db_), code));
  }
  [[nodiscard]] sqlite3* handle() const { return db_; }

 private:
  sqlite3* db_ = nullptr;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

// Connections ready for use; a lease returns its connection when it ends.
class Pool {
 public:
  explicit Pool(std::string path) : path_(std::move(path)) {}

  std::unique_ptr<Connection> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    auto connection = std::make_unique<Connection>(path_);
    connection->run("PRAGMA query_only=1; PRAGMA cache_size=-16000; PRAGMA mmap_size=1073741824");
    return connection;
  }
  void give_back(std::unique_ptr<Connection> connection) noexcept {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < 8) idle_.push_back(std::move(connection));
  }

 private:
  std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

// A prepared statement in use.
class Prepared {
 public:
  Prepared(Connection& connection, std::string_view sql)
      : connection_(connection), sql_(sql), statement_(connection.take(sql)) {}
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared() { connection_.give_back(sql_, statement_); }

  void bind(std::span<const Value> values) {
    CHECK(sqlite3_bind_parameter_count(statement_) == static_cast<int>(values.size()));
    int index = 0;
    for (const auto& value : values) bind_one(++index, value);
  }
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) connection_.fail();
    return false;
  }
  void reset() { sqlite3_reset(statement_); }
  [[nodiscard]] sqlite3_stmt* raw() const { return statement_; }
  [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(connection_.handle()); }

 private:
  void bind_one(int index, const Value& value) {
    const int code = std::visit(
        [&](const auto& held) {
          using T = std::decay_t<decltype(held)>;
          if constexpr (std::is_same_v<T, std::monostate>) {
            return sqlite3_bind_null(statement_, index);
          } else if constexpr (std::is_same_v<T, std::int64_t>) {
            return sqlite3_bind_int64(statement_, index, held);
          } else if constexpr (std::is_same_v<T, double>) {
            return sqlite3_bind_double(statement_, index, held);
          } else if constexpr (std::is_same_v<T, std::string_view>) {
            return sqlite3_bind_text(statement_, index, held.empty() ? "" : held.data(), static_cast<int>(held.size()),
                                     SQLITE_STATIC);
          } else {
            return sqlite3_bind_blob(statement_, index, held.empty() ? static_cast<const void*>("") : held.data(),
                                     static_cast<int>(held.size()), SQLITE_STATIC);
          }
        },
        value.held());
    if (code != SQLITE_OK) connection_.fail();
  }

  Connection& connection_;
  std::string sql_;
  sqlite3_stmt* statement_;
};

class SqliteRows final : public Rows {
 public:
  SqliteRows(Connection& connection, std::string_view sql, std::span<const Value> values) : prepared_(connection, sql) {
    own(values);
    prepared_.bind(owned_);
  }
  bool next() override { return prepared_.step(); }
  bool is_null(int column) const override { return type(column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override {
    CHECK(type(column) == SQLITE_INTEGER);
    return sqlite3_column_int64(prepared_.raw(), column);
  }
  double real(int column) const override {
    CHECK(type(column) == SQLITE_FLOAT || type(column) == SQLITE_INTEGER);
    return sqlite3_column_double(prepared_.raw(), column);
  }
  std::string_view text(int column) const override {
    CHECK(type(column) == SQLITE_TEXT);
    const auto* start = reinterpret_cast<const char*>(sqlite3_column_text(prepared_.raw(), column));
    return {start, static_cast<std::size_t>(sqlite3_column_bytes(prepared_.raw(), column))};
  }
  std::span<const std::uint8_t> bytes(int column) const override {
    CHECK(type(column) == SQLITE_BLOB);
    const auto* start = static_cast<const std::uint8_t*>(sqlite3_column_blob(prepared_.raw(), column));
    return {start, static_cast<std::size_t>(sqlite3_column_bytes(prepared_.raw(), column))};
  }

 private:
  [[nodiscard]] int type(int column) const { return sqlite3_column_type(prepared_.raw(), column); }

  // Rows outlive the caller's temporaries, so text and bytes are kept here.
  void own(std::span<const Value> values) {
    texts_.reserve(values.size());
    blobs_.reserve(values.size());
    for (const auto& value : values) {
      if (const auto* text = std::get_if<std::string_view>(&value.held()))
        owned_.emplace_back(std::string_view(texts_.emplace_back(*text)));
      else if (const auto* blob = std::get_if<std::span<const std::uint8_t>>(&value.held()))
        owned_.emplace_back(blobs_.emplace_back(blob->begin(), blob->end()));
      else
        owned_.push_back(value);
    }
  }

  Prepared prepared_;
  std::vector<std::string> texts_;
  std::vector<Bytes> blobs_;
  std::vector<Value> owned_;
};

class SqliteSnapshot final : public Snapshot {
 public:
  explicit SqliteSnapshot(Pool& pool) : pool_(pool), connection_(pool.take()) {
    connection_->run("BEGIN");
    // A deferred BEGIN sees nothing until its first read: read now, so that the snapshot is of this moment.
    connection_->run("SELECT 1 FROM sqlite_schema LIMIT 1");
  }
  ~SqliteSnapshot() override {
    sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    pool_.give_back(std::move(connection_));
  }
  using Snapshot::query;
  std::unique_ptr<Rows> query(std::string_view sql, std::span<const Value> values) override {
    return std::make_unique<SqliteRows>(*connection_, sql, values);
  }
  Dialect dialect() const override { return Dialect::sqlite; }

 private:
  Pool& pool_;
  std::unique_ptr<Connection> connection_;
};

class SqliteBulk final : public Bulk {
 public:
  SqliteBulk(Connection& connection, const std::string& sql) : prepared_(connection, sql) {}
  void add(std::span<const Value> row) override {
    prepared_.bind(row);
    prepared_.step();
    prepared_.reset();
    ++count_;
  }
  std::int64_t finish() override { return count_; }

 private:
  Prepared prepared_;
  std::int64_t count_ = 0;
};

class SqliteTransaction final : public Transaction {
 public:
  SqliteTransaction(Connection& connection, std::unique_lock<std::mutex> turn)
      : connection_(connection), turn_(std::move(turn)) {
    connection_.run("BEGIN IMMEDIATE");
  }
  ~SqliteTransaction() override {
    if (!is_over_) sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  using Snapshot::query;
  using Transaction::execute;
  using Transaction::insert_returning_id;
  std::unique_ptr<Rows> query(std::string_view sql, std::span<const Value> values) override {
    return std::make_unique<SqliteRows>(connection_, sql, values);
  }
  std::int64_t execute(std::string_view sql, std::span<const Value> values) override {
    Prepared prepared(connection_, sql);
    prepared.bind(values);
    while (prepared.step()) {
    }
    return prepared.changes();
  }
  std::int64_t insert_returning_id(std::string_view sql, std::span<const Value> values) override {
    Prepared prepared(connection_, sql);
    prepared.bind(values);
    const bool has_row = prepared.step();
    CHECK(has_row);
    const std::int64_t id = sqlite3_column_int64(prepared.raw(), 0);
    while (prepared.step()) {
    }
    return id;
  }
  std::unique_ptr<Bulk> bulk(std::string_view table, std::span<const BulkColumn> columns) override {
    std::string names;
    std::string marks;
    for (const auto& column : columns) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
      marks += marks.empty() ? "?" : ", ?";
    }
    return std::make_unique<SqliteBulk>(connection_,
                                        fmt::format("INSERT INTO {} ({}) VALUES ({})", table, names, marks));
  }
  void commit() override {
    CHECK(!is_over_);
    connection_.run("COMMIT");
    is_over_ = true;
    turn_.unlock();
  }
  Dialect dialect() const override { return Dialect::sqlite; }

 private:
  Connection& connection_;
  std::unique_lock<std::mutex> turn_;
  bool is_over_ = false;
};

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(const std::string& path) : writer_(path), pool_(path) {
    writer_.run(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=1; PRAGMA cache_size=-64000; PRAGMA "
        "temp_store=MEMORY; PRAGMA secure_delete=ON");
  }
  std::unique_ptr<Snapshot> read() override { return std::make_unique<SqliteSnapshot>(pool_); }
  std::unique_ptr<Transaction> write() override {
    return std::make_unique<SqliteTransaction>(writer_, std::unique_lock(turn_));
  }
  Dialect dialect() const override { return Dialect::sqlite; }
  void finish_as_single_file(std::int32_t application_id, std::int32_t user_version) override {
    const std::lock_guard lock(turn_);
    writer_.run(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}; PRAGMA journal_mode=DELETE",
                            application_id, user_version)
                    .c_str());
  }
  bool purge_deleted(std::span<const std::string_view>, Purge purge) override {
    const std::lock_guard lock(turn_);
    if (purge == Purge::thorough) writer_.run("VACUUM");
    sqlite3_busy_timeout(writer_.handle(), 0);  // readers are not waited for: writers would wait with us
    const int code = sqlite3_wal_checkpoint_v2(writer_.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    sqlite3_busy_timeout(writer_.handle(), busy_timeout_ms);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) writer_.fail();
    return code == SQLITE_OK;
  }

 private:
  std::mutex turn_;  // one writer at a time within this process; the busy timeout orders processes
  Connection writer_;
  Pool pool_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (path == ":memory:" || path.empty())
    return invalid({"donnez le chemin d'un fichier", "give the path of a file"}, "--database");
  if (!folder.empty() && !std::filesystem::is_directory(folder))
    return refuse(ErrorKind::not_found,
                  {fmt::format("le dossier {} n'existe pas", folder.string()),
                   fmt::format("the folder {} does not exist", folder.string())},
                  "--database");
  try {
    return std::make_unique<SqliteDatabase>(path);
  } catch (const DatabaseError& error) {
    if (error.cause() == DatabaseError::Cause::disk_full) throw;
    return refuse(
        ErrorKind::unavailable,
        {fmt::format("{} n'a pas pu être ouvert comme base SQLite ({}) ; vérifiez le chemin et les droits, ou "
                     "restaurez une sauvegarde",
                     path, error.what()),
         fmt::format(
             "{} could not be opened as an SQLite database ({}); check the path and the rights, or restore a backup",
             path, error.what())},
        "--database");
  }
}

}  // namespace quadrille::database
