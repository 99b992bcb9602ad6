# functions.awk - the functions of C files that other files can see: for each a line
# `declares FILE NAME`, `defines FILE NAME` or `inline FILE NAME`.  A macro with INLINE in its name
# stands for `static inline`; no other macro may make a function.

# A line without comments and literals.
function code_of(line,    out, mark, c) {
    for (out = ""; line != "";) {
        if (comment) {
            if (!match(line, /\*\//)) return out
            comment = 0
            line = substr(line, RSTART + 2)
        } else if (match(line, /\/\*|\/\/|"|'/)) {
            mark = substr(line, RSTART, RLENGTH)
            out = out substr(line, 1, RSTART - 1) " "
            line = substr(line, RSTART + RLENGTH)
            if (mark == "//") return out
            if (mark == "/*") comment = 1
            else
                while (line != "") {
                    c = substr(line, 1, 1)
                    line = substr(line, c == "\\" ? 3 : 2)
                    if (c == mark) break
                }
        } else {
            return out line
        }
    }
    return out
}

# The name of the function that a piece of the file's outermost level is about; "" where it is
# about none.
function name_in(piece,    at) {
    sub(/__attribute__ *\(\(([^()]|\([^()]*\))*\)\)/, "", piece)
    if (piece ~ /=|typedef|[sS]tatic_assert/) return ""
    if (!match(piece, /[A-Za-z_][A-Za-z_0-9]* *\(/)) return ""
    at = substr(piece, RSTART, RLENGTH - 1)
    if (substr(piece, RSTART + RLENGTH) ~ /^ *\*/) return "" # a pointer to functions
    gsub(/ /, "", at)
    return at
}

function tell(what,    name) {
    name = name_in(piece)
    if (name == "") return 0
    if (piece ~ /(^|[^a-z_])inline([^a-z_]|$)|INLINE/) what = "inline"
    else if (piece ~ /(^|[^a-z_])static([^a-z_]|$)/) what = ""
    if (what != "") print what, FILENAME, name
    return 1
}

FNR == 1 { piece = ""; depth = comment = skip = function_open = 0 }

# Directives, with the lines that go on.
skip || (!comment && /^[ \t]*#/) { skip = /\\$/; next }

{
    line = code_of($0) " "
    while (match(line, /[{};]/)) {
        mark = substr(line, RSTART, 1)
        if (depth == 0) piece = piece substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + 1)
        if (mark == "{" && depth++ == 0) function_open = tell("defines")
        if (mark == "}" && --depth == 0 && function_open) piece = ""
        if (mark == ";" && depth == 0) {
            tell("declares")
            piece = ""
        }
    }
    if (depth == 0) piece = piece line
}
