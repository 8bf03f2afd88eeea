using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

public sealed class DigestTests
{
    [Fact]
    public void Nothing_has_the_digest_of_the_empty_string() =>
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Digest.Of<double>([]));

    [Fact]
    public void The_particles_one_and_minus_two_have_the_digest_that_python_gives() =>
        // hashlib.sha256(struct.pack('<2d', 1, -2)) and struct.pack('<2f', 1, -2)
        Assert.Equal(
            (
                "7886fe67ba4484d889aa8ec41f0b242f914fbf6bae1be2ed23f56a007e3547b0",
                "ee4ac73c2bd27756ab82780f27c73a7bc4d3f0bb6acb37e008bc27eccd7e588b"
            ),
            (
                Digest.Of([
                    [1.0, -2.0],
                ]),
                Digest.Of([
                    [1f, -2f],
                ])
            )
        );

    [Fact]
    public void Replicas_follow_one_another_and_their_order_counts()
    {
        Assert.Equal(
            Digest.Of([
                [1.0, 2.0, 3.0],
            ]),
            Digest.Of([
                [1.0],
                [2.0, 3.0],
            ])
        );
        Assert.NotEqual(
            Digest.Of([
                [1.0],
                [2.0],
            ]),
            Digest.Of([
                [2.0],
                [1.0],
            ])
        );
    }

    [Fact]
    public void The_sign_of_zero_counts() =>
        Assert.NotEqual(
            Digest.Of([
                [0.0],
            ]),
            Digest.Of([
                [-0.0],
            ])
        );
}
