using Release.Output;
using Release.Tests.Runs;

namespace Release.Tests.Terminal;

/// <summary>Every wait says what it waits for, how long already, and how long at most.</summary>
public class SayingThatAWaitIsLong
{
    private readonly FakeTime _time = new();
    private readonly Lines _screen = new();

    [Fact]
    public void A_short_one_says_nothing()
    {
        Wait(TimeSpan.FromSeconds(4)).ShouldBe(4);
        _screen.Said.ShouldBeEmpty();
    }

    [Fact]
    public void A_long_one_says_it_and_then_every_ten_seconds()
    {
        Wait(TimeSpan.FromSeconds(20)).ShouldBe(20);
        _screen.Said.ShouldBe(["  push-tag: 5s of at most 1m00s", "  push-tag: 15s of at most 1m00s"]);
    }

    [Fact]
    public void What_goes_wrong_comes_through()
    {
        var error = Should.Throw<InvalidDataException>(() => _time.Run(() => Fail().Told(_screen, _time, "push-tag")));
        error.Message.ShouldBe("no");

        async Task<int> Fail()
        {
            await Task.Delay(TimeSpan.FromSeconds(6), _time);
            throw new InvalidDataException("no");
        }
    }

    private double Wait(TimeSpan length) => _time.Run(async () =>
    {
        var begin = _time.GetUtcNow();
        await Task.Delay(length, _time).Told(_screen, _time, "push-tag", TimeSpan.FromMinutes(1));
        return (_time.GetUtcNow() - begin).TotalSeconds;
    });

    private sealed class Lines : IScreen
    {
        public List<string> Said { get; } = [];

        public void Line(string text) => Said.Add(text);

        public void Warn(string text) => Said.Add(text);
    }
}
