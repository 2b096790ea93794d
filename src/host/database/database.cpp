#include "host/database/database.h"

#include <fmt/format.h>

#include "host/database/dialect.h"
#include "host/database/postgresql.h"
#include "host/database/sqlite.h"

namespace quadrille::database {

Result<std::unique_ptr<Database>> open_database(const std::string& url) {
  if (url.starts_with("sqlite:")) return open_sqlite(url.substr(7));
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return open_postgresql(url);
  return invalid({fmt::format("« {} » n'est ni sqlite:CHEMIN ni postgresql://…", url),
                  fmt::format("\"{}\" is neither sqlite:PATH nor postgresql://...", url)},
                 "--database");
}

void migrate(Database& database, std::span<const Migration> migrations) {
  {
    auto tx = database.write();
    tx->execute("CREATE TABLE IF NOT EXISTS schema_step (module TEXT NOT NULL, number " +
                std::string(database.dialect() == Dialect::sqlite ? "INTEGER" : "BIGINT") +
                " NOT NULL, PRIMARY KEY (module, number))");
    tx->commit();
  }
  const auto foreign =
      database.dialect() == Dialect::sqlite ? Migration::Applies::on_postgresql : Migration::Applies::on_sqlite;
  for (const auto& migration : migrations) {
    if (migration.applies == foreign) continue;
    {
      auto snapshot = database.read();
      if (snapshot
              ->query("SELECT 1 FROM schema_step WHERE module = ? AND number = ?", {migration.module, migration.number})
              ->next())
        continue;
    }
    auto tx = database.write();
    if (tx->query("SELECT 1 FROM schema_step WHERE module = ? AND number = ?", {migration.module, migration.number})
            ->next())
      continue;
    for (const auto& statement : split_statements(migration.ddl))
      tx->execute(database.dialect() == Dialect::sqlite ? statement : postgresql_ddl(statement));
    tx->execute("INSERT INTO schema_step (module, number) VALUES (?, ?)", {migration.module, migration.number});
    tx->commit();
  }
}

}  // namespace quadrille::database
