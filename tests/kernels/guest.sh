#!/bin/sh
# SPDX-License-Identifier: MIT
# The first process of the machine that tests/kernels/kernels boots. It runs scprof and some live tests with both
# engines, and with each way to set Syscall User Dispatch. It prints TAP with "@@ " before each line, because the kernel
# prints to the same console.
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
	rm -f /tmp/p.pb.gz
	./scprof -q -o /tmp/p.pb.gz "$@" >/dev/null 2>&1
	./scprof report --no-pager --by syscall --limit 0 /tmp/p.pb.gz | awk '$2 ~ /^[0-9.]+%$/ { print $NF, $3 }' | sort
}

counts_are_equal() {
	strace_counts "$@" >/tmp/want
	scprof_counts "$@" >/tmp/have
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

# How Syscall User Dispatch can be set here, best first: by ptrace (dispatch), or by prctl.
case $(uname -r) in
[0-4].* | 5.? | 5.?.* | 5.10.*) ways= ;;
5.* | 6.[0-3].*) ways=prctl ;;
*) ways='dispatch prctl' ;;
esac

# Expects that --intercept=$1 leads to the interception $2 and uses the gate.
dispatch_works() {
	./scprof --stats --engine=fast --intercept="$1" -o /tmp/p.pb.gz tests/live/tracee_nested 2>&1 | tee /tmp/stats
	grep -q -x "scprof: interception: $2" /tmp/stats && grep -q ' 1 gates' /tmp/stats &&
		grep -q ' 14[0-9] calls in place' /tmp/stats
}

# On kernels without dispatch, scprof prints one line that says which kernel is
# needed.
dispatch_is_refused() {
	./scprof --engine=fast --intercept="$1" -o /tmp/p.pb.gz true 2>&1 | tee /tmp/stats
	grep -q -x "scprof: .*--intercept=$1 needs Linux 5.11 or later" /tmp/stats
}

# Under another seccomp filter, scprof uses dispatch by itself. On kernels without dispatch,
# each call stops.
contained_uses() {
	tests/live/tracee_contained /test/scprof --stats -o /tmp/p.pb.gz tests/live/tracee_nested 2>&1 | tee /tmp/stats
	grep -q -x "scprof: interception: $1" /tmp/stats
}

# scprof doctor says how dispatch is set.
doctor_says() {
	./scprof doctor | tee /tmp/doctor
	grep -q -E "^dispatch +$1 +.*$2" /tmp/doctor
}

# as_nobody COMMAND...: runs it as the user nobody.
as_nobody() {
	su -s /bin/sh nobody -c "cd /test && $*"
}

# Two seconds of sleep may be at most 4.5 % more in the profile. An emulator that waits for a CPU may sleep too long
# once.
time_is_right() {
	for attempt in 1 2 3 4; do
		./scprof -q -o /tmp/p.pb.gz sleep 2
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
for way in $ways; do
	check "dispatch works ($way)" dispatch_works "$way" "$way"
done
for way in dispatch prctl; do
	[ "$ways" ] || check "the kernel is too old for --intercept=$way" dispatch_is_refused $way
done
set -- $ways
if [ "$1" ]; then
	check "--intercept=dispatch sets dispatch by the best way" dispatch_works dispatch "$1"
fi
check "under another filter, the way is ${1:-stops}" contained_uses "${1:-stops}"
case $1 in
dispatch) check 'doctor: ptrace sets dispatch' doctor_says yes 'set with ptrace' ;;
prctl) check 'doctor: prctl sets dispatch' doctor_says yes 'set with prctl' ;;
*) check 'doctor: there is no dispatch' doctor_says no 'cannot be set' ;;
esac
# try_all NAME TEST...: runs the tests for one engine or way, which the environment chooses. NAME follows the names of
# the results.
try_all() {
	label=$1
	shift
	check "counts equal strace's: nested ($label)" counts_are_equal tests/live/tracee_nested
	check "counts equal strace's: sh ($label)" counts_are_equal sh -c 'ls /; cat /etc/passwd; (echo a)'
	check "counts equal strace's: find ($label)" counts_are_equal find /test /etc
	check "the time of a sleep is right ($label)" time_is_right
	for test; do
		timeout 300 tests/live/"$test" --ignore-warnings --jobs 2 --tap=/tmp/tap >/tmp/log 2>&1
		sed -n -E -e 's/ *\([0-9.]*s\)$//' -e "s/^(not )?ok .*/@@ & ($label)/p" /tmp/tap
		grep -q '^not ok' /tmp/tap && sed 's/^/@@ /' /tmp/log
		say_time "$test ($label)"
	done
}

export SCPROF_ENGINE SCPROF_INTERCEPT
for SCPROF_ENGINE in fast ptrace; do
	try_all $SCPROF_ENGINE $(cat /etc/tests)
done
SCPROF_ENGINE=fast
for SCPROF_INTERCEPT in $ways; do
	try_all $SCPROF_INTERCEPT $(cat /etc/tests_of_ways)
done
unset SCPROF_ENGINE SCPROF_INTERCEPT
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
