# Completion of 'workbench' for zsh, after compinit: source <(workbench completion zsh)
_workbench() {
  local line="${(j: :)words[1,CURRENT]}"
  local -a found=("${(@f)$(workbench "[suggest:${#line}]" "$line" 2>/dev/null)}")
  [[ ${words[CURRENT]} == -* ]] || found=(${found:#[-/]*})
  if (( ${#found} )); then compadd -- $found; else _files; fi
}
compdef _workbench workbench
