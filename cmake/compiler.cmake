# The compiler, its warnings and its sanitizers.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "g++ ${CMAKE_CXX_COMPILER_VERSION} destroys objects twice in ordinary coroutine code "
    "(docs/decisions/0001-clang-16.md). Configure with a preset, for example "
    "`cmake --preset release`, which uses clang-16.")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

find_program(CCACHE ccache)
if(CCACHE)
  # Sloppiness for precompiled headers: ccache's manual asks for these two with clang.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

set(LEADRELAY_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")
option(LEADRELAY_FUZZ "Build the libFuzzer targets (clang only)" OFF)

add_library(leadrelay_flags INTERFACE)
target_compile_options(leadrelay_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wimplicit-fallthrough -Werror
  -fPIE  # For libraries too, so that everything can share one precompiled header.
  "SHELL:-Xclang -fno-pch-timestamp")
target_include_directories(leadrelay_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(leadrelay_flags INTERFACE LEADRELAY_VERSION="${PROJECT_VERSION}")
if(LEADRELAY_SANITIZE)
  target_compile_options(leadrelay_flags INTERFACE
    -fsanitize=${LEADRELAY_SANITIZE} -fno-omit-frame-pointer -O1 -fno-sanitize-recover=undefined)
  target_link_options(leadrelay_flags INTERFACE -fsanitize=${LEADRELAY_SANITIZE})
endif()
# --as-needed: a program loads the libraries that it calls, not all that its parts could.
target_link_options(leadrelay_flags INTERFACE -pie -fuse-ld=lld-16 LINKER:--as-needed)
