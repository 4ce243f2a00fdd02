package dev.touchstone.kpi;

import java.io.Serializable;
import java.util.List;

/**
 * One KPI, as declared in the catalogue or a project file.
 *
 * @param name unique, lower case, e.g. {@code csat_5}
 * @param title for people
 * @param description what it says and how it is computed, one or two sentences
 * @param goodFor what it is good for
 * @param notFor what it does not tell
 * @param of the source contract whose rows it looks at, e.g. {@code responses}
 * @param counts SQL predicate over the contract's columns: which rows count (the denominator)
 * @param score SQL expression: what a row scores; NULL leaves the row out (of a duration: the case is still open)
 * @param denominator SQL predicate: which of the counted rows n counts, where that is not all of them: the value is the
 *     sum of all scores over that n (of {@code order_value}, refunds lower the sum and are no orders); null: all
 * @param clock the instant column by which a row belongs to a day; null means the contract's own
 * @param maturesDays days after the clock until the score is final; 0 means at once
 * @param state which statistic carries it
 * @param stateOf name of the KPI under which the state is stored: its own, or for a percentile that of the duration
 * @param percentile which percentile of a duration it shows, in (0, 1); null: the mean
 * @param perPeriod true for KPIs that do not add up over days (retention, churn, buyers): computed per period
 * @param scale on which scale
 * @param interval which interval
 * @param minEffect the smallest difference worth acting on, at least 0: in the KPI's unit, of durations and money as a
 *     share of the benchmark; null means the default of its unit
 * @param target the value to reach; null: none
 * @param benchmark what cells are compared with, as named; null means {@link #benchmark() what follows from the rest}
 * @param bands words for its values, the highest first; may be empty
 * @param source the article or publication the definition comes from
 * @param version rises when the definition changes
 */
public record Kpi(
        String name,
        Text title,
        Text description,
        String goodFor,
        String notFor,
        String of,
        String counts,
        String score,
        String denominator,
        String clock,
        int maturesDays,
        State state,
        String stateOf,
        Double percentile,
        boolean perPeriod,
        Scale scale,
        Interval interval,
        Double minEffect,
        Target target,
        Benchmark benchmark,
        List<Band> bands,
        String source,
        int version)
        implements Serializable {
    public Kpi {
        bands = List.copyOf(bands);
    }

    /** What cells are compared with: as named, else the target if there is one, else peers that are alike. */
    @Override
    public Benchmark benchmark() {
        if (benchmark != null) {
            return benchmark;
        }
        if (target != null) {
            return Benchmark.of(Benchmark.Kind.TARGET);
        }
        boolean unlike = state == State.DURATION || scale.unit().equals("money");
        return Benchmark.of(unlike ? Benchmark.Kind.SEGMENT_PEERS : Benchmark.Kind.PEERS);
    }

    /** The same KPI with another target, which is then what its cells are compared with unless it names something else. */
    public Kpi withTarget(Target other) {
        return new Kpi(
                name,
                title,
                description,
                goodFor,
                notFor,
                of,
                counts,
                score,
                denominator,
                clock,
                maturesDays,
                state,
                stateOf,
                percentile,
                perPeriod,
                scale,
                interval,
                minEffect,
                other,
                benchmark,
                bands,
                source,
                version);
    }
}
