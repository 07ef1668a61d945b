# Every third-party library, as one target each.  All of them are Debian 12 packages; the list
# that `./dev` installs is in tools/packages.txt.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(absl REQUIRED)
find_package(GTest REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(CLI11 REQUIRED)
find_package(Boost 1.74 REQUIRED)

# hiredis' own CMake file is broken in Debian 12, and the others ship none: pkg-config it is.
pkg_check_modules(uv REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(rabbitmq REQUIRED IMPORTED_TARGET librabbitmq)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(lua REQUIRED IMPORTED_TARGET lua5.1)  # As Redis embeds it: the simulation.
pkg_check_modules(spdlog REQUIRED IMPORTED_TARGET spdlog)

find_path(RAPIDJSON_INCLUDE_DIR rapidjson/document.h REQUIRED)
add_library(rapidjson INTERFACE)
target_include_directories(rapidjson SYSTEM INTERFACE "${RAPIDJSON_INCLUDE_DIR}")

# Not by pkg-config: its file adds -pthread, which does not fit the shared precompiled header.
find_path(RE2_INCLUDE_DIR re2/re2.h REQUIRED)
find_library(RE2_LIBRARY re2 REQUIRED)
add_library(re2 INTERFACE)
target_include_directories(re2 SYSTEM INTERFACE "${RE2_INCLUDE_DIR}")
target_link_libraries(re2 INTERFACE "${RE2_LIBRARY}")

find_path(PHONENUMBER_INCLUDE_DIR phonenumbers/phonenumberutil.h REQUIRED)
find_library(PHONENUMBER_LIBRARY phonenumber REQUIRED)
add_library(phonenumber INTERFACE)
target_include_directories(phonenumber SYSTEM INTERFACE "${PHONENUMBER_INCLUDE_DIR}")
target_link_libraries(phonenumber INTERFACE "${PHONENUMBER_LIBRARY}")
