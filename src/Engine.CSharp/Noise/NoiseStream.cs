namespace MeanField.Engine.Noise;

/// <summary>What random numbers are for: draws of different streams never share a counter.</summary>
public enum NoiseStream
{
    /// <summary>Initial parameters.</summary>
    Start,

    /// <summary>Brownian increments.</summary>
    Path,

    /// <summary>Samples of the input law during a run.</summary>
    Batch,

    /// <summary>Random quadrature rules.</summary>
    Rule,

    /// <summary>Fresh inputs of the law, on which a net is judged.</summary>
    Fresh,

    /// <summary>Which rows of a data file are held out.</summary>
    HeldOut,

    /// <summary>Draws of the prior, against which laws are compared.</summary>
    Prior,

    /// <summary>Brownian bridges.</summary>
    Bridge,

    /// <summary>Particles of a sampler of Gibbs laws, and their resampling.</summary>
    Sampler,

    /// <summary>Proposed moves of a sampler and whether they are accepted.</summary>
    Move,

    /// <summary>Neurons of the minimiser that are drawn for a user.</summary>
    Neuron,

    /// <summary>Random times within steps.</summary>
    Time,
}
