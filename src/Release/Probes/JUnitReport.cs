using System.Xml;

namespace Release.Probes;

/// <summary>What a JUnit report says: how many cases, and which failed.</summary>
/// <param name="Cases">All cases.</param>
/// <param name="Skipped">Those that did not run.</param>
/// <param name="Failed">Those that failed or broke: class, name and the message.</param>
internal sealed record JUnitReport(int Cases, int Skipped, IReadOnlyList<string> Failed)
{
    private const int MostCases = 1_000_000;
    private const int Deepest = 64;

    // A document type can name files and addresses to fetch, and a few of its lines can stand for gigabytes.
    private static readonly XmlReaderSettings Safe = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = 64 * 1024 * 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    public static JUnitReport ReadFile(string path)
    {
        using var file = new StreamReader(path);
        return Read(file);
    }

    /// <exception cref="XmlException">It is no JUnit report.</exception>
    public static JUnitReport Read(TextReader text)
    {
        var (cases, skipped, failed) = (0, 0, new List<string>());
        string? current = null;
        var (isSkipped, isFailed, sawSuite) = (false, false, false);
        using var xml = XmlReader.Create(text, Safe);
        while (xml.Read())
        {
            if (xml.Depth > Deepest)
            {
                throw new XmlException($"it is nested deeper than {Deepest} levels");
            }

            var isCase = xml.LocalName == "testcase";
            if (xml.NodeType is XmlNodeType.Element && isCase)
            {
                (current, isSkipped, isFailed) = (Name(xml), false, false);
                if (++cases > MostCases)
                {
                    throw new XmlException($"it has more than {MostCases} cases");
                }
            }
            else if (xml.NodeType is XmlNodeType.Element && current is not null && xml.LocalName is "failure" or "error" && !isFailed)
            {
                (isFailed, isSkipped) = (true, false);
                failed.Add(xml.GetAttribute("message") is { Length: > 0 } message ? $"{current}: {Short(message)}" : current!);
            }
            else if (xml.NodeType is XmlNodeType.Element && current is not null && xml.LocalName is "skipped" && !isFailed)
            {
                isSkipped = true;
            }

            sawSuite |= xml.NodeType is XmlNodeType.Element && xml.LocalName is "testsuite" or "testsuites";
            if (isCase && (xml.NodeType is XmlNodeType.EndElement || xml.IsEmptyElement))
            {
                skipped += isSkipped ? 1 : 0;
                current = null;
            }
        }

        return sawSuite ? new(cases, skipped, failed) : throw new XmlException("it has no test suite");
    }

    private static string Name(XmlReader xml)
    {
        var (owner, name) = (xml.GetAttribute("classname"), xml.GetAttribute("name"));
        return Short(string.Join('.', new[] { owner, name }.Where(part => !string.IsNullOrEmpty(part)))) is { Length: > 0 } full ? full : "a case without a name";
    }

    private static string Short(string text) => text.Length <= 160 ? text : text[..160] + "…";
}
