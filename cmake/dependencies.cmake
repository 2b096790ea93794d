# Third-party parts, all Debian packages (scripts/packages.txt lists them).
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
if(QUADRILLE_TESTS)
  find_package(GTest REQUIRED)
endif()
