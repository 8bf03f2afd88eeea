# Completion of 'workbench' for fish: workbench completion fish | source
function __workbench
    set -l line (commandline -cp)
    set -l words (workbench "[suggest:"(string length -- $line)"]" $line 2>/dev/null)
    if string match -q -- '-*' (commandline -ct)
        string match -- '-*' $words
    else
        string match -v -r -- '^[-/]' $words
    end
end
complete -c workbench -a '(__workbench)'
