# 'hops guard' on another kernel: run by run.sh in the emulated machine. A program as a user connects to servers whose answers come from 0 and from 3 hops away,
# over both families: the far ones get its bytes, the near ones none. It ends quickly where the kernel ends sockets, and else says that it does not.
uname -r
host() {
  /sbin/ip netns add "$1"
  /sbin/ip link add "to-$1" type veth peer name out netns "$1"
  /sbin/ip addr add "192.0.2.$2/30" dev "to-$1"; /sbin/ip -6 addr add "2001:db8:$2::1/64" dev "to-$1" nodad; /sbin/ip link set "to-$1" up
  /sbin/ip -n "$1" addr add "192.0.2.$(($2 + 1))/30" dev out; /sbin/ip -n "$1" -6 addr add "2001:db8:$2::2/64" dev out nodad
  /sbin/ip -n "$1" link set out up; /sbin/ip -n "$1" link set lo up
  /sbin/ip netns exec "$1" sh -c "echo $3 >/proc/sys/net/ipv4/ip_default_ttl; echo $3 >/proc/sys/net/ipv6/conf/out/hop_limit"
  : >"/tmp/$1"; chmod 666 "/tmp/$1"
  /sbin/ip netns exec "$1" socat TCP4-LISTEN:7000,fork,reuseaddr SYSTEM:"cat >>/tmp/$1" &
  /sbin/ip netns exec "$1" socat TCP6-LISTEN:7000,ipv6only=1,fork,reuseaddr SYSTEM:"cat >>/tmp/$1" &
}
host near 1 64
host far 5 61
sleep 2
cat >/client <<'CLIENT'
for host in far=6=5 near=2=1; do
  name=${host%%=*}; number=${host#*=}
  for server in "TCP4:192.0.2.${number%=*}" "TCP6:[2001:db8:${number#*=}::2]"; do
    s=$(cut -d. -f1 /proc/uptime)
    echo hello | socat -u - "$server:7000,connect-timeout=20" 2>/dev/null; r=$?
    echo "$name $r $(( $(cut -d. -f1 /proc/uptime) - s ))"
  done
done
echo hello | socat -u - TCP4:10.0.0.1:80,connect-timeout=20 2>/dev/null && echo special 0
cut -d: -f3 /proc/self/cgroup; id -u
CLIENT
guard() { hops guard --min-hops 3 --resolver none --allow 192.0.2.0/24 --allow 2001:db8::/32 --json "$@" -- sh /client; }
for promise in --user=1000 --isolate; do
  : >/tmp/near; : >/tmp/far
  if [ $promise = --isolate ]; then guard --isolate >/tmp/out 2>/tmp/err; else guard --user 1000 >/tmp/out 2>/tmp/err; fi
  s=$?; sleep 2
  far=$(grep -c hello /tmp/far); near=$(wc -c </tmp/near); connected=$(grep -c '^far 0 ' /tmp/out); refused=$(grep -c '^near [^0]' /tmp/out)
  slow=$(awk '/^near/ && $3 > 9' /tmp/out | wc -l); told=$(grep -c '"reason":"near"' /tmp/err); special=$(grep -c '"reason":"special-purpose"' /tmp/err)
  said=$(grep -c 'slow refusals' /tmp/err)
  v=right
  [ $s = 0 ] && [ "$far" = 2 ] && [ "$near" = 0 ] && [ "$connected" = 2 ] && [ "$refused" = 2 ] && [ "$told" = 2 ] && [ "$special" = 1 ] || v=wrong
  grep -q special /tmp/out && v=wrong
  [ "$said" = 1 ] || [ "$slow" = 0 ] || v=wrong
  echo "CHECK $v guard $promise status $s, far $far of 2 with bytes, near $refused of 2 refused with $near bytes, told $told and special $special; slow $slow, said $said: $(head -c 700 /tmp/err | tr '\n' ' ')"
  sed 's/^/| /' /tmp/out | head -8
done
# The control: the same without a guard.
: >/tmp/near; sh /client >/tmp/out 2>&1; sleep 1; near=$(grep -c hello /tmp/near)
v=right; [ "$near" = 2 ] || v=wrong
echo "CHECK $v without-guard the near servers got $near of 2"
d=$(hops doctor 2>/dev/null | grep '^hops guard')
case $d in *works*) v=right ;; *) v=wrong ;; esac
echo "CHECK $v doctor $d"
l=$(find /sys/fs/cgroup -name 'guard-*' | wc -l); v=right; [ "$l" = 0 ] || v=wrong
echo "CHECK $v nothing-left $l control groups"
