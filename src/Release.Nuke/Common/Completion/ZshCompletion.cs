namespace Nuke.Common.Completion;

internal static class ZshCompletion
{
    public const string Script = """"
        # Completion of build.sh for zsh: source <(./build.sh --completion zsh)
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }

        __build_data() {
          local folder=$1 file
          local -a files
          for file in "$folder/.nuke/temp/@values@" "$folder/.nuke/build.schema.json"; do
            [[ -r $file ]] && files+=("$file")
          done
          (( $#files == 0 )) || LC_ALL=C awk '
        @reader@
        ' "${files[@]}" 2>/dev/null
          print -r -- $'
        @options@
        '
        }

        __build_complete() {
          local folder=${${(Q)words[1]}/#\~/$HOME} before=${words[CURRENT-1]} line flag kind about wanted=none value
          local -a fields flags targets candidates values
          folder=${${folder:A}:h}
          while [[ $folder != / && ! -d $folder/.nuke ]]; do folder=${folder:h}; done
          [[ -d $folder/.nuke ]] || return 1
          if [[ $PREFIX == --*=* ]]; then
            before=${PREFIX%%=*}
            compset -P '*='
          fi
          for line in "${(@f)$(__build_data $folder)}"; do
            [[ -n $line ]] || continue
            fields=("${(@ps:\x1f:)line}")
            flag=$fields[1] kind=$fields[2] about=$fields[4]
            values=(${=fields[3]})
            [[ $flag == --target ]] && targets=($values)
            [[ $flag == $before && $kind != switch ]] && wanted=$kind && candidates=($values)
            flags+=("${flag//:/\\:}:${about//:/\\:}")
          done
          case $wanted in
            value) (( $#candidates )) && compadd -- $candidates; return ;;
            profiles)
              for value in $folder/.nuke/parameters.*.json(N); do candidates+=(${${value:t:r}#parameters.}); done
              compadd -- $candidates
              return ;;
            none)
              if [[ $PREFIX == -* ]]; then
                _describe -t parameters parameter flags
                return
              fi ;;
          esac
          compset -P '*+'
          _describe -t targets target targets
        }

        compdef __build_complete build.sh build.cmd

        """";
}
