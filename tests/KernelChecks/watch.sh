# 'hops watch' on another kernel, both of its sides: run by run.sh in the emulated machine. Twelve ends of six connections over both families, with their TTL,
# process, command, cgroup and bytes; both ends of one from before the watch; no TTL that changes.
uname -r
socat TCP6-LISTEN:7000,ipv6only=0,fork,reuseaddr SYSTEM:'cat' &
sleep 1
( sleep 1; while :; do echo x; sleep 1; done ) | socat -u - TCP4:127.0.0.1:7000 >/dev/null &
sleep 1
for side in header packets; do
  hops watch --json --side $side --closed --existing --drift --duration 18 >/tmp/out 2>/tmp/err &
  w=$!
  sleep 8
  for i in 1 2 3; do echo hello | socat - TCP4:127.0.0.1:7000 >/dev/null; echo hello | socat - TCP6:[::1]:7000 >/dev/null; done
  wait $w; s=$?
  grep '"event":"opened"' /tmp/out >/tmp/opened; grep '"event":"closed"' /tmp/out >/tmp/closed
  n=$(grep -c '"receivedTtl":64' /tmp/opened)
  p=$(grep -c '"process":' /tmp/opened)
  c=$(grep -c '"command":"socat"' /tmp/opened); g=$(grep -c '"cgroup":"/"' /tmp/opened)
  b=$(grep -c '"bytesSent":6,"bytesReceived":6' /tmp/closed)
  e=$(grep -c '"event":"existing"' /tmp/out); d=$(grep -c '"event":"drifted"' /tmp/out)
  v=right; [ "$n" = 12 ] && [ "$p" = 12 ] && [ "$c" = 12 ] && [ "$g" = 12 ] && [ "$b" = 12 ] && [ "$e" -ge 1 ] && [ "$d" = 0 ] && [ $s = 0 ] || v=wrong
  echo "CHECK $v watch-$side status $s, ttl $n, process $p, command $c, cgroup $g, bytes $b of 12; existing $e, drifted $d: $(cat /tmp/err | tr '\n' ' ' | cut -c1-900)"
  sed 's/^/| /' /tmp/out | grep -v opened | head -4
done
