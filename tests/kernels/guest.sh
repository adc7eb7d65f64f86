#!/bin/sh
# SPDX-License-Identifier: MIT
# The first process of the machine that tests/kernels/kernels boots. It runs scprof and some live tests under
# both engines and prints TAP, each line after "@@ ", among what the kernel prints on the console.
/bin/busybox --install -s /bin
export PATH=/bin HOME=/tmp TMPDIR=/tmp top_builddir=.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/shm /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /tmp
chmod 1777 /tmp /dev/shm
ip link set lo up
exec </dev/null >/dev/console 2>&1
cd /test || poweroff -f

# say TEXT: a line for the host.
say() {
	echo "@@ $*"
}

# check NAME COMMAND...: a result.
check() {
	name=$1
	shift
	if "$@" >/tmp/out 2>&1; then
		say "ok - $name"
	else
		say "not ok - $name"
		sed 's/^/@@ /' /tmp/out
	fi
}

# All of the calls of a program with children, by name, as strace and as scprof count them.
strace_counts() {
	strace -c -f -o /tmp/strace "$@" >/dev/null 2>&1
	awk '$1 ~ /^[0-9.]+$/ && $NF != "total" { print $NF, $4 }' /tmp/strace | sort
}

scprof_counts() {
	engine=$1
	shift
	rm -f /tmp/p.pb.gz
	./scprof -q --engine="$engine" -o /tmp/p.pb.gz "$@" >/dev/null 2>&1
	./scprof report --no-pager --by syscall --limit 0 /tmp/p.pb.gz | awk '$2 ~ /^[0-9.]+%$/ { print $NF, $3 }' | sort
}

counts_are_equal() {
	engine=$1
	shift
	strace_counts "$@" >/tmp/want
	scprof_counts "$engine" "$@" >/tmp/have
	[ -s /tmp/want ] && diff /tmp/want /tmp/have
}

# The gate counts calls, and the profile says how the clock was.
has_gate() {
	./scprof --stats --engine=fast -o /tmp/p.pb.gz tests/live/tracee_nested 2>&1 | tee /tmp/stats
	grep -q ' 1 gates' /tmp/stats && grep -q '^scprof: clock: TSC' /tmp/stats
}

# as_nobody COMMAND...
as_nobody() {
	su -s /bin/sh nobody -c "cd /test && $*"
}

# Where Yama lets it, an ordinary user's program is profiled; else it runs without, after one line that says why.
yama_is_minded() {
	echo "$1" >/proc/sys/kernel/yama/ptrace_scope || return 1
	rm -f /tmp/yama.pb.gz
	as_nobody ./scprof --engine="$2" -o /tmp/yama.pb.gz true
	status=$?
	ls /tmp/yama.pb.gz
	case $1 in
	0 | 1) [ "$status" = 0 ] && [ -s /tmp/yama.pb.gz ] ;;
	*) [ ! -e /tmp/yama.pb.gz ] && [ "$status" != 137 ] && [ "$(grep -c '^scprof: ' /tmp/out)" = 1 ] ;;
	esac
}

say "$(uname -r), clock source $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)"
check 'the fast engine has a gate' has_gate
for engine in fast ptrace; do
	check "counts are strace's: nested ($engine)" counts_are_equal $engine tests/live/tracee_nested
	check "counts are strace's: sh ($engine)" counts_are_equal $engine sh -c 'ls /; cat /etc/passwd; (echo a)'
	check "counts are strace's: find ($engine)" counts_are_equal $engine find /test /etc
	for test in $(cat /etc/tests); do
		SCPROF_ENGINE=$engine timeout 300 tests/live/"$test" --ignore-warnings --jobs 2 --tap=/tmp/tap >/tmp/log 2>&1
		sed -n -E -e 's/ *\([0-9.]*s\)$//' -e "s/^(not )?ok .*/@@ & ($engine)/p" /tmp/tap
		grep -q '^not ok' /tmp/tap && sed 's/^/@@ /' /tmp/log
	done
done
for scope in 0 1 2 3; do
	for engine in fast ptrace; do
		check "Yama $scope, an ordinary user ($engine)" yama_is_minded $scope $engine
	done
done
say end
poweroff -f
