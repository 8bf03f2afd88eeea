namespace MeanField.Engine.InputLaws;

/// <summary>The random or quasi-random numbers of one sample, as many as it takes: independent of one another for a law that maps them.</summary>
internal interface INumbers
{
    /// <summary>Moves to the sample of that number, from 0.</summary>
    void MoveTo(uint sample);

    /// <summary>Numbers uniform on (0, 1), ends excluded.</summary>
    void Uniforms(Span<double> numbers);

    /// <summary>Standard normals. They are functions of the same random words as the uniforms: a law takes one kind or the other.</summary>
    void Normals(Span<double> numbers);
}
