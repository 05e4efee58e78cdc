# 'hops guard' on another kernel: run by run.sh in the emulated machine. A program as a user connects to servers whose answers come from 0 and from 3 hops away,
# over both families: the far ones get its bytes, the near ones none. It ends quickly where the kernel ends sockets, and else says that it does not.
uname -r
ip netns add servers
ip link add v0 type veth peer name v1 netns servers
ip addr add 192.0.2.1/24 dev v0; ip -6 addr add 2001:db8::1/64 dev v0 nodad; ip link set v0 up
ip -n servers addr add 192.0.2.2/24 dev v1; ip -n servers -6 addr add 2001:db8::2/64 dev v1 nodad; ip -n servers link set v1 up; ip -n servers link set lo up
: >/tmp/near; : >/tmp/far; chmod 666 /tmp/near /tmp/far
in_servers() { ip netns exec servers "$@" & }
in_servers socat TCP4-LISTEN:7000,fork,reuseaddr SYSTEM:'cat >>/tmp/near'
in_servers socat TCP6-LISTEN:7000,ipv6only=1,fork,reuseaddr SYSTEM:'cat >>/tmp/near'
in_servers socat TCP4-LISTEN:7003,fork,reuseaddr,ttl=61 SYSTEM:'cat >>/tmp/far'
in_servers socat TCP6-LISTEN:7003,ipv6only=1,fork,reuseaddr,setsockopt-int=41:16:61 SYSTEM:'cat >>/tmp/far'
sleep 2
cat >/tmp/client <<'CLIENT'
for port in 7003 7000; do
  for server in TCP4:192.0.2.2 TCP6:[2001:db8::2]; do
    s=$(cut -d. -f1 /proc/uptime)
    echo hello | socat -u - "$server:$port,connect-timeout=20" 2>/dev/null; r=$?
    echo "$port $r $(( $(cut -d. -f1 /proc/uptime) - s ))"
  done
done
echo hello | socat -u - TCP4:10.0.0.1:80,connect-timeout=20 2>/dev/null && echo special 0
cut -d: -f3 /proc/self/cgroup; id -u
CLIENT
guard() { hops guard --min-hops 3 --resolver none --allow 192.0.2.0/24 --allow 2001:db8::/32 --json "$@" -- sh /tmp/client; }
for promise in --user=1000 --isolate; do
  : >/tmp/near; : >/tmp/far
  if [ $promise = --isolate ]; then guard --isolate >/tmp/out 2>/tmp/err; else guard --user 1000 >/tmp/out 2>/tmp/err; fi
  s=$?; sleep 2
  far=$(grep -c hello /tmp/far); near=$(wc -c </tmp/near); connected=$(grep -c '^7003 0 ' /tmp/out); refused=$(grep -c '^7000 [^0]' /tmp/out)
  slow=$(awk '/^7000/ && $3 > 9' /tmp/out | wc -l); told=$(grep -c '"reason":"near"' /tmp/err); special=$(grep -c '"reason":"special-purpose"' /tmp/err)
  said=$(grep -c 'slow refusals' /tmp/err)
  v=right
  [ $s = 0 ] && [ "$far" = 2 ] && [ "$near" = 0 ] && [ "$connected" = 2 ] && [ "$refused" = 2 ] && [ "$told" = 2 ] && [ "$special" = 1 ] || v=wrong
  grep -q special /tmp/out && v=wrong
  [ "$said" = 1 ] || [ "$slow" = 0 ] || v=wrong
  echo "CHECK $v guard $promise status $s, far $far of 2 with bytes, near $refused of 2 refused with $near bytes, told $told and special $special; slow $slow, said $said: $(head -c 700 /tmp/err | tr '\n' ' ')"
  sed 's/^/| /' /tmp/out | head -8
done
# The control: the same without a guard.
: >/tmp/near; sh /tmp/client >/tmp/out 2>&1; sleep 1; near=$(grep -c hello /tmp/near)
v=right; [ "$near" = 2 ] || v=wrong
echo "CHECK $v without-guard the near servers got $near of 2"
d=$(hops doctor 2>/dev/null | grep '^hops guard')
case $d in *works*) v=right ;; *) v=wrong ;; esac
echo "CHECK $v doctor $d"
l=$(find /sys/fs/cgroup -name 'guard-*' | wc -l); v=right; [ "$l" = 0 ] || v=wrong
echo "CHECK $v nothing-left $l control groups"
