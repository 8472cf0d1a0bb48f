namespace Release.Gates.Kayenta;

/// <summary>
/// Brent's search for a zero (R. P. Brent, Algorithms for Minimization without Derivatives, 1973, chapter 4) with the
/// stopping rule of R's uniroot. Intervals of very small values come out as Kayenta's only with this rule, the same
/// tolerance and the same bracket, since it may stop before it has moved.
/// </summary>
internal static class RootSearch
{
    private const int MostSteps = 1000;

    /// <summary>Searches between two points at which the function has different signs.</summary>
    /// <param name="function">The function; it may jump.</param>
    /// <param name="low">One end.</param>
    /// <param name="high">The other end.</param>
    /// <param name="tolerance">How far the zero may be off.</param>
    public static double Find(Func<double, double> function, double low, double high, double tolerance)
    {
        // best has the smallest value so far, other lies on the other side of the zero, before is where best was.
        var (before, best, other) = (Evaluate(function, low), Evaluate(function, high), Evaluate(function, low));
        for (var i = 0; i < MostSteps; i++)
        {
            var lastStep = best.At - before.At;
            if (Math.Abs(other.Value) < Math.Abs(best.Value))
            {
                (before, best, other) = (best, other, best);
            }

            var least = (2 * double.BitIncrement(1) - 2) * Math.Abs(best.At) + (tolerance / 2);
            var half = (other.At - best.At) / 2;
            if (Math.Abs(half) <= least || best.Value == 0)
            {
                return best.At;
            }

            var step = Math.Abs(lastStep) >= least && Math.Abs(before.Value) > Math.Abs(best.Value)
                ? Interpolate(before, best, other, lastStep, least) ?? half
                : half;
            before = best;
            best = Evaluate(function, best.At + (Math.Abs(step) < least ? (step > 0 ? least : -least) : step));
            if (Math.Sign(best.Value) == Math.Sign(other.Value) && best.Value != 0)
            {
                other = before;
            }
        }

        return best.At;
    }

    // A step by the secant, or by the inverse parabola through three points; null when it would leave the bracket or
    // shrink too slowly.
    private static double? Interpolate(Point before, Point best, Point other, double lastStep, double least)
    {
        double p, q;
        var width = other.At - best.At;
        var (toBefore, toOther) = (best.Value / before.Value, best.Value / other.Value);
        if (before.At == other.At)
        {
            p = width * toBefore;
            q = 1 - toBefore;
        }
        else
        {
            var between = before.Value / other.Value;
            p = toBefore * ((width * between * (between - toOther)) - ((best.At - before.At) * (toOther - 1)));
            q = (between - 1) * (toOther - 1) * (toBefore - 1);
        }

        if (p > 0)
        {
            q = -q;
        }

        p = Math.Abs(p);
        return p < (0.75 * width * q) - (Math.Abs(least * q) / 2) && p < Math.Abs(lastStep * q / 2) ? p / q : null;
    }

    private static Point Evaluate(Func<double, double> function, double at) => new(at, function(at));

    private readonly record struct Point(double At, double Value);
}
