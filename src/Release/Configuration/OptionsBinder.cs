using System.Collections;
using Newtonsoft.Json.Linq;

namespace Release.Configuration;

/// <summary>
/// Makes options records of JSON. It goes on after an error: what it returns then is incomplete and only good for
/// finding further errors.
/// </summary>
/// <param name="types">What drivers there are.</param>
/// <param name="errors">Where errors go.</param>
/// <param name="isRecorded">
/// Whether a run recorded it: then only what keeps it from being read is an error. It was right for the version that
/// opened the run, and a rule that came later must not stand in the way of undoing it.
/// </param>
internal sealed class OptionsBinder(OptionTypes types, ConfigurationErrors errors, bool isRecorded = false)
{
    private const string TypeName = "type";
    private readonly ConfiguredText _texts = new(types, errors, isRecorded);
    private readonly ScalarReader _scalars = new(types, errors, isRecorded);

    /// <summary>Gets the references to secrets that were read.</summary>
    public IReadOnlyList<SecretReference> Secrets => _scalars.Secrets;

    /// <summary>Gets the members that name a file or folder of the repository, with what they name.</summary>
    public List<(JToken At, string Path)> InRepository { get; } = [];

    /// <summary>A record of the expected type or one registered for it; null when the token is no object or of no known type.</summary>
    public object? Record(Type expected, JToken token)
    {
        if (token is not JObject json)
        {
            errors.Add(token, $"expected an object, found {JsonText.Found(token)}");
            return null;
        }

        return RecordType(expected, json) is { } type ? Members(Activator.CreateInstance(type)!, json) : null;
    }

    /// <summary>Which record: the registered one where the expected has a <c>type</c>.</summary>
    private Type? RecordType(Type expected, JObject json)
    {
        var discriminator = OptionMember.Of(expected).FirstOrDefault(member => member.Name == TypeName && member.Type == typeof(string));
        if (discriminator is null)
        {
            return expected;
        }

        var known = types.Of(expected);
        if (!json.TryGetValue(TypeName, StringComparison.Ordinal, out var token))
        {
            if (!discriminator.IsRequired)
            {
                return expected;
            }

            errors.Add(json, TypeName, $"missing: add \"type\". {Nearest.Hint("", [.. known.Keys])}");
        }
        else if (token.Type != JTokenType.String)
        {
            errors.Add(token, $"expected text, found {JsonText.Found(token)}. {Nearest.Hint("", [.. known.Keys])}");
        }
        else if (known.TryGetValue((string)token!, out var type))
        {
            return type;
        }
        else
        {
            errors.Add(token, $"unknown type {JsonText.Found(token)}. {Nearest.Hint((string)token!, [.. known.Keys])}");
        }

        return null;
    }

    private object Members(object record, JObject json)
    {
        var members = OptionMember.Of(record.GetType()).ToDictionary(member => member.Name, StringComparer.Ordinal);
        foreach (var property in json.Properties())
        {
            if (members.TryGetValue(property.Name, out var member))
            {
                if (Value(member.Type, property.Value, member) is { } value)
                {
                    member.Set(record, value);
                    if (member.IsInRepository && value is string path)
                    {
                        InRepository.Add((property.Value, path));
                    }
                }
                else if (property.Value.Type == JTokenType.Null)
                {
                    Clear(record, member, property.Value);
                }
            }
            else if (!isRecorded && (property is not { Name: "$schema", Value.Type: JTokenType.String } || json.Parent is not null))
            {
                errors.Add(property, $"unknown key. {Nearest.Hint(property.Name, members.Keys)}");
                if (Nearest.To(property.Name, members.Keys) is { } meant && !json.ContainsKey(meant))
                {
                    errors.Doubt(json, meant);
                }
            }
        }

        foreach (var member in members.Values.Where(member => member.IsRequired && !json.ContainsKey(member.Name) && !errors.Has(json, member.Name)))
        {
            errors.Add(json, member.Name, $"missing: expected {Expected(member)}");
        }

        Check(record, json);
        return record;
    }

    private void Check(object record, JObject json)
    {
        foreach (var problem in isRecorded ? [] : EnvironmentRules.Problems(record))
        {
            if (!problem.Involved.Prepend(problem.Member).Any(member => errors.Has(json, member)))
            {
                var isDefault = problem.Message.Contains(", found ", StringComparison.Ordinal) && json.SelectToken(problem.Member) is null;
                errors.Add(json, problem.Member, isDefault ? $"{problem.Message}, the default" : problem.Message);
            }
        }
    }

    private void Clear(object record, OptionMember member, JToken token)
    {
        if (member.IsNullable)
        {
            member.Set(record, null);
        }
        else
        {
            errors.Add(token, $"expected {Expected(member)}, found null");
        }
    }

    private static string Expected(OptionMember member)
        => ElementOf(member.Type) is not null ? "a list"
            : ValueOf(member.Type) is not null ? "an object"
            : ScalarReader.Reads(member.Type) ? ScalarReader.Expected(member.Type, member) : "an object";

    /// <summary>The value, or null after an error, or for a null that <see cref="Clear"/> judges.</summary>
    private object? Value(Type declared, JToken token, OptionMember member)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(JToken))
        {
            _texts.RefuseReferences(token);
            return token.DeepClone();
        }

        if (token.Type == JTokenType.Null || errors.Has(token))
        {
            return null;
        }

        return ElementOf(type) is { } element ? List(element, token, member)
            : ValueOf(type) is { } value ? Map(value, token, member)
            : ScalarReader.Reads(type) ? _scalars.Read(type, token, member)
            : Record(type, token);
    }

    private IList? List(Type element, JToken token, OptionMember member)
    {
        var tokens = token is JArray array ? [.. array] : member.IsOneOrMany ? [token] : (IReadOnlyList<JToken>?)null;
        if (tokens is null)
        {
            errors.Add(token, $"expected a list, found {JsonText.Found(token)}");
            return null;
        }

        if (tokens.Count < member.FewestElements)
        {
            errors.Add(token, $"expected at least {member.FewestElements} element, found {tokens.Count}: add one");
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        foreach (var item in tokens)
        {
            // A wrong element keeps its place, so that the paths of later errors are right.
            list.Add(Element(element, item, member) ?? (element.IsValueType ? Activator.CreateInstance(element) : null));
        }

        return list;
    }

    private IDictionary? Map(Type value, JToken token, OptionMember member)
    {
        if (token is not JObject json)
        {
            errors.Add(token, $"expected an object, found {JsonText.Found(token)}");
            return null;
        }

        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;
        foreach (var property in json.Properties())
        {
            foreach (var problem in PlaceholderText.Problems(property.Name, allowed: false, types.PlaceholderNames))
            {
                errors.Add(property, problem);
            }

            map[property.Name] = Element(value, property.Value, member);
        }

        return map;
    }

    private object? Element(Type type, JToken token, OptionMember member)
    {
        var value = Value(type, token, member);
        if (value is null && token.Type == JTokenType.Null)
        {
            errors.Add(token, $"expected {(ScalarReader.Reads(type) ? ScalarReader.Expected(type, member) : "an object")}, found null");
        }

        return value;
    }

    private static Type? ElementOf(Type type)
        => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static Type? ValueOf(Type type)
        => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;
}
