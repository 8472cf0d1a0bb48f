# Starts the compiled build on Windows; the same steps as build.sh. Written with care, not run in this project's CI,
# which has no PowerShell.
[CmdletBinding()]
Param([Parameter(Position = 0, Mandatory = $false, ValueFromRemainingArguments = $true)][string[]] $BuildArguments)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$builds = Join-Path $root 'artifacts/build'

function Say([string] $text) { [Console]::Error.WriteLine($text) }

# Content, not modification times: a fresh checkout changes all of those. The sample is a service, not part of the build.
function Get-ContentHash {
    $files = @(Get-ChildItem -Path (Join-Path $root 'build'), (Join-Path $root 'src') -Recurse -File |
        Where-Object { $_.Extension -in '.cs', '.csproj', '.json', '.props', '.targets' -and
            $_.FullName -notmatch '[\\/](bin|obj|artifacts|Release\.Sample)[\\/]' })
    $files += @(Get-ChildItem -Path $root -File | Where-Object { $_.Name -like 'Directory.*' -or $_.Name -in 'global.json', 'nuget.config' })
    $lines = $files | ForEach-Object { $_.FullName.Substring($root.Length) + ' ' + (Get-FileHash $_.FullName -Algorithm SHA256).Hash } | Sort-Object
    $bytes = [Text.Encoding]::UTF8.GetBytes(($lines -join "`n"))
    $sha = [Security.Cryptography.SHA256]::Create()
    try { return ([BitConverter]::ToString($sha.ComputeHash($bytes)) -replace '-', '').Substring(0, 16).ToLowerInvariant() }
    finally { $sha.Dispose() }
}

# The SDK on the path if global.json accepts it, else one in .dotnet, fetched with Microsoft's install script.
function Find-Sdk {
    $found = Get-Command dotnet -ErrorAction SilentlyContinue
    if ($found) {
        Push-Location $root
        try { & $found.Source --version *> $null; if ($LASTEXITCODE -eq 0) { return $found.Source } } finally { Pop-Location }
    }

    $local = Join-Path $root '.dotnet/dotnet.exe'
    if (-not (Test-Path $local)) {
        Say 'No .NET SDK that global.json accepts was found: fetching one into .dotnet'
        New-Item -ItemType Directory -Force -Path (Join-Path $root '.dotnet') | Out-Null
        $script = Join-Path $root '.dotnet/dotnet-install.ps1'
        [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
        (New-Object Net.WebClient).DownloadFile('https://dot.net/v1/dotnet-install.ps1', $script)
        & $script -JSonFile (Join-Path $root 'global.json') -InstallDir (Join-Path $root '.dotnet') -NoPath
    }

    return $local
}

function Invoke-Compile([string] $hash) {
    $sdk = Find-Sdk
    $new = Join-Path $builds ".new-$hash-$PID"
    New-Item -ItemType Directory -Force -Path $builds | Out-Null
    Say 'Compiling the build (once, until its sources change) ...'
    $architecture = if ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64') { 'arm64' } else { 'x64' }
    & $sdk publish (Join-Path $root 'build/_build.csproj') --configuration Release --runtime "win-$architecture" --no-self-contained --nologo `
        --verbosity quiet -p:QuickBuild=true -p:PublishReadyToRun=true -p:UseSharedCompilation=false -nodeReuse:false --output $new |
        ForEach-Object { Say $_ }
    if ($LASTEXITCODE -ne 0) {
        if (Test-Path $new) { Remove-Item -Recurse -Force $new }
        return $false
    }

    [IO.File]::WriteAllText((Join-Path $new 'dotnet-root'), (Split-Path $sdk))
    $target = Join-Path $builds $hash
    if (Test-Path $target) { Remove-Item -Recurse -Force $target }
    Move-Item $new $target
    [IO.File]::WriteAllText((Join-Path $builds 'last-good'), $hash)
    return $true
}

$hash = Get-ContentHash
$lastGood = Join-Path $builds 'last-good'
if (-not (Test-Path (Join-Path $builds "$hash/_build.exe")) -and -not (Invoke-Compile $hash)) {
    if (($BuildArguments -contains 'Rollback') -and (Test-Path $lastGood)) {
        $hash = [IO.File]::ReadAllText($lastGood).Trim()
        Say "The sources do not compile (above). A rollback must work all the same: running the last good build, $hash."
    }
    else {
        Say 'The build does not compile (above): nothing was run.'
        exit 1
    }
}

if (-not $env:DOTNET_ROOT) { $env:DOTNET_ROOT = [IO.File]::ReadAllText((Join-Path $builds "$hash/dotnet-root")).Trim() }
& (Join-Path $builds "$hash/_build.exe") @BuildArguments
exit $LASTEXITCODE
