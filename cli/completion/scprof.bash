# SPDX-License-Identifier: MIT
# Completes the commands and options of scprof for bash. scprof itself lists them (--complete), so
# the completion always fits the installed version.
_scprof() {
	local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} i
	local commands
	commands=$(scprof help --complete 2>/dev/null)
	if [[ $COMP_CWORD -eq 1 && $word != -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$commands" -c -- "$word")
		return
	fi
	# Without a command, the words are those of `run`.
	[[ " ${commands//$'\n'/ } " == *" $command "* ]] || command=run
	if [[ $command == help ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
		return
	fi
	# After `--`, the words belong to a program.
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == -- ]] && word=
	done
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(scprof "$command" --complete 2>/dev/null)" -- "$word")
		[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
	fi
}
complete -o default -F _scprof scprof
