namespace MeanField.Engine.Elementary;

/// <summary>
/// Polynomials from the lowest degree and constants in parts, for binary64 and binary32. Written by tools/fit-coefficients/fit.py:
/// change the script, not this file.
/// </summary>
internal static class Coefficients
{
    /// <summary>(e^r - 1 - r)/r^2 on |r| at most ln2/2, as a part of e^r - 1; error 2^-54.</summary>
    public static ReadOnlySpan<double> ExponentialTail64 =>
        [
            0.5000000000000001,
            0.16666666666666669,
            0.041666666666624164,
            0.008333333333330065,
            0.0013888888917196719,
            0.00019841269863040545,
            2.4801521322368692e-05,
            2.7557268480310024e-06,
            2.7620075879983367e-07,
            2.5100375832561234e-08,
        ];

    /// <summary>(e^r - 1 - r)/r^2 on |r| at most ln2/2, as a part of e^r - 1; error 2^-25.</summary>
    public static ReadOnlySpan<double> ExponentialTail32 =>
        [0.5, 0.16666577756404877, 0.041666556149721146, 0.008363173343241215, 0.0013926175888627768];

    /// <summary>(log((1 + s)/(1 - s))/s - 2)/z in z = s^2 on s at most (sqrt2 - 1)/(sqrt2 + 1); error 2^-57.</summary>
    public static ReadOnlySpan<double> LogarithmTail64 =>
        [
            0.666666666666667,
            0.39999999999899505,
            0.28571428625975487,
            0.2222221113479508,
            0.18182889125261723,
            0.15331721600556042,
            0.14616449685043406,
        ];

    /// <summary>(log((1 + s)/(1 - s))/s - 2)/z in z = s^2 on s at most (sqrt2 - 1)/(sqrt2 + 1); error 2^-28.</summary>
    public static ReadOnlySpan<double> LogarithmTail32 => [0.6666668653488159, 0.3998878002166748, 0.29579949378967285];

    /// <summary>log(1 + t)/t - 1 in v = t - 1/2 on t in [0, 1]; error 2^-59.</summary>
    public static ReadOnlySpan<double> Log1pOfUnit64 =>
        [
            -0.18906978378367123,
            -0.28852709909932417,
            0.1326097537542028,
            -0.0676886433108763,
            0.036611854523168556,
            -0.02054881192675094,
            0.011833792109120854,
            -0.006945394671748216,
            0.004136179135792984,
            -0.0024918478161966417,
            0.0015153826156415772,
            -0.0009287705474911717,
            0.0005730672917654239,
            -0.0003555347976997807,
            0.0002210638385336179,
            -0.00013839258678984942,
            8.976853340131384e-05,
            -5.662379190413708e-05,
            2.745707811125544e-05,
            -1.7362890917674908e-05,
            2.5095669916160427e-05,
            -1.6020216725538194e-05,
        ];

    /// <summary>log(1 + t)/t - 1 in v = t - 1/2 on t in [0, 1]; error 2^-27.</summary>
    public static ReadOnlySpan<double> Log1pOfUnit32 =>
        [
            -0.18906977772712708,
            -0.28852710127830505,
            0.13260900974273682,
            -0.06768818944692612,
            0.03663523495197296,
            -0.02056318335235119,
            0.011577685363590717,
            -0.006788016762584448,
            0.00525027047842741,
            -0.0031760570127516985,
        ];

    /// <summary>sin(2 pi f)/f in z = f^2 on |f| at most 1/8; error 2^-57.</summary>
    public static ReadOnlySpan<double> SineTurn64 =>
        [
            6.283185307179586,
            -41.341702240399634,
            81.60524927594804,
            -76.70585970427454,
            42.058685020160894,
            -15.093804209987114,
            3.7808689593022957,
        ];

    /// <summary>sin(2 pi f)/f in z = f^2 on |f| at most 1/8; error 2^-28.</summary>
    public static ReadOnlySpan<double> SineTurn32 => [6.2831854820251465, -41.3416633605957, 81.59254455566406, -75.401611328125];

    /// <summary>cos(2 pi f) in z = f^2 on |f| at most 1/8; error 2^-53.</summary>
    public static ReadOnlySpan<double> CosineTurn64 =>
        [1.0, -19.73920880217842, 64.93939402236538, -85.45681709034115, 60.24462008593029, -26.42425703488269, 7.810290968144191];

    /// <summary>cos(2 pi f) in z = f^2 on |f| at most 1/8; error 2^-24.</summary>
    public static ReadOnlySpan<double> CosineTurn32 => [1.0, -19.739152908325195, 64.92123413085938, -83.5918197631836];

    /// <summary>(sin r - r)/r^3 in z = r^2 on |r| at most pi/2; error 2^-60.</summary>
    public static ReadOnlySpan<double> Sine64 =>
        [
            -0.16666666666666666,
            0.008333333333333316,
            -0.00019841269841254974,
            2.7557319219163234e-06,
            -2.5052107616996182e-08,
            1.6058977312464087e-10,
            -7.643970296798572e-13,
            2.7314447669863995e-15,
        ];

    /// <summary>(sin r - r)/r^3 in z = r^2 on |r| at most pi/2; error 2^-33.</summary>
    public static ReadOnlySpan<double> Sine32 =>
        [-0.1666666716337204, 0.00833333283662796, -0.00019841086759697646, 2.75364641311171e-06, -2.408019028621311e-08];

    /// <summary>(sin r - r)/r^3 in z = r^2 on |r| at most pi/4; error 2^-56.</summary>
    public static ReadOnlySpan<double> ShortSine64 =>
        [
            -0.16666666666666666,
            0.008333333333330948,
            -0.00019841269836758574,
            2.755731610255244e-06,
            -2.5051131845003624e-08,
            1.5918129294866608e-10,
        ];

    /// <summary>(sin r - r)/r^3 in z = r^2 on |r| at most pi/4; error 2^-26.</summary>
    public static ReadOnlySpan<double> ShortSine32 => [-0.166666641831398, 0.008332747966051102, -0.00019587890710681677];

    /// <summary>(cos r - 1 + r^2/2)/r^4 in z = r^2 on |r| at most pi/4; error 2^-61.</summary>
    public static ReadOnlySpan<double> ShortCosine64 =>
        [
            0.041666666666666664,
            -0.0013888888888887398,
            2.480158729876569e-05,
            -2.7557317271729793e-07,
            2.08761462684032e-09,
            -1.1382632425521717e-11,
        ];

    /// <summary>(cos r - 1 + r^2/2)/r^4 in z = r^2 on |r| at most pi/4; error 2^-30.</summary>
    public static ReadOnlySpan<double> ShortCosine32 => [0.0416666641831398, -0.001388830249197781, 2.454794230288826e-05];

    /// <summary>(atan t - t)/t^3 in z = t^2 on |t| at most tan(pi/8); error 2^-57.</summary>
    public static ReadOnlySpan<double> Arctangent64 =>
        [
            -0.3333333333333333,
            0.1999999999999552,
            -0.14285714284666542,
            0.11111111015256361,
            -0.09090904578123903,
            0.07692183190826087,
            -0.06664511447381948,
            0.0585814891280221,
            -0.0508544973794026,
            0.03923165829558719,
            -0.01917688711906226,
        ];

    /// <summary>(atan t - t)/t^3 in z = t^2 on |t| at most tan(pi/8); error 2^-28.</summary>
    public static ReadOnlySpan<double> Arctangent32 =>
        [-0.3333333134651184, 0.19999539852142334, -0.14263956248760223, 0.10743731260299683, -0.06451927870512009];

    /// <summary>(asin s - s)/s^3 in z = s^2 on s at most 1/2; error 2^-57.</summary>
    public static ReadOnlySpan<double> Arcsine64 =>
        [
            0.16666666666666669,
            0.07499999999998433,
            0.04464285714635543,
            0.030381944138531247,
            0.02237217294214989,
            0.017352392720869973,
            0.013971212973552933,
            0.011479177415184906,
            0.01032281435018578,
            0.005457506718640358,
            0.01740087944269402,
            -0.014851887071247204,
            0.028757851367421566,
        ];

    /// <summary>(asin s - s)/s^3 in z = s^2 on s at most 1/2; error 2^-29.</summary>
    public static ReadOnlySpan<double> Arcsine32 =>
        [0.1666666567325592, 0.07500094175338745, 0.04459940269589424, 0.031100662425160408, 0.017149237915873528, 0.03369084745645523];

    /// <summary>erf(y)/y in v = y^2 - 3 on y in [0, sqrt 6]; error 2^-56.</summary>
    public static ReadOnlySpan<double> ErrorInside64 =>
        [
            0.5690907664239364,
            -0.08548534594781312,
            0.016689778925531914,
            -0.003075530514396128,
            0.0005068999365800269,
            -7.404402161708219e-05,
            9.620235601825488e-06,
            -1.119931034776194e-06,
            1.1775833082976551e-07,
            -1.1269831982928715e-08,
            9.885567738216717e-10,
            -7.997497195308244e-11,
            6.0003689437535836e-12,
            -4.195797962736146e-13,
            2.747004017072577e-14,
            -1.6895481895221277e-15,
            9.738063197722846e-17,
            -5.349199252563049e-18,
            3.1078682470198233e-19,
            -1.5242934312305087e-20,
        ];

    /// <summary>erf(y)/y in v = y^2 - 3 on y in [0, sqrt 6]; error 2^-28.</summary>
    public static ReadOnlySpan<double> ErrorInside32 =>
        [
            0.5690907835960388,
            -0.08548534661531448,
            0.016689792275428772,
            -0.0030755314510315657,
            0.0005068817408755422,
            -7.404276402667165e-05,
            9.62881495070178e-06,
            -1.1205228247490595e-06,
            1.1594085691513101e-07,
            -1.1144299705279082e-08,
            1.163709351104103e-09,
            -9.210771034773302e-11,
        ];

    /// <summary>erf(y) in v = y - 17/4 on y in [sqrt 6, 6]; error 2^-57.</summary>
    public static ReadOnlySpan<double> ErrorOutside64 =>
        [
            0.9999999981494259,
            1.6143993719488493e-08,
            -6.861197335763471e-08,
            1.8901925964417503e-07,
            -3.7879526795289863e-07,
            5.872461836696413e-07,
            -7.309200303910342e-07,
            7.477251825662531e-07,
            -6.37832248691412e-07,
            4.570063210514119e-07,
            -2.7506307379669304e-07,
            1.3776536902563742e-07,
            -5.5907399914288664e-08,
            1.7127234966672053e-08,
            -3.026493598579747e-09,
            -4.064414628358076e-10,
            5.692003511429964e-10,
            -2.3904437825752817e-10,
            5.324519255776745e-11,
            -4.5273294533790174e-13,
            -4.804432146487483e-12,
            2.137792900261963e-12,
            -4.236777695238939e-13,
            -6.093512781334412e-14,
            5.792429402891523e-14,
            -8.11993751292609e-15,
            -1.906578094631896e-15,
            4.7785447373936985e-16,
        ];

    /// <summary>erf(y) in v = y - 17/4 on y in [sqrt 6, 6]; error 2^-27.</summary>
    public static ReadOnlySpan<double> ErrorOutside32 =>
        [
            1.0,
            1.1717824932588883e-08,
            -1.341711026725534e-07,
            2.5396792580067995e-07,
            -6.065827307111249e-08,
            3.384240869763744e-07,
            -1.29558350181469e-06,
            1.1438761475801584e-06,
            -1.815621715195448e-07,
            1.4789691249461612e-07,
            -4.450755852758448e-07,
            2.597892603262153e-07,
            -3.565099504498903e-08,
            -4.29415081271145e-09,
        ];

    /// <summary>Phi(-y) e^(y^2/2)/t in v = t - 1/2, t = 3/(3 + y) on y in [0, 45]; error 2^-56.</summary>
    public static ReadOnlySpan<double> Mills64 =>
        [
            0.24302789671112435,
            0.3395546546116597,
            0.3066902932994685,
            0.12603473371458898,
            -0.05580195745686619,
            -0.07437462656469024,
            0.021921968115614036,
            0.0446220212132512,
            -0.021894425568471494,
            -0.026349987285889866,
            0.02690127484788498,
            0.009042577984614377,
            -0.028245430437731478,
            0.009606617690353633,
            0.01985439107515922,
            -0.024655320605110106,
            0.0003662514317996115,
            0.02593035398081314,
            -0.024831791786521975,
            -0.007192802000487579,
            0.036326876415469556,
            -0.01963999732515011,
            -0.024443201903452845,
            0.02739978759204686,
            0.0051293900366132855,
            -0.010969657106875997,
        ];

    /// <summary>Phi(-y) e^(y^2/2)/t in v = t - 1/2, t = 3/(3 + y) on y in [0, 45]; error 2^-27.</summary>
    public static ReadOnlySpan<double> Mills32 =>
        [
            0.24302789568901062,
            0.33955466747283936,
            0.3066900968551636,
            0.12603303790092468,
            -0.05579014867544174,
            -0.07432500272989273,
            0.021669158712029457,
            0.044038623571395874,
            -0.019348064437508583,
            -0.023461921140551567,
            0.014268631115555763,
            0.005107395816594362,
        ];

    /// <summary>ln 2 in two parts, the first of 41 bits after the point.</summary>
    public static ReadOnlySpan<double> Ln264 => [0.693147180559663, 2.8235290563031577e-13];

    /// <summary>ln 2 in two parts, the first of 14 bits after the point.</summary>
    public static ReadOnlySpan<double> Ln232 => [0.693115234375, 3.194618329871446e-05];

    /// <summary>ln 2.</summary>
    public static ReadOnlySpan<double> RoundedLn264 => [0.6931471805599453];

    /// <summary>ln 2.</summary>
    public static ReadOnlySpan<double> RoundedLn232 => [0.6931471824645996];

    /// <summary>1/ln 2.</summary>
    public static ReadOnlySpan<double> Log2E64 => [1.4426950408889634];

    /// <summary>1/ln 2.</summary>
    public static ReadOnlySpan<double> Log2E32 => [1.4426950216293335];

    /// <summary>pi in parts.</summary>
    public static ReadOnlySpan<double> Pi64 => [3.141592653589793, 1.2246467991473532e-16, -2.9947698097183397e-33];

    /// <summary>pi in parts.</summary>
    public static ReadOnlySpan<double> Pi32 => [3.1415927410125732, -8.742277657347586e-08, -3.4302490200117637e-15];

    /// <summary>pi/2 in parts.</summary>
    public static ReadOnlySpan<double> HalfPi64 => [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33];

    /// <summary>pi/2 in parts.</summary>
    public static ReadOnlySpan<double> HalfPi32 => [1.5707963705062866, -4.371138828673793e-08, -1.7151245100058819e-15];

    /// <summary>1/pi.</summary>
    public static ReadOnlySpan<double> InversePi64 => [0.3183098861837907];

    /// <summary>1/pi.</summary>
    public static ReadOnlySpan<double> InversePi32 => [0.31830987334251404];

    /// <summary>2/pi.</summary>
    public static ReadOnlySpan<double> TwoOverPi64 => [0.6366197723675814];

    /// <summary>2/pi.</summary>
    public static ReadOnlySpan<double> TwoOverPi32 => [0.6366197466850281];

    /// <summary>tan(pi/8).</summary>
    public static ReadOnlySpan<double> TangentOfEighth64 => [0.41421356237309503];

    /// <summary>tan(pi/8).</summary>
    public static ReadOnlySpan<double> TangentOfEighth32 => [0.4142135679721832];
}
