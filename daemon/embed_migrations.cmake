# Writes INPUTS (numbered .sql files, in order) as `extern const std::span<const std::string_view> embedded_migrations` into OUTPUT.
set(text "#include <span>\n#include <string_view>\nnamespace planwatch {\nnamespace {\nconstexpr std::string_view all[] = {\n")
list(SORT INPUTS)
foreach(input IN LISTS INPUTS)
    file(READ ${input} sql)
    string(APPEND text "R\"embedded(${sql})embedded\",\n")
endforeach()
string(APPEND text "};\n}\nextern const std::span<const std::string_view> embedded_migrations;\nconst std::span<const std::string_view> embedded_migrations{all};\n}\n")
file(WRITE ${OUTPUT} "${text}")
