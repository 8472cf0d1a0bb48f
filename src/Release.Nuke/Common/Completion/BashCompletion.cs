namespace Nuke.Common.Completion;

internal static class BashCompletion
{
    public const string Script = """"
        # Completion of build.sh for bash: source <(./build.sh --completion bash)
        __build_data() {
          local folder=$1 file files=()
          for file in "$folder/.nuke/temp/@values@" "$folder/.nuke/build.schema.json"; do
            if [ -r "$file" ]; then files+=("$file"); fi
          done
          [ ${#files[@]} -eq 0 ] || LC_ALL=C awk '
        @reader@
        ' "${files[@]}" 2>/dev/null
          printf '%s\n' $'
        @options@
        '
        }

        __build_folder() {
          local command=${1/#\~/$HOME} folder
          case $command in */*) folder=${command%/*} ;; *) folder=. ;; esac
          folder=$(cd "${folder:-/}" 2>/dev/null && pwd -P) || return
          while [ -n "$folder" ] && [ ! -d "$folder/.nuke" ]; do folder=${folder%/*}; done
          [ -z "$folder" ] || printf '%s\n' "$folder"
        }

        __build_complete() {
          local current=${COMP_WORDS[COMP_CWORD]} before="" head="" folder flag kind values about value wanted="" candidates=() targets=()
          [ "$COMP_CWORD" -lt 1 ] || before=${COMP_WORDS[COMP_CWORD-1]}
          # The equals sign is a word of its own here, unless somebody took it out of COMP_WORDBREAKS.
          if [ "$current" = "=" ]; then
            current=""
          elif [ "$before" = "=" ] && [ "$COMP_CWORD" -gt 1 ]; then
            before=${COMP_WORDS[COMP_CWORD-2]}
          else
            case $current in --*=*) before=${current%%=*} head=$before= current=${current#*=} ;; esac
          fi
          COMPREPLY=()
          folder=$(__build_folder "${COMP_WORDS[0]}")
          [ -n "$folder" ] || return 0
          while IFS=$'@end@' read -r flag kind values about; do
            [ -n "$flag" ] || continue
            if [ "$flag" = --target ]; then IFS=' ' read -r -a targets <<<"$values"; fi
            if [ "$flag" = "$before" ] && [ "$kind" != switch ]; then wanted=$kind; IFS=' ' read -r -a candidates <<<"$values"; fi
            case $current in -*) if [ -z "$head" ] && [[ $flag == "$current"* ]]; then COMPREPLY+=("$flag"); fi ;; esac
          done < <(__build_data "$folder")
          case $wanted in
            "") if [ ${#COMPREPLY[@]} -gt 0 ] || [ -n "$head" ]; then return 0; fi; candidates=("${targets[@]}") ;;
            targets) candidates=("${targets[@]}") ;;
            profiles)
              for value in "$folder"/.nuke/parameters.*.json; do
                value=${value##*/parameters.}
                if [ "$value" != "*.json" ]; then candidates+=("${value%.json}"); fi
              done ;;
          esac
          case $wanted in value | profiles) ;; *) case $current in *+*) head=$head${current%+*}+ current=${current##*+} ;; esac ;; esac
          for value in "${candidates[@]}"; do
            if [[ $value == "$current"* ]]; then COMPREPLY+=("$head$value"); fi
          done
        }

        complete -F __build_complete build.sh build.cmd

        """";
}
