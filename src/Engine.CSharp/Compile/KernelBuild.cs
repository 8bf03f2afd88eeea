namespace MeanField.Engine.Compile;

/// <summary>What building a kernel took: the name under which the JIT knows it, its statements, and the time from formulas to machine code.</summary>
/// <param name="Name">Unique within a program.</param>
/// <param name="Statements">Operations on registers and their addresses; what the JIT's work grows with.</param>
/// <param name="Milliseconds">Processor time of writing the tree and of the JIT (ThreadClock); for the first kernel of a process also that of loading both.</param>
public sealed record KernelBuild(string Name, int Statements, double Milliseconds);
