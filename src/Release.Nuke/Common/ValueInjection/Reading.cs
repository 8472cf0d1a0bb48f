using System.Linq.Expressions;
using System.Reflection;

namespace Nuke.Common.ValueInjection;

/// <summary>Reads members and small expressions by walking them: compiling one costs more than the whole start-up should.</summary>
internal static class Reading
{
    private const BindingFlags Anywhere
        = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    public static MemberInfo MemberOf(LambdaExpression expression)
        => Unwrapped(expression.Body) is MemberExpression { Member: var member }
            ? member
            : throw new BuildFailure($"'{expression.Body}' must name a member, as in x => x.Member.");

    public static Expression Unwrapped(Expression expression)
        => expression is UnaryExpression { NodeType: ExpressionType.Convert, Operand: var operand } ? Unwrapped(operand) : expression;

    public static object? Evaluate(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        UnaryExpression { NodeType: ExpressionType.Convert } => Evaluate(Unwrapped(expression)),
        MemberExpression member => Value(member.Member, member.Expression is null ? null : Evaluate(member.Expression)),
        _ => Expression.Lambda(expression).Compile(preferInterpretation: true).DynamicInvoke(),
    };

    public static object? Value(MemberInfo member, object? instance)
    {
        try
        {
            return member is FieldInfo field ? field.GetValue(instance) : ((PropertyInfo)member).GetValue(instance);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException);
            throw;
        }
    }

    public static MemberInfo? Named(Type? type, string name)
    {
        for (; type is not null; type = type.BaseType)
        {
            var member = (MemberInfo?)type.GetProperty(name, Anywhere) ?? type.GetField(name, Anywhere);
            if (member is not null)
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>Runs this very getter, also where a derived class has another: what <c>base.X</c> does in C#.</summary>
    public static T NonVirtual<T>(PropertyInfo property, object instance)
    {
        var getter = property.GetMethod!.MethodHandle.GetFunctionPointer();
        return ((Func<T>)Activator.CreateInstance(typeof(Func<T>), instance, getter)!)();
    }
}
