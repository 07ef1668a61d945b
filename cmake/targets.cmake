# How this project declares a target.
#
#   leadrelay_library(NAME [PURE] SOURCES ... [DEPS ...])
#       PURE: values in, values out.  Such a library may link other pure libraries and the few
#       third-party ones listed below, and nothing else: configuring fails otherwise.  That is how
#       "the pure core cannot do I/O" is kept true.
#   leadrelay_executable(NAME SOURCES ... [DEPS ...])
#   leadrelay_test(NAME LABEL unit|contract|integration|e2e SOURCES ... [DEPS ...] [PROPERTIES ...])

include(GoogleTest)

# What a pure library may link besides its own kind: none of these opens a socket or a file by
# being called the way we call them.
set(LEADRELAY_PURE_ALLOWED
  leadrelay_flags rapidjson re2 phonenumber OpenSSL::Crypto yaml-cpp Boost::headers
  absl::status absl::statusor absl::strings absl::time absl::flat_hash_map)

add_library(leadrelay_pch OBJECT "${CMAKE_SOURCE_DIR}/cmake/pch.cc")
target_link_libraries(leadrelay_pch PUBLIC
  leadrelay_flags absl::status absl::statusor absl::strings absl::time)
target_precompile_headers(leadrelay_pch PRIVATE "${CMAKE_SOURCE_DIR}/cmake/pch.h")

add_library(leadrelay_test_pch OBJECT "${CMAKE_SOURCE_DIR}/cmake/pch.cc")
target_link_libraries(leadrelay_test_pch PUBLIC
  leadrelay_flags absl::status absl::statusor absl::strings absl::time GTest::gtest GTest::gmock)
target_precompile_headers(leadrelay_test_pch PRIVATE "${CMAKE_SOURCE_DIR}/cmake/test_pch.h")

function(leadrelay_library name)
  cmake_parse_arguments(ARG "PURE" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC leadrelay_flags absl::status absl::statusor absl::strings
    absl::time ${ARG_DEPS})
  target_precompile_headers(${name} REUSE_FROM leadrelay_pch)
  if(ARG_PURE)
    set_target_properties(${name} PROPERTIES LEADRELAY_PURE TRUE)
    foreach(dep IN LISTS ARG_DEPS)
      get_target_property(pure ${dep} LEADRELAY_PURE)
      if(NOT pure AND NOT dep IN_LIST LEADRELAY_PURE_ALLOWED)
        message(FATAL_ERROR
          "${name} is declared PURE but links ${dep}, which is not (cmake/targets.cmake)")
      endif()
    endforeach()
  endif()
endfunction()

function(leadrelay_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE leadrelay_flags absl::status absl::statusor absl::strings
    absl::time ${ARG_DEPS})
  target_precompile_headers(${name} REUSE_FROM leadrelay_pch)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
endfunction()

# Also part of the target <label>_tests, for builds of no more than that.
function(leadrelay_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPS;PROPERTIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  if(NOT TARGET ${ARG_LABEL}_tests)
    add_custom_target(${ARG_LABEL}_tests)
  endif()
  add_dependencies(${ARG_LABEL}_tests ${name})
  target_link_libraries(${name} PRIVATE leadrelay_flags absl::status absl::statusor absl::strings
    absl::time GTest::gtest GTest::gmock GTest::gtest_main ${ARG_DEPS})
  target_precompile_headers(${name} REUSE_FROM leadrelay_test_pch)
  target_compile_definitions(${name} PRIVATE
    LEADRELAY_SOURCE_DIR="${CMAKE_SOURCE_DIR}" LEADRELAY_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(${name}
    TEST_PREFIX "${ARG_LABEL}/"
    DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 60 ${ARG_PROPERTIES})
endfunction()
