using MeanField.Engine.Noise;

namespace MeanField.Engine.Tests.Noise;

/// <summary>The published known-answer vectors of Philox4x32-10 (Random123, kat_vectors).</summary>
public sealed class PhiloxTests
{
    [Fact]
    public void Zero_counter_and_key_give_the_published_words() =>
        Assert.Equal((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u), Philox.Draw(0, 0, 0, 0, 0));

    [Fact]
    public void All_ones_give_the_published_words()
    {
        const uint ones = uint.MaxValue;
        Assert.Equal((0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu), Philox.Draw(ulong.MaxValue, ones, ones, ones, ones));
    }

    [Fact]
    public void Digits_of_pi_give_the_published_words() =>
        Assert.Equal(
            (0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u),
            Philox.Draw(0x299f31d0a4093822, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344)
        );
}
