using System.Numerics.Tensors;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// (D + A) x = b for a positive diagonal D and a positive semidefinite A, by conjugate gradients with D as preconditioner [hestenes1952]:
/// as many steps as A has eigenvalues of the size of D's, few for covariances of smooth functions.
/// </summary>
internal static class ConjugateGradients
{
    /// <summary>x to the relative residual in the norm of 1/D; a product with A a step, at most 2 n + 10 steps.</summary>
    /// <param name="diagonal">D, n positive numbers.</param>
    /// <param name="multiply">Answers A times a vector.</param>
    /// <param name="right">b.</param>
    /// <param name="tolerance">The relative residual.</param>
    public static double[] Solve(double[] diagonal, Func<double[], double[]> multiply, double[] right, double tolerance)
    {
        var n = right.Length;
        var (x, residual) = (new double[n], (double[])right.Clone());
        var preconditioned = Divided(residual, diagonal);
        var direction = (double[])preconditioned.Clone();
        var square = TensorPrimitives.Dot<double>(residual, preconditioned);
        var enough = tolerance * tolerance * square;
        for (var step = 0; step < 2 * n + 10 && square > enough; step++)
        {
            var image = multiply(direction);
            TensorPrimitives.MultiplyAdd(diagonal, direction, image, image);
            var length = square / TensorPrimitives.Dot<double>(direction, image);
            TensorPrimitives.FusedMultiplyAdd(direction, length, x, x);
            TensorPrimitives.FusedMultiplyAdd(image, -length, residual, residual);
            preconditioned = Divided(residual, diagonal);
            var next = TensorPrimitives.Dot<double>(residual, preconditioned);
            TensorPrimitives.FusedMultiplyAdd(direction, next / square, preconditioned, direction);
            square = next;
        }
        return x;
    }

    private static double[] Divided(double[] numerator, double[] denominator)
    {
        var quotient = new double[numerator.Length];
        TensorPrimitives.Divide(numerator, denominator, quotient);
        return quotient;
    }
}
