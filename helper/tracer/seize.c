/* SPDX-License-Identifier: MIT */
/*
 * The handshake, and the messages for everything that can prevent it.
 */
#include "helper/tracer/seize.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helper/base/debug.h"
#include "helper/base/launcher_pipe.h"
#include "helper/base/limits.h"
#include "helper/count/call_log.h"
#include "helper/count/touched.h"
#include "helper/elf/direct.h"
#include "helper/gate/gate_calls.h"
#include "helper/trace/preflight.h"
#include "helper/tracer/finish.h"
#include "helper/tracer/intercept.h"
#include "profile/util/proc_number.h"
#include "profile/util/xalloc.h"
#include "scprof/handshake.h"

#define OPTIONS_ALWAYS                                                                             \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | \
	 PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL)
#define OPTIONS_FOLLOW (PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK)

/*
 * Returns why PTRACE_SEIZE of @pid failed with @error, and what the user can do. The caller frees
 * the text.
 */
static char *explain_seize(pid_t pid, int error)
{
	int tracer = proc_status_number(pid, "TracerPid:");
	int yama = proc_number("/proc/sys/kernel/yama/ptrace_scope", "");

	if (tracer > 0)
		return xasprintf("cannot trace the program: process %d (a debugger, strace or "
				 "another profiler) traces it already",
				 tracer);
	if (error == EPERM && yama >= 2)
		return xasprintf(
			"ptrace is not permitted: kernel.yama.ptrace_scope is %d (1 or 0 "
			"is needed: sysctl kernel.yama.ptrace_scope=1); run 'scprof doctor' "
			"for the reasons",
			yama);
	if (error == EPERM || error == EACCES || error == ENOSYS)
		return xasprintf("ptrace is not permitted here: %s (in a container, add the "
				 "capability SYS_PTRACE or a seccomp profile that allows ptrace); "
				 "run 'scprof doctor' for the reasons",
				 strerror(error));
	return xasprintf("cannot trace the program: %s", strerror(error));
}

/*
 * In a new pid namespace, /proc may still be that of the old one, where the pid belongs to another
 * process.
 */
static int check_proc(char **text)
{
	char target[32] = "";

	/* If getpid is denied, preflight_check reports it. */
	if (getpid() <= 0 || readlink("/proc/self", target, sizeof(target) - 1) < 0 ||
	    atoi(target) == getpid())
		return 0;
	*text = xstrdup("/proc belongs to another pid namespace (mount that of this namespace: "
			"unshare --mount-proc)");
	return -ESRCH;
}

static void send_failure(int error, const char *text, bool is_quiet)
{
	struct scprof_answer answer = { .error = error };

	if (!is_quiet)
		snprintf(answer.text, sizeof(answer.text), "%s", text);
	send(SCPROF_SOCKET_FD, &answer, sizeof(answer), MSG_NOSIGNAL);
}

static int receive_request(struct scprof_request *request)
{
	struct scprof_hello hello = {
		.version = SCPROF_HANDSHAKE_VERSION,
		.helper_pid = (int32_t)getpid(),
	};

	if (send(SCPROF_SOCKET_FD, &hello, sizeof(hello), MSG_NOSIGNAL) < 0)
		return -errno;
	if (recv(SCPROF_SOCKET_FD, request, sizeof(*request), 0) != sizeof(*request) ||
	    request->version != SCPROF_HANDSHAKE_VERSION)
		return -EPROTO;
	return 0;
}

/* --fds looks the files up while the call is stopped, which happens only with the engine ptrace. */
static void trace_every_call(struct settings *settings)
{
	if (!settings->is_fast || !settings->touches)
		return;
	settings->is_fast = false;
	settings->why_stops = "--fds stops each call";
	if (settings->wants_fast)
		launcher_pipe_line("note", "--engine=fast counts calls where nothing else can be "
					   "recorded: --fds uses --engine=ptrace");
}

static int open_log(struct tracer *tracer, char **text)
{
	const struct settings *settings = &tracer->run.settings;
	int error = call_log_open(&tracer->run);

	if (error)
		*text = xasprintf("cannot write '%s': %s", settings->log,
				  output_place_explain(settings->log, settings->log_origin, error));
	return error;
}

/* The program is not run, or, without a launcher, runs without a profile. Frees @text. */
static void refuse(struct tracer *tracer, int error, char *text)
{
	const struct settings *settings = &tracer->run.settings;

	call_log_close(&tracer->run, tracer->is_running);
	if (!settings->has_launcher)
		finish_clear_old(settings);
	send_failure(-error, text ? text : "", settings->is_quiet && !settings->has_launcher);
	free(text);
}

/*
 * Returns the end of the stack of a program that has already begun: libscprof.so's constructor runs
 * further down its stack than main. This is just above startstack of proc(5), the word with argc.
 * Returns 0 if it is not known.
 */
static uint64_t main_stack_end(pid_t pid)
{
	char path[64], line[1024] = "";
	const char *at = NULL;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file && fgets(line, sizeof(line), file))
		at = strrchr(line, ')'); /* the end of field 2, the name, which may have spaces */
	if (file)
		fclose(file);
	for (unsigned int field = 2; at && field < 28; field++)
		at = strchr(at + 1, ' ');
	return at && atoll(at) > 0 ? strtoull(at, NULL, 10) + sizeof(uint64_t) : 0;
}

int seize_program(struct tracer *tracer, enum helper_way way)
{
	struct scprof_request request;
	struct tracee *root;
	char *text = NULL;
	int error = receive_request(&request);

	if (error)
		return error;
	tracer->root = request.pid;
	settings_set_way(&tracer->run.settings, way);
	error = check_proc(&text);
	if (way != HELPER_FORKED && !error)
		settings_take_environment(request.pid);
	debug_init(getenv(SCPROF_ENV_DEBUG));
	if (!error)
		error = settings_init(&tracer->run.settings, way, request.pid, &text);
	if (!error)
		trace_every_call(&tracer->run.settings);
	if (!error)
		error = limits_check(&text);
	if (!error)
		error = preflight_check(&text);
	if (!error)
		error = open_log(tracer, &text);
	if (!error)
		touched_init(&tracer->run);
	if (!error &&
	    ptrace(PTRACE_SEIZE, request.pid, 0,
		   OPTIONS_ALWAYS | (tracer->run.settings.follows ? OPTIONS_FOLLOW : 0)) < 0) {
		error = -errno;
		text = explain_seize(request.pid, -error);
	}
	if (error) {
		refuse(tracer, error, text);
		return error;
	}
	direct_init(tracer->root);
	root = tracee_new(tracer->root);
	root->is_claimed = true;
	if (way != HELPER_FORKED)
		root->gate->stack_end = main_stack_end(tracer->root);
	error = intercept_begin(tracer, &text);
	gate_calls_init(&tracer->run.settings, tracer->interception == INTERCEPT_DISPATCH,
			tracer->run.log);
	if (error) {
		intercept_end(tracer);
		if (!text)
			text = xasprintf("cannot make its calls stop: %s", strerror(-error));
		refuse(tracer, error, text);
	}
	if (!error && way == HELPER_INJECTED)
		launcher_pipe_line("seized", "%d", (int)tracer->root);
	debug(start, "seized %d: %d", (int)tracer->root, error);
	return error;
}
