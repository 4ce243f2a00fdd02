package dev.touchstone.planted;

import java.io.Serializable;

/**
 * The size of a drawn company.
 *
 * @param touchpoints at least 10: each role is played by a tenth of them
 * @param answers a week at a middling touchpoint, to each question: half of the touchpoints have more
 */
record Company(int touchpoints, double answers, Customers customers) implements Serializable {
    Company {
        if (touchpoints < 10) {
            throw new IllegalArgumentException("fewer than 10 touchpoints: " + touchpoints);
        }
    }
}
