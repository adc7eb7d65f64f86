# SPDX-License-Identifier: MIT
# Completes the commands and options of scprof for fish. scprof itself lists them (--complete).
function __scprof_options
    set -l words (commandline -opc)
    set -l command run
    if contains -- "$words[2]" (scprof help --complete 2>/dev/null)
        set command $words[2]
    end
    contains -- -- $words; and return
    scprof $command --complete 2>/dev/null | string trim -r -c =
end
complete -c scprof -n __fish_is_first_token -a '(scprof help --complete 2>/dev/null)'
complete -c scprof -n 'string match -q -- "-*" (commandline -ct)' -a '(__scprof_options)'
