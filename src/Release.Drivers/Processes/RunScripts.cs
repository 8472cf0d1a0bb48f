namespace Release.Drivers.Processes;

/// <summary>
/// The only shell in the project: two constant texts. What varies comes as positional parameters and is never part of a
/// script, so no name or path can become a command.
/// </summary>
internal static class RunScripts
{
    /// <summary>
    /// Parameters: the other script, output file, error file, then that script's parameters. Puts it into a session of its
    /// own, where no Ctrl-C and no closed terminal reaches it, and returns at once: the files, not our pipes, are its
    /// outputs. Where there is no setsid (macOS), job control gives it a process group and nohup the rest.
    /// </summary>
    public const string Launch = """
        script=$1 out=$2 err=$3
        shift 3
        if command -v setsid >/dev/null 2>&1; then
          setsid /bin/sh -c "$script" release-run "$@" </dev/null >>"$out" 2>>"$err" &
        else
          set -m
          nohup /bin/sh -c "$script" release-run "$@" </dev/null >>"$out" 2>>"$err" &
        fi
        """;

    /// <summary>
    /// Parameters: path of the run without extension, step key, program, arguments. Claims the run by creating its file
    /// (noclobber is O_EXCL: of two that race one gets it, the other leaves quietly), then starts the program, waits for
    /// it whatever signals come, and records its exit code. It does not exec: nobody else could learn the exit code of a
    /// program whose starter is long gone.
    /// </summary>
    public const string Run = """
        set -C
        trap : HUP INT TERM
        run=$1 key=$2
        shift 2
        { printf '%s %s\n' "$$" "$key" >"$run.claim"; } 2>/dev/null || exit 0
        "$@" &
        child=$!
        printf '%s\n' "$child" >"$run.child"
        while :; do
          wait "$child"
          code=$?
          kill -0 "$child" 2>/dev/null || break
        done
        printf '%s\n' "$code" >"$run.exit"
        """;
}
