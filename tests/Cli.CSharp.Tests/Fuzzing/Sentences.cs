using System.Globalization;
using System.Text;

namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>Formulas and problem files by a grammar: most of them read, which random bytes hardly ever do.</summary>
internal static class Sentences
{
    private static readonly string[] Functions =
    [
        "exp",
        "ln",
        "log10",
        "sqrt",
        "abs",
        "sin",
        "cos",
        "tan",
        "asin",
        "atan",
        "sinh",
        "tanh",
        "sech",
        "erf",
        "erfc",
        "relu",
        "softplus",
        "sigmoid",
        "gelu",
        "silu",
        "sign",
        "heaviside",
    ];

    private static readonly string[] Names =
    [
        "a",
        "b",
        "c",
        "x",
        "pi",
        "e",
        "beta",
        "tau",
        "1",
        "2",
        "0",
        "1/3",
        "0.5",
        "1e-300",
        "1e300",
        "y",
        "yhat",
    ];

    private static readonly string[] Laws =
    [
        "law = \"uniform\"\nlow = -1\nhigh = 1",
        "law = \"normal\"\nmean = 0\nscale = [1, 2]",
        "law = \"sphere\"\nradius = 2",
        "law = \"signs\"\nnodes = 4",
        "law = \"atoms\"\npoints = [[0, 1], [1, 0], [-1, 0.5]]",
        "law = \"data\"\nfile = \"d.csv\"\ninputs = \"*\"",
    ];

    private static readonly string[] Runs =
    [
        "dynamics = \"greedy\"",
        "dynamics = \"sgd\"\nbatch = 3",
        "dynamics = \"langevin\"\nscheme = \"exponential\"\nhorizon = 3",
        "dynamics = \"foellmer\"",
        "precision = \"single\"",
        "start = \"w.npy\"",
        "start = \"prior\"\nscheme = \"heun\"",
    ];

    /// <summary>A formula whose operators are nested at most that deep.</summary>
    public static string Formula(Random random, int depth)
    {
        if (depth == 0)
            return Names[random.Next(Names.Length)];
        string Part() => Formula(random, random.Next(depth));
        return random.Next(12) switch
        {
            0 => $"{Part()} + {Part()}",
            1 => $"({Part()} - {Part()})",
            2 or 3 => $"({Part()})*({Part()})",
            4 => $"({Part()})/({Part()})",
            5 => $"({Part()})^{random.Next(-3, 6).ToString(CultureInfo.InvariantCulture)}",
            6 => $"({Part()})^({Part()})",
            7 => $"-{Part()}",
            8 => $"if({Part()} < {Part()}, {Part()}, {Part()})",
            9 => $"max({Part()}, {Part()})",
            _ => $"{Functions[random.Next(Functions.Length)]}({Part()})",
        };
    }

    /// <summary>A problem file.</summary>
    public static string Problem(Random random)
    {
        var vectors = random.Next(2) == 0;
        var text = new StringBuilder();
        if (random.Next(4) == 0)
            text.Append(CultureInfo.InvariantCulture, $"[functions]\n\"g(z)\" = \"{Formula(random, 2).Replace("x", "z")}\"\n");
        if (random.Next(4) == 0)
            text.Append("[constants]\nk = 2\nv = [1, 2]\n");
        var neuron =
            $"a*tanh({(vectors ? "dot(b, x)" : "b*x")} + c) + {Formula(random, random.Next(3)).Replace("b", "c").Replace("x", "a")}";
        text.Append(
            CultureInfo.InvariantCulture,
            $"[neuron]\nactivation = \"{neuron}\"\nparameters = [\"a\", \"b{(vectors ? "[p]" : "")}\", \"c\"]\n"
        );
        text.Append(CultureInfo.InvariantCulture, $"[input]\ndimension = {(vectors ? 2 : 1)}\n{Laws[random.Next(Laws.Length)]}\n");
        text.Append("[target]\nexpression = \"" + (vectors ? "norm2(x)" : "sin(x)") + "\"\n");
        text.Append(CultureInfo.InvariantCulture, $"[energy]\nbeta = {random.Next(1, 100)}\ntau = {random.Next(1, 9)}\n");
        if (random.Next(4) == 0)
            text.Append(random.Next(2) == 0 ? "loss = \"logistic\"\n" : "loss = \"cosh(y - yhat) - 1\"\n");
        if (random.Next(4) == 0)
            text.Append(
                "objective = \"E[x~pi](loss(f(x), E[w~mu](sigma(x, w)))) + E[w~mu, v~mu](exp(-norm2(w - v))) + KL(mu, gamma)/beta\"\n"
            );
        return text.Append(CultureInfo.InvariantCulture, $"[run]\n{Runs[random.Next(Runs.Length)]}\n").ToString();
    }
}
