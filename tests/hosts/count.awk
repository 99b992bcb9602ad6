# count.awk -v steps=STEPS SHORT LONG: of two files by count.c, of runs that differ in so many
# steps over the same rows: messages that the busiest rank sends to other hosts a step, bytes
# out of the busiest host, and the bytes of each call, of all ranks.
FNR == 1 { sign = ++file == 1 ? -1 : 1 }
{
    messages[$1] += sign * $4
    bytes[$2] += sign * $5
    calls[$3] += sign * $5
}
END {
    for (r in messages) if (messages[r] > most) most = messages[r]
    for (h in bytes) if (bytes[h] > out) out = bytes[h]
    printf "%.1f %.0f", most / steps, out / steps
    for (c in calls) if (calls[c]) printf " %s:%.0f", c, calls[c] / steps
    print ""
}
