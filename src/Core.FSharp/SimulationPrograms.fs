namespace MeanField.Core

open System
open System.Collections.Generic

/// What the engine runs to simulate a dynamics.
type SimulationPrograms =
    {
        /// One evaluation of a step. Particle outputs: "drift.BLOCK" in the order of the blocks. Uniform outputs: "driftSquare"
        /// (the mean of |drift|^2 over particles), "potential" (T(mu)), "inverseTemperature" (1/c for T + c*KL, where there is a KL)
        /// and, where the problem has a neuron and a target,
        /// "loss", "risk", "accuracy". Node output then: "fhat".
        Step: KernelProgram
        /// Evaluated in place of `Step` on recorded rows, as the outputs of neurons are there already: those of `Step` and the uniform output
        /// "outputVariance" = (1/N) SUM ||sigma_i||^2 - ||fhat||^2.
        /// None where the problem has no neuron, no target or another loss than the squared one.
        Metrics: KernelProgram option
        /// One evaluation of a step on fresh samples in place of the nodes: the outputs "drift.BLOCK" and "driftSquare" of `Step`.
        /// None where every step averages over all nodes.
        Batch: KernelProgram option
        /// Uniform outputs "loss" and "risk": the variances over neurons of their first variations, whose share 1/N is the square
        /// of the naive standard error. None where the problem has no neuron or no target.
        PlugIn: KernelProgram option
        /// The net over any node table: node output "fhat", uniform outputs "loss", "risk" and "accuracy" as in the step.
        /// None where the problem has no neuron or no target.
        Fit: KernelProgram option
        /// Node output "f", without particles. None where the target is no formula.
        Target: KernelProgram option
        /// The uniforms that are means over the node table alone, by name: of weights and inputs (n rows). O(n^2) for a double mean.
        NodeMeans: Func<float[], float[][], IReadOnlyDictionary<string, float[]>>
        /// s of dW = u dt + s dB for the drift u: 1 where u is a control, sqrt(2 c) for Langevin's dynamics, 0 for the noiseless flow.
        Diffusion: float
        /// r of the drift's part -r W, the prior's: c/tau for Langevin's dynamics, else 0.
        Restoring: float
    }

/// Functions of one particle under a law held fixed, whose sums over particles are inputs.
type FrozenPrograms =
    {
        /// Outputs "momentK" over the nodes or uniform: the sums over particles.
        Moments: KernelProgram
        /// Inputs "momentK"; particle outputs "tilt" (-psi/c, one number) and "drift.BLOCK" in the order of the blocks. "1/N" is that of
        /// the law.
        Frozen: KernelProgram
        /// As that of `SimulationPrograms`.
        NodeMeans: Func<float[], float[][], IReadOnlyDictionary<string, float[]>>
    }
