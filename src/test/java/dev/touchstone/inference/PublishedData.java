package dev.touchstone.inference;

/** Data sets that come with R, by columns. */
final class PublishedData {
    private PublishedData() {}

    /** {@code mtcars}: mpg, cyl, disp, hp, gear of 32 cars (Motor Trend 1974). */
    static final double[][] MTCARS = columns(
            new double[] {21, 6, 160, 110, 4},
            new double[] {21, 6, 160, 110, 4},
            new double[] {22.8, 4, 108, 93, 4},
            new double[] {21.4, 6, 258, 110, 3},
            new double[] {18.7, 8, 360, 175, 3},
            new double[] {18.1, 6, 225, 105, 3},
            new double[] {14.3, 8, 360, 245, 3},
            new double[] {24.4, 4, 146.7, 62, 4},
            new double[] {22.8, 4, 140.8, 95, 4},
            new double[] {19.2, 6, 167.6, 123, 4},
            new double[] {17.8, 6, 167.6, 123, 4},
            new double[] {16.4, 8, 275.8, 180, 3},
            new double[] {17.3, 8, 275.8, 180, 3},
            new double[] {15.2, 8, 275.8, 180, 3},
            new double[] {10.4, 8, 472, 205, 3},
            new double[] {10.4, 8, 460, 215, 3},
            new double[] {14.7, 8, 440, 230, 3},
            new double[] {32.4, 4, 78.7, 66, 4},
            new double[] {30.4, 4, 75.7, 52, 4},
            new double[] {33.9, 4, 71.1, 65, 4},
            new double[] {21.5, 4, 120.1, 97, 3},
            new double[] {15.5, 8, 318, 150, 3},
            new double[] {15.2, 8, 304, 150, 3},
            new double[] {13.3, 8, 350, 245, 3},
            new double[] {19.2, 8, 400, 175, 3},
            new double[] {27.3, 4, 79, 66, 4},
            new double[] {26, 4, 120.3, 91, 5},
            new double[] {30.4, 4, 95.1, 113, 5},
            new double[] {15.8, 8, 351, 264, 5},
            new double[] {19.7, 6, 145, 175, 5},
            new double[] {15, 8, 301, 335, 5},
            new double[] {21.4, 4, 121, 109, 4});

    /** {@code swiss}: Fertility, Agriculture, Examination, Education, Catholic, Infant.Mortality of 47 provinces, 1888. */
    static final double[][] SWISS = columns(
            new double[] {80.2, 17.0, 15, 12, 9.96, 22.2},
            new double[] {83.1, 45.1, 6, 9, 84.84, 22.2},
            new double[] {92.5, 39.7, 5, 5, 93.40, 20.2},
            new double[] {85.8, 36.5, 12, 7, 33.77, 20.3},
            new double[] {76.9, 43.5, 17, 15, 5.16, 20.6},
            new double[] {76.1, 35.3, 9, 7, 90.57, 26.6},
            new double[] {83.8, 70.2, 16, 7, 92.85, 23.6},
            new double[] {92.4, 67.8, 14, 8, 97.16, 24.9},
            new double[] {82.4, 53.3, 12, 7, 97.67, 21.0},
            new double[] {82.9, 45.2, 16, 13, 91.38, 24.4},
            new double[] {87.1, 64.5, 14, 6, 98.61, 24.5},
            new double[] {64.1, 62.0, 21, 12, 8.52, 16.5},
            new double[] {66.9, 67.5, 14, 7, 2.27, 19.1},
            new double[] {68.9, 60.7, 19, 12, 4.43, 22.7},
            new double[] {61.7, 69.3, 22, 5, 2.82, 18.7},
            new double[] {68.3, 72.6, 18, 2, 24.20, 21.2},
            new double[] {71.7, 34.0, 17, 8, 3.30, 20.0},
            new double[] {55.7, 19.4, 26, 28, 12.11, 20.2},
            new double[] {54.3, 15.2, 31, 20, 2.15, 10.8},
            new double[] {65.1, 73.0, 19, 9, 2.84, 20.0},
            new double[] {65.5, 59.8, 22, 10, 5.23, 18.0},
            new double[] {65.0, 55.1, 14, 3, 4.52, 22.4},
            new double[] {56.6, 50.9, 22, 12, 15.14, 16.7},
            new double[] {57.4, 54.1, 20, 6, 4.20, 15.3},
            new double[] {72.5, 71.2, 12, 1, 2.40, 21.0},
            new double[] {74.2, 58.1, 14, 8, 5.23, 23.8},
            new double[] {72.0, 63.5, 6, 3, 2.56, 18.0},
            new double[] {60.5, 60.8, 16, 10, 7.72, 16.3},
            new double[] {58.3, 26.8, 25, 19, 18.46, 20.9},
            new double[] {65.4, 49.5, 15, 8, 6.10, 22.5},
            new double[] {75.5, 85.9, 3, 2, 99.71, 15.1},
            new double[] {69.3, 84.9, 7, 6, 99.68, 19.8},
            new double[] {77.3, 89.7, 5, 2, 100.00, 18.3},
            new double[] {70.5, 78.2, 12, 6, 98.96, 19.4},
            new double[] {79.4, 64.9, 7, 3, 98.22, 20.2},
            new double[] {65.0, 75.9, 9, 9, 99.06, 17.8},
            new double[] {92.2, 84.6, 3, 3, 99.46, 16.3},
            new double[] {79.3, 63.1, 13, 13, 96.83, 18.1},
            new double[] {70.4, 38.4, 26, 12, 5.62, 20.3},
            new double[] {65.7, 7.7, 29, 11, 13.79, 20.5},
            new double[] {72.7, 16.7, 22, 13, 11.22, 18.9},
            new double[] {64.4, 17.6, 35, 32, 16.92, 23.0},
            new double[] {77.6, 37.6, 15, 7, 4.97, 20.0},
            new double[] {67.6, 18.7, 25, 7, 8.65, 19.5},
            new double[] {35.0, 1.2, 37, 53, 42.34, 18.0},
            new double[] {44.7, 46.6, 16, 29, 50.43, 18.2},
            new double[] {42.8, 27.7, 22, 29, 58.33, 19.3});

    private static double[][] columns(double[]... rows) {
        double[][] columns = new double[rows[0].length][rows.length];
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < columns.length; column++) {
                columns[column][row] = rows[row][column];
            }
        }
        return columns;
    }
}
