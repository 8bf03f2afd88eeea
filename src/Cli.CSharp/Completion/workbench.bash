# Completion of 'workbench' for bash: source <(workbench completion bash)
_workbench() {
  local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} words
  words=$(workbench "[suggest:${#line}]" "$line" 2>/dev/null)
  [[ $word == -* ]] || words=$(grep -v '^[-/]' <<<"$words")
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _workbench workbench
