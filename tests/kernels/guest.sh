#!/bin/sh
# SPDX-License-Identifier: MIT
# The first process of the machine that tests/kernels/kernels boots. It runs scprof and some live tests with both
# engines. It prints TAP with "@@ " before each line, because the kernel prints to the same console.
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

# say TEXT: prints a line for the host.
say() {
	echo "@@ $*"
}

# check NAME COMMAND...: prints a result.
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

# Compares the counts of strace and scprof, by name, for a program and its children.
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

# Expects that the gate counts calls, and that the profile says which clock measured them.
has_gate() {
	clock_source=$(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)
	clock="TSC, approximate: the kernel's clock source is $clock_source"
	[ "$clock_source" != tsc ] || clock=TSC
	./scprof --stats --engine=fast -o /tmp/p.pb.gz tests/live/tracee_nested 2>&1 | tee /tmp/stats
	grep -q ' 1 gates' /tmp/stats && grep -q -x "scprof: clock: $clock" /tmp/stats
}

# Expects that dispatch works from Linux 6.4 on. On older kernels, expects one line that says so.
dispatch_is_known() {
	./scprof --stats --engine=fast --intercept=dispatch -o /tmp/p.pb.gz tests/live/tracee_nested >/tmp/stats 2>&1
	case $(uname -r) in
	[0-5].* | 6.[0-3].*) grep -q 'needs Linux 6.4' /tmp/stats ;;
	*) grep -q -x 'scprof: interception: dispatch' /tmp/stats && grep -q ' 1 gates' /tmp/stats ;;
	esac
}

# as_nobody COMMAND...: runs it as the user nobody.
as_nobody() {
	su -s /bin/sh nobody -c "cd /test && $*"
}

# Two seconds of sleep may be at most 4.5 % more in the profile. An emulator that waits for a CPU may sleep too long
# once.
time_is_right() {
	for attempt in 1 2 3 4; do
		./scprof -q --engine="$1" -o /tmp/p.pb.gz sleep 2
		./scprof report --no-pager --by syscall --limit 0 /tmp/p.pb.gz | tee /tmp/report
		grep -q -E '^ *2\.0[0-9]s .* (clock_)?nanosleep$' /tmp/report && return
	done
	false
}

# scprof profiles an ordinary user's program if Yama allows it. Otherwise one line says why, and the program is not run.
yama_is_minded() {
	profile=/tmp/yama.$1.$2.pb.gz
	as_nobody ./scprof --engine="$2" -o $profile sh -c "'echo has run; exit 5'"
	status=$?
	ls -l $profile
	echo "status $status"
	[ "$(grep -c '^scprof: ' /tmp/out)" = 1 ] || return 1
	case $1 in
	0 | 1) [ "$status" = 5 ] && grep -q '^has run' /tmp/out && grep -q ', complete; see: ' /tmp/out && [ -s $profile ] ;;
	*) [ "$status" = 3 ] && ! grep -q '^has run' /tmp/out && [ ! -e $profile ] &&
		grep -q "^scprof: .*kernel.yama.ptrace_scope is $1 " /tmp/out ;;
	esac
}

# With LD_PRELOAD the program runs in any case.
yama_is_minded_by_shim() {
	profile=/tmp/yama.$1.$2.preload.pb.gz
	as_nobody env SCPROF_ENGINE="$2" SCPROF_OUTPUT=$profile LD_PRELOAD=/test/shim/.libs/libscprof.so \
		tests/live/tracee_status 5
	status=$?
	ls -l $profile
	echo "status $status"
	[ "$status" = 5 ] || return 1
	case $1 in
	0 | 1) [ -s $profile ] ;;
	*) [ ! -e $profile ] && [ "$(grep -c '^scprof: ' /tmp/out)" = 1 ] ;;
	esac
}

# How long the machine has been running.
say_time() {
	say "$(cut -d ' ' -f 1 /proc/uptime) s: $*"
}

say "$(uname -r), clock source $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)"
say_time 'start'
check 'the fast engine counts calls in its gate' has_gate
check 'dispatch works, or the kernel is too old for it' dispatch_is_known
for engine in fast ptrace; do
	check "counts equal strace's: nested ($engine)" counts_are_equal $engine tests/live/tracee_nested
	check "counts equal strace's: sh ($engine)" counts_are_equal $engine sh -c 'ls /; cat /etc/passwd; (echo a)'
	check "counts equal strace's: find ($engine)" counts_are_equal $engine find /test /etc
	check "the time of a sleep is right ($engine)" time_is_right $engine
	for test in $(cat /etc/tests); do
		SCPROF_ENGINE=$engine timeout 300 tests/live/"$test" --ignore-warnings --jobs 2 --tap=/tmp/tap >/tmp/log 2>&1
		sed -n -E -e 's/ *\([0-9.]*s\)$//' -e "s/^(not )?ok .*/@@ & ($engine)/p" /tmp/tap
		grep -q '^not ok' /tmp/tap && sed 's/^/@@ /' /tmp/log
		say_time "$test ($engine)"
	done
done
for scope in 0 1 2 3; do
	echo $scope >/proc/sys/kernel/yama/ptrace_scope
	for engine in fast ptrace; do
		check "Yama $scope, an ordinary user ($engine)" yama_is_minded $scope $engine
		check "Yama $scope, an ordinary user, LD_PRELOAD ($engine)" yama_is_minded_by_shim $scope $engine
	done
done
say_time 'Yama'
say end
poweroff -f
