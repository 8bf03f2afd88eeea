namespace MeanField.Engine.Compile;

/// <summary>What a kernel is told in one call: an array of longs, addresses in bytes.</summary>
internal enum Frame
{
    /// <summary>Table of uniform values.</summary>
    Uniforms,

    /// <summary>Rows of node values.</summary>
    Rows,

    /// <summary>n.</summary>
    NodeCount,

    /// <summary>Rows of the other particles' values.</summary>
    Others,

    /// <summary>N.</summary>
    OtherCount,

    /// <summary>Parameters of the superblock.</summary>
    State,

    /// <summary>First particle of the call, counted within the superblock.</summary>
    First,

    /// <summary>Tiles of the call.</summary>
    Tiles,

    /// <summary>Particles of the superblock without padding.</summary>
    Particles,

    /// <summary>Stored pair values of the superblock.</summary>
    Store,

    /// <summary>Bytes from these to the stored pair values that this worker will want next; 0 where that is not known.</summary>
    NextStore,

    /// <summary>Lane sums per node, [node][component][16].</summary>
    NodeSums,

    /// <summary>Lane sums, [component][16].</summary>
    Sums,

    /// <summary>Vector values of a tile, [component][P*W].</summary>
    Scratch,

    /// <summary>Particle values of a tile that parts of a sweep leave for one another.</summary>
    Carried,

    /// <summary>Pair values with nodes of a tile, the same.</summary>
    CarriedNodes,

    /// <summary>Pair values with other particles of a tile, the same.</summary>
    CarriedOthers,

    /// <summary>Particle outputs of the superblock.</summary>
    Outputs,

    /// <summary>Pair outputs of the chunk.</summary>
    PairOutputs,

    /// <summary>Number of entries.</summary>
    Length,
}
