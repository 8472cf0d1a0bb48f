using System.Globalization;
using Release.Configuration;

namespace Release.Tests.Configuration;

public sealed class ValuesWithUnits
{
    [Theory]
    [InlineData("300ms", 0.3, "300ms")]
    [InlineData("1.5s", 1.5, "1.5s")]
    [InlineData("30s", 30, "30s")]
    [InlineData("60s", 60, "1m")]
    [InlineData("90s", 90, "90s")]
    [InlineData("10m", 600, "10m")]
    [InlineData("2h", 7200, "2h")]
    [InlineData("1d", 86400, "1d")]
    [InlineData("0s", 0, "0s")]
    public void Durations_are_read_and_written(string text, double seconds, string written)
    {
        ValueText.TryDuration(text, out var duration).ShouldBeTrue();
        duration.ShouldBe(TimeSpan.FromSeconds(seconds));
        ValueText.Of(duration).ShouldBe(written);
    }

    [Theory]
    [InlineData("1%", "1")]
    [InlineData("0.05%", "0.05")]
    [InlineData("100%", "100")]
    public void Percentages_are_read(string text, string value)
    {
        ValueText.TryPercent(text, out var percent).ShouldBeTrue();
        percent.Value.ShouldBe(decimal.Parse(value, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("101%")]
    [InlineData("-1%")]
    [InlineData("1 %")]
    [InlineData("1")]
    [InlineData("1%\n")]
    public void What_is_no_percentage_is_refused(string text) => ValueText.TryPercent(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("12B", 12)]
    [InlineData("5kB", 5_000)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("1.5GB", 1_500_000_000)]
    [InlineData("2TB", 2_000_000_000_000)]
    [InlineData("1KiB", 1024)]
    [InlineData("1MiB", 1048576)]
    [InlineData("3GiB", 3221225472)]
    public void Sizes_are_read(string text, long bytes)
    {
        ValueText.TrySize(text, out var size).ShouldBeTrue();
        size.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("500")]
    [InlineData("MB")]
    [InlineData("-5MB")]
    [InlineData("999999999999999TB")]
    public void What_is_no_size_is_refused(string text) => ValueText.TrySize(text, out _).ShouldBeFalse();
}
