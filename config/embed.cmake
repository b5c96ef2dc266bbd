# Writes INPUT as `extern const std::string_view NAME` into OUTPUT.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "#include <string_view>\nnamespace planwatch {\nextern const std::string_view ${NAME};\nconst std::string_view ${NAME} = R\"embedded(${text})embedded\";\n}\n")
