"""What public headers must say of each function: Local or Collective where ranks exist, and how
it fails where it returns a status.  The comment above it says so, or the one that opens the
header for all of them; a comment serves all functions up to the next blank line.

    headers.py FILE...      prints what is missing; ends with how many functions there are
"""
import re
import sys

RANKS = ("comm", "pario", "step", "run")  # rooms in which ranks exist
PROTOTYPE = re.compile(r"^(?!typedef|static|extern|struct [a-z_]+;|#)[a-z_].*?\b([a-z_0-9]+)\([^;{]*\)[^;{]*;$")


def paragraphs(text):
    """The text between blank lines, comments with blank lines in them kept whole."""
    comments = []

    def keep(match):
        comments.append(match.group(0))
        return "\0%d\0" % (len(comments) - 1)

    text = re.sub(r"/\*.*?\*/", keep, text, flags=re.S)
    for part in re.split(r"\n\s*\n", text):
        said = " ".join(comments[int(i)] for i in re.findall("\0(\\d+)\0", part))
        yield said, re.sub("\0\\d+\0", "", part)


def functions(code):
    """Names of the functions that a piece of code declares, and whether each returns a status."""
    code = re.sub(r"\{.*?\}", "", code, flags=re.S)
    for statement in re.findall(r"[^;]+;", code):
        line = " ".join(statement.split())
        match = PROTOTYPE.match(line)
        if match and "(*" not in line.split("(")[0]:
            yield match.group(1), line.startswith("enum status ")


def main():
    count = missing = 0
    for path in sys.argv[1:]:
        text = open(path).read()
        opening = re.match(r"/\*.*?\*/", text, flags=re.S).group(0)
        ranked = path.split("include/")[-1].split("/")[0] in RANKS
        for said, code in paragraphs(text[len(opening):]):
            for name, fails in functions(code):
                count += 1
                faults = []
                if ranked and not re.search("Local|Collective", said + opening):
                    faults.append("Local or Collective")
                if fails and not re.search("[Ff]ail", said + opening):
                    faults.append("how it fails")
                missing += bool(faults)
                for fault in faults:
                    print("%s: %s does not say %s" % (path, name, fault))
    print("%d functions, %d do not say enough" % (count, missing))
    return 1 if missing or not count else 0


sys.exit(main())
