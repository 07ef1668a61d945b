# The registry of connectors, generated from the names of their folders.
#
#   leadrelay_connector_folders(<parent folder> <out: sources> <out: registry source>)
#
# Every folder <name> below the parent is a connector: it has *.cc files, one of which defines
# leadrelay::delivery::<name>::Configure ("-" in a name becomes "_" in its namespace).  A folder
# without sources, a name that is none, and two folders with one namespace stop the configuration;
# a folder without Configure stops the link.

function(leadrelay_connector_folders parent out_sources out_registry)
  # Globbed for the files, so that a new folder is noticed at the next build.
  file(GLOB sources CONFIGURE_DEPENDS "${parent}/*/*.cc")
  file(GLOB entries CONFIGURE_DEPENDS LIST_DIRECTORIES true "${parent}/*")
  set(declarations "")
  set(rows "")
  set(namespaces "")
  foreach(entry IN LISTS entries)
    if(NOT IS_DIRECTORY "${entry}")
      continue()
    endif()
    get_filename_component(name "${entry}" NAME)
    if(NOT name MATCHES "^[a-z][a-z0-9-]*$")
      message(FATAL_ERROR "connector folder ${entry}: a name is of a-z, 0-9 and -")
    endif()
    file(GLOB own CONFIGURE_DEPENDS "${entry}/*.cc")
    if(NOT own)
      message(FATAL_ERROR "connector folder ${entry} has no source file")
    endif()
    string(REPLACE "-" "_" namespace "${name}")
    if(namespace IN_LIST namespaces)
      message(FATAL_ERROR "two connector folders share the namespace ${namespace}")
    endif()
    list(APPEND namespaces "${namespace}")
    string(APPEND declarations
      "namespace ${namespace} {\nstd::unique_ptr<const Connector> Configure(Setup setup);\n}\n")
    string(APPEND rows "      {\"${name}\", &Checked<&${namespace}::Configure>},\n")
  endforeach()
  set(registry "${CMAKE_CURRENT_BINARY_DIR}/registry.cc")
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/registry.cc.in" "${registry}" @ONLY)
  set(${out_sources} ${sources} PARENT_SCOPE)
  set(${out_registry} "${registry}" PARENT_SCOPE)
endfunction()
