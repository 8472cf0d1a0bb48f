namespace Nuke.Common.Completion;

/// <summary>Written by the documentation; there is no PowerShell where this project's tests run.</summary>
internal static class PowerShellCompletion
{
    public const string Script = """"
        # Completion of build.ps1, build.cmd and build.sh for PowerShell:
        #   ./build.ps1 --completion powershell | Out-String | Invoke-Expression
        # Put that line into $PROFILE to have it in every session.
        $__buildCompleter = {
            param($wordToComplete, $commandAst, $cursorPosition)

            function ConvertTo-Flag([string] $name) {
                '--' + ([regex]::Replace($name, '(?<=.)(?<![A-Z])[A-Z]|(?<=.)[A-Z](?=[a-z])', '-$0')).ToLowerInvariant()
            }

            function New-Result([string] $text, [string] $about) {
                if (-not $about) { $about = $text }
                [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $about)
            }

            $command = $commandAst.CommandElements[0].Extent.Text.Trim('"', "'")
            $folder = Split-Path -Parent (Resolve-Path -LiteralPath $command -ErrorAction SilentlyContinue).Path
            while ($folder -and -not (Test-Path -LiteralPath (Join-Path $folder '.nuke'))) { $folder = Split-Path -Parent $folder }
            if (-not $folder) { return }
            $nuke = Join-Path $folder '.nuke'

            $extra = @{}
            $file = Join-Path (Join-Path $nuke 'temp') '@values@'
            if (Test-Path -LiteralPath $file) {
                foreach ($line in Get-Content -LiteralPath $file) {
                    $pair = $line -split "`t", 2
                    if ($pair.Count -eq 2) { $extra[$pair[0]] = @($extra[$pair[0]]) + $pair[1] | Where-Object { $_ } }
                }
            }

            $parameters = @()
            $targets = @()
            $file = Join-Path $nuke 'build.schema.json'
            if (Test-Path -LiteralPath $file) {
                $schema = Get-Content -Raw -LiteralPath $file | ConvertFrom-Json
                foreach ($property in $schema.definitions.build.properties.PSObject.Properties) {
                    $value = $property.Value
                    $names = $value.PSObject.Properties.Name
                    $values = @()
                    if ($names -contains 'enum') { $values = @($value.enum) }
                    elseif (($names -contains 'items') -and ($value.items.PSObject.Properties.Name -contains 'enum')) { $values = @($value.items.enum) }
                    if ($extra.ContainsKey($property.Name)) { $values = @($values) + @($extra[$property.Name]) }
                    $kind = 'value'
                    if ($value.type -eq 'boolean') { $kind = 'switch' }
                    if ($property.Name -eq 'Target') { $kind = 'targets'; $targets = $values }
                    if ($property.Name -eq 'Profile') { $kind = 'profiles' }
                    $about = ''
                    if ($names -contains 'description') { $about = $value.description }
                    $parameters += [pscustomobject]@{ Flag = ConvertTo-Flag $property.Name; Kind = $kind; Values = $values; About = $about }
                }
            }

            foreach ($line in (@'
        @options@
        '@ -split "`r?`n")) {
                $fields = $line -split '\|', 4
                if ($fields.Count -eq 4) {
                    $parameters += [pscustomobject]@{ Flag = $fields[0]; Kind = $fields[1]; Values = @($fields[2] -split ' ' | Where-Object { $_ }); About = $fields[3] }
                }
            }

            $before = ''
            foreach ($element in $commandAst.CommandElements) {
                if ($element.Extent.EndOffset -lt $cursorPosition) { $before = $element.Extent.Text }
            }
            $head = ''
            $word = $wordToComplete
            if ($word -match '^(--[^=]+)=(.*)$') { $before = $Matches[1]; $head = $before + '='; $word = $Matches[2] }
            $wanted = $parameters | Where-Object { $_.Flag -eq $before -and $_.Kind -ne 'switch' } | Select-Object -First 1
            if (-not $wanted -and $word.StartsWith('-') -and -not $head) {
                return $parameters | Where-Object { $_.Flag.StartsWith($word, [StringComparison]::OrdinalIgnoreCase) } |
                    Sort-Object Flag | ForEach-Object { New-Result $_.Flag $_.About }
            }

            $candidates = $targets
            if ($wanted -and $wanted.Kind -eq 'value') { $candidates = $wanted.Values }
            elseif ($wanted -and $wanted.Kind -eq 'profiles') {
                $candidates = Get-ChildItem -LiteralPath $nuke -Filter 'parameters.*.json' |
                    ForEach-Object { $_.Name -replace '^parameters\.', '' -replace '\.json$', '' }
            }
            elseif ($word -match '^(.*\+)([^+]*)$') { $head += $Matches[1]; $word = $Matches[2] }

            $candidates | Where-Object { $_ -and $_.StartsWith($word, [StringComparison]::OrdinalIgnoreCase) } |
                ForEach-Object { New-Result ($head + $_) '' }
        }

        Register-ArgumentCompleter -Native -CommandName build, build.ps1, build.cmd, build.sh -ScriptBlock $__buildCompleter

        """";
}
