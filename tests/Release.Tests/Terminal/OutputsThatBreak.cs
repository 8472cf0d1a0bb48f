using System.Text;
using Release.Components.Terminal;

namespace Release.Tests.Terminal;

/// <summary>Told may fail (invariant 12): whatever becomes of an output, who writes to it goes on at once.</summary>
public sealed class OutputsThatBreak
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(60);

    [Fact]
    public void What_is_posted_comes_out_in_order()
    {
        using var stream = new MemoryStream();
        using var pump = new OutputPump(stream, Encoding.UTF8);
        for (var i = 0; i < 1000; i++)
        {
            pump.Post($"{i}\n");
        }

        pump.Drain(Moment).ShouldBeTrue();
        Encoding.UTF8.GetString(stream.ToArray()).ShouldBe(string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i}\n")));
    }

    [Fact]
    public void After_an_output_broke_nothing_is_written_and_nobody_waits()
    {
        using var stream = new BrokenStream();
        using var pump = new OutputPump(stream, Encoding.UTF8);
        pump.Post("one");
        pump.Drain(Moment).ShouldBeTrue();
        pump.Post("two");
        pump.Drain(Moment).ShouldBeTrue();
        pump.IsIdle.ShouldBeTrue();
        stream.Writes.ShouldBe(1);
    }

    [Fact]
    public void A_reader_that_does_not_read_delays_nobody_and_is_told_what_it_missed()
    {
        using var stream = new BlockedStream();
        using var pump = new OutputPump(stream, Encoding.UTF8);
        var line = new string('x', 999) + "\n";
        pump.Post("first\n");
        stream.IsReached.Wait(Moment).ShouldBeTrue();
        for (var i = 0; i < 5000; i++)
        {
            pump.Post(line);
        }

        pump.IsIdle.ShouldBeFalse();
        pump.Drain(TimeSpan.FromMilliseconds(1)).ShouldBeFalse();
        stream.Open.Set();
        pump.Drain(Moment).ShouldBeTrue();
        stream.Text.ShouldEndWith("(1000 lines were not shown: nobody read them in time)\n");
        stream.Text.Length.ShouldBeLessThan(4_100_000);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public int Writes { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes++;
            throw new IOException("Broken pipe");
        }
    }

    private sealed class BlockedStream : MemoryStream
    {
        public ManualResetEventSlim Open { get; } = new();

        public ManualResetEventSlim IsReached { get; } = new();

        public string Text => Encoding.UTF8.GetString(ToArray());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            IsReached.Set();
            Open.Wait(Moment).ShouldBeTrue();
            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            Open.Dispose();
            IsReached.Dispose();
        }
    }
}
