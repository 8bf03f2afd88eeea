namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>What texts are made of.</summary>
internal static class Words
{
    /// <summary>Of formulas.</summary>
    public static readonly string[] OfFormulas =
    [
        .. (
            "exp ln log log10 lg sqrt abs sin cos tan asin acos atan sinh cosh tanh coth sech csch erf erfc relu softplus sigmoid gelu silu sign "
            + "heaviside min max pow dot norm2 sum if pi e beta tau gamma mu sigma f fhat loss alpha Z t x y yhat E KL a b c w v w.a w.b w.b[1] "
            + "+ - * / ^ ( ) [ ] , ~ | < > = <= .. . E[w~mu]( E[x~pi]( E[w~mu,v~mu]( KL(mu,gamma) KL(gamma,mu) sigma(x,w) loss(f(x),fhat(x)) "
            + "b[1] b[1..2] x[2..1] b[999999999] 1e400 1e-400 1/3 0^0 (-1)^0.5 1/0 sin^2( |x| π · × − ≤ ++-- 1..2 .5 5. g(z) hadamard outer"
        ).Split(' '),
    ];

    /// <summary>Of problem and sweep files.</summary>
    public static readonly string[] OfProblems =
    [
        .. (
            "title [functions] [constants] [neuron] [input] [target] [energy] [solve] [run] [test] [bridge] [grid] activation parameters dimension law "
            + "low high mean scale radius points weights file inputs standardize rule nodes seed expression column values beta tau loss objective convex "
            + "method tolerance dynamics particles steps horizon precision scheme start batch replicas record snapshots fraction from to problem command "
            + "\"uniform\" \"normal\" \"sphere\" \"signs\" \"atoms\" \"data\" \"gauss-legendre\" \"gauss-hermite\" \"sobol\" \"random\" \"exact\" \"squared\" "
            + "\"logistic\" \"declared\" \"auto\" \"quadrature\" \"greedy\" \"sgd\" \"langevin\" \"foellmer\" \"double\" \"single\" \"mixed\" \"euler\" \"heun\" "
            + "\"exponential\" \"zero\" \"prior\" \"full\" \"*\" true false [] {} [[ ]] = , ' ''' \" \"\"\" # \\u0000 \\ \\U0010ffff 1979-05-27 0x10 0b1 inf nan "
            + "\"../../../etc/passwd\" \"/dev/null\" \"w.npy\" \"d.csv\" \"v.csv\" \"normal(0,1)\" \"mixture(0.5normal(0,1),0.5normal(1,[1,2]))\" \"gibbs\" "
            + "\"atoms(d.csv)\" \"data(d.csv,bmi)\" a.b.c energy.beta \"b[p]\" \"b[3]\" \"b[9999999]\""
        ).Split(' '),
        "\n",
        "\r\n",
    ];

    /// <summary>Of JSON objects.</summary>
    public static readonly string[] OfJson =
    [
        .. (
            "null true false {} [] [[]] {\"a\":1} \"\" \"x\" 1 -1 1e400 1e-400 0.1 , : { } [ ] \" \\u0000 \\ \\ud800 schemaVersion options status started programHash "
            + "inputHash columns inputStandardization results versions machine process noiseLevel threads set kl excess title seed means scales workbench "
            + "formatVersion step seconds secondsOfSteps sweep command grid problem files cell settings exitCode message final result regime risk "
            + "freeEnergyLower \"completed\" \"running\" \"cancelled\""
        ).Split(' '),
    ];

    /// <summary>Of tables in CSV.</summary>
    public static readonly string[] OfTables =
    [
        ",",
        "\"",
        "\"\"",
        "\n",
        "\r\n",
        "\r",
        ";",
        "\t",
        " ",
        "bmi",
        "bp",
        "x",
        "#",
        "1,2,3\n",
        "\0",
        "１",
        "1,5",
        "1 000",
    ];

    /// <summary>Of grids and ranges.</summary>
    public static readonly string[] OfGrids =
    [
        "x1=",
        "x2=",
        "a=",
        "b=",
        "t=",
        ":",
        ",",
        "log",
        "1:100:20log",
        "-1:1:21",
        "0:0:1",
        "1000000",
        "=",
        " ",
    ];
}
