# Makes the C source of a page from its parts, at build time:
#     cmake -D FOLDER=src/host/report -D OUTPUT=report_page.c -P EmbedPage.cmake
# page.html takes in the style sheet and the scripts where it names them, and is cut where its index and its blocks of events go.
file(READ "${FOLDER}/page.html" page)
foreach(part page.css strings.js data.js charts.js reasons.js event.js page.js)
  file(READ "${FOLDER}/${part}" text)
  string(REPLACE "/* ${part} */\n" "${text}" page "${page}")
endforeach()

# Into `first`, what stands before the marker; what stands behind it stays in `page`.
function(cut_page marker first)
  string(FIND "${page}" "<!-- ${marker} -->\n" cut)
  if(cut EQUAL -1)
    message(FATAL_ERROR "${FOLDER}/page.html has no line '<!-- ${marker} -->'")
  endif()
  string(LENGTH "<!-- ${marker} -->\n" length)
  math(EXPR rest "${cut} + ${length}")
  string(SUBSTRING "${page}" 0 ${cut} before)
  string(SUBSTRING "${page}" ${rest} -1 behind)
  set(${first} "${before}" PARENT_SCOPE)
  set(page "${behind}" PARENT_SCOPE)
endfunction()
cut_page(index begin)
cut_page(blocks scripts)
set(end "${page}")

set(source "/* Made by cmake/EmbedPage.cmake. */\n#include \"report_parts.h\"\n")
foreach(piece begin scripts end)
  string(HEX "${${piece}}" bytes)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(REGEX REPLACE "(....................................................................................................)" "\\1\n" bytes "${bytes}")
  string(APPEND source "\nconst unsigned char ss_report_page_${piece}[] = {\n${bytes}};\n"
    "const size_t ss_report_page_${piece}_size = sizeof ss_report_page_${piece};\n")
endforeach()
file(WRITE "${OUTPUT}" "${source}")
