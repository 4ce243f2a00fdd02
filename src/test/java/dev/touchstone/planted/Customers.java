package dev.touchstone.planted;

/** How often customers answer about the same touchpoint within a week, and how much their answers are alike. */
enum Customers {
    /** Once: all answers are independent. */
    ANSWER_ONCE(1, 0),

    /** Five times; each answer is with probability 1/2 the customer's usual one, so that two of them correlate by 1/4. */
    ANSWER_AGAIN(5, .5);

    private final int answers;
    private final double usual;

    Customers(int answers, double usual) {
        this.answers = answers;
        this.usual = usual;
    }

    /** Answers of a customer. */
    int answers() {
        return answers;
    }

    /** Probability that an answer is the customer's usual one; else it is drawn afresh. */
    double usual() {
        return usual;
    }

    /** 1 + (answers - 1) x correlation within customers: the variance of a mean, divided by that of independent answers. */
    double designEffect() {
        return 1 + (answers - 1) * usual * usual;
    }
}
