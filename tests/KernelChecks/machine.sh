# Runs in the machine, as root, with the program as /usr/bin/hops. Prints a line CHECK for each thing seen; 'CHECK wrong' makes the run fail.
uname -r
if hops refusals /refusals.txt >/tmp/refusals 2>&1; then verdict=right; else verdict=wrong; fi
sed -n 's/^\(wrong\|elsewhere\|accepted\) /CHECK \1 refusal /p' /tmp/refusals
sed -n 's/^differs /| refusal: &/p' /tmp/refusals
echo "CHECK $verdict refusals: $(tail -n 1 /tmp/refusals)"
hops kinds 2>&1
