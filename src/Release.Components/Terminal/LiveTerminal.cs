using Release.Output;
using Release.Views;

namespace Release.Components.Terminal;

/// <summary>
/// The live view on a terminal: keeps the newest picture of the run and the passing line, and redraws when one of them, the
/// second or the terminal's size changed, at most eight times a second. Everything else that is written goes above it.
/// </summary>
internal sealed class LiveTerminal : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(125);

    private readonly OutputPump _output;
    private readonly Func<(int Width, int Height)> _size;
    private readonly TimeProvider _clock;
    private readonly LiveRegion _region = new();
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private Func<string, string> _shown = TerminalText.Line;
    private RunPicture? _picture;
    private Passing? _passing;
    private (long Second, int Width, int Height) _drawnAt;
    private bool _isStale;
    private bool _isPaused;
    private bool _isClosed;

    /// <param name="output">The terminal.</param>
    /// <param name="size">Asks for the terminal's size; zero where nobody knows.</param>
    /// <param name="clock">The clock of the redraws and of all times shown.</param>
    public LiveTerminal(OutputPump output, Func<(int Width, int Height)> size, TimeProvider clock)
    {
        (_output, _size, _clock) = (output, size, clock);
        _timer = clock.CreateTimer(_ => Tick(), null, Beat, Beat);
    }

    /// <summary>Text is filtered and masked with this before it is drawn.</summary>
    public void ShowWith(Func<string, string> shown)
    {
        lock (_lock)
        {
            _shown = shown;
        }
    }

    /// <summary>Text that stays: it goes above the region at once.</summary>
    public void Write(string text)
    {
        lock (_lock)
        {
            _output.Post(_region.Above(text, _drawnAt.Width));
        }
    }

    /// <summary>How far a wait is, until something else happens.</summary>
    public void Say(string text)
    {
        lock (_lock)
        {
            var since = _passing is { } before && Head(before.Text) == Head(text) ? before.Since : _clock.GetUtcNow();
            (_passing, _isStale) = (new Passing(text.Trim(), since), true);
        }
    }

    /// <summary>The wait that was told of is over.</summary>
    public void Unsay()
    {
        lock (_lock)
        {
            (_isStale, _passing) = (_isStale || _passing is not null, null);
        }
    }

    /// <summary>The run as it is now.</summary>
    public void Show(Func<RunPicture> draw)
    {
        RunPicture? picture = null;
        try
        {
            picture = draw();
        }
#pragma warning disable CA1031 // Told may fail (invariant 12): a picture that cannot be drawn is not shown, and the run goes on.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The last one stays.
        }

        lock (_lock)
        {
            if (picture is null)
            {
                return;
            }

            if (_picture is null || Doing(picture) != Doing(_picture))
            {
                _passing = null;
            }

            (_picture, _isStale) = (picture.IsOver ? null : picture, true);
        }
    }

    /// <summary>Takes the view away while somebody else has the terminal (a stopped process), until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        lock (_lock)
        {
            _isPaused = true;
            _output.Post(_region.Close(_drawnAt.Width));
        }
    }

    /// <summary>Draws again.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            (_isPaused, _isStale) = (false, true);
        }
    }

    /// <summary>Takes the view away for good and gives the cursor back. What is written afterwards is written as it is.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                _output.Post(_region.Close(_drawnAt.Width) + LiveRegion.NormalKeypad);
            }
        }
    }

    private static string Doing(RunPicture picture) =>
        string.Join(' ', picture.Phases.SelectMany(p => p.Steps.Select(s => $"{s.Id}{s.Status}").Prepend(p.Name + p.Status)).Prepend(picture.Run));

    private static string Head(string text) => text.Trim().Split(',', 2)[0];

    private void Tick()
    {
        // .NET answers this under the lock of Console.Out, which whoever writes holds when it comes here and waits for ours.
        var (width, height) = _size();
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            var at = (now.ToUnixTimeSeconds(), width, height);

            // A terminal that takes nothing now (Ctrl-S) gets the newest frame later, not all of them.
            if (_isClosed || _isPaused || !(_isStale || at != _drawnAt) || !_output.IsIdle)
            {
                return;
            }

            (_isStale, _drawnAt) = (false, at);
            _output.Post(_region.Draw(Lines(now), width));
        }
    }

    private IReadOnlyList<LiveLine> Lines(DateTimeOffset now)
    {
        try
        {
            return LiveView.Draw(_picture, _passing, now, _drawnAt.Width, _drawnAt.Height, _shown);
        }
#pragma warning disable CA1031 // Told may fail: on a timer's thread whatever is thrown would end the process, and the release with it.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }
}
