using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace MeanField.Engine.Compile;

/// <summary>Calls of static methods in kernels. The runtime finds a method slowly, so each is looked up once a process.</summary>
internal static class Methods
{
    private static readonly ConcurrentDictionary<Signature, MethodInfo> Known = new();

    /// <summary>A call of a method that is not generic, chosen by its arguments' types.</summary>
    public static MethodCallExpression Call(Type owner, string name, params Expression[] arguments)
    {
        var signature = new Signature(owner, name, arguments[0].Type, arguments[^1].Type, arguments.Length, IsGeneric: false);
        if (!Known.TryGetValue(signature, out var method))
            Known[signature] = method = owner.GetMethod(name, [.. arguments.Select(argument => argument.Type)])!;
        return Expression.Call(method, arguments);
    }

    /// <summary>A call of a method of one generic parameter.</summary>
    public static MethodCallExpression CallOf(Type owner, string name, Type type, params Expression[] arguments) =>
        Expression.Call(Generic(owner, name, [type], arguments), arguments);

    /// <summary>A call of a method of two generic parameters and one argument.</summary>
    public static MethodCallExpression Convert(Type owner, string name, Type from, Type to, Expression value) =>
        Expression.Call(Generic(owner, name, [from, to], [value]), value);

    private static MethodInfo Generic(Type owner, string name, Type[] types, Expression[] arguments)
    {
        var signature = new Signature(owner, name, types[0], types[^1], arguments.Length, IsGeneric: true);
        if (!Known.TryGetValue(signature, out var method))
            Known[signature] = method = Find(owner, name, types, [.. arguments.Select(argument => argument.Type)]);
        return method;
    }

    /// <summary>Overloads that are not generic are left out first: the runtime would load the types of all their parameters.</summary>
    private static MethodInfo Find(Type owner, string name, Type[] types, Type[] arguments) =>
        owner
            .GetMember(name, MemberTypes.Method, BindingFlags.Public | BindingFlags.Static)
            .Cast<MethodInfo>()
            .Where(method => method.IsGenericMethod && method.GetGenericArguments().Length == types.Length)
            .Select(method => method.MakeGenericMethod(types))
            .Single(method => method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(arguments));

    private sealed record Signature(Type Owner, string Name, Type First, Type Last, int Arity, bool IsGeneric);
}
