# Makes the C source of a page from its parts, at build time:
#     cmake -D FOLDER=src/host/report -D OUTPUT=report_page.c -P EmbedPage.cmake
# page.html takes in the style sheet and the scripts where it names them, and is cut in two where its data go.
file(READ "${FOLDER}/page.html" page)
foreach(part page.css strings.js data.js charts.js reasons.js event.js page.js)
  file(READ "${FOLDER}/${part}" text)
  string(REPLACE "/* ${part} */\n" "${text}" page "${page}")
endforeach()

set(marker "<!-- data -->\n")
string(FIND "${page}" "${marker}" cut)
if(cut EQUAL -1)
  message(FATAL_ERROR "${FOLDER}/page.html has no line '<!-- data -->'")
endif()
string(LENGTH "${marker}" length)
math(EXPR rest "${cut} + ${length}")
string(SUBSTRING "${page}" 0 ${cut} begin)
string(SUBSTRING "${page}" ${rest} -1 end)

set(source "/* Made by cmake/EmbedPage.cmake. */\n#include \"report_parts.h\"\n")
foreach(half begin end)
  string(HEX "${${half}}" bytes)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(REGEX REPLACE "(....................................................................................................)" "\\1\n" bytes "${bytes}")
  string(APPEND source "\nconst unsigned char ss_report_page_${half}[] = {\n${bytes}};\n"
    "const size_t ss_report_page_${half}_size = sizeof ss_report_page_${half};\n")
endforeach()
file(WRITE "${OUTPUT}" "${source}")
