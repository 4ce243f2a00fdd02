package dev.touchstone.table;

import dev.touchstone.calendar.CalendarTable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructType;

/** The output tables, each declared once. Cells are named the same way in all of them. */
public enum Table {
    DAILY_ANSWERS(
            "How often each survey answer was given: the state of every survey KPI. One row a day, segmentation, "
                    + "segment, touchpoint, instrument, item, part and answer.",
            List.of("month"),
            columns(
                    month(),
                    day(),
                    segmentation(),
                    segment(),
                    touchpoint(),
                    instrument(),
                    item(),
                    part(),
                    new Column("answer", "INT", "code that was answered; NULL: no answer (counted as excluded)"),
                    new Column("n", "BIGINT", "answers, at least 1"),
                    new Column("weighted_n", "BIGINT", "answers that carry a weight"),
                    new Column("w", "DECIMAL(38,10)", "sum of weights; NULL where none carries one"),
                    new Column("w2", "DECIMAL(38,20)", "sum of squared weights"),
                    asOf())),

    DAILY_MOMENTS(
            "Sums of whole-number scores of KPIs that look at more of a row than the answer. One row a day, KPI, "
                    + "segmentation, segment and touchpoint.",
            List.of("month"),
            columns(
                    month(),
                    day(),
                    kpi(),
                    segmentation(),
                    segment(),
                    touchpoint(),
                    new Column("n", "BIGINT", "rows that scored"),
                    new Column("excluded", "BIGINT", "rows that count for the KPI but have no score"),
                    new Column("immature", "BIGINT", "rows whose window had not elapsed at as_of: not in n"),
                    new Column("s", "DECIMAL(38,0)", "sum of scores, in units of 1 / factor of the KPI's scale"),
                    new Column("ss", "DECIMAL(38,0)", "sum of squared scores, in units of 1 / factor squared"),
                    new Column(
                            "s_n",
                            "DECIMAL(38,0)",
                            "part of s that comes from the rows in n; less where the KPI has a denominator"),
                    new Column("weighted_n", "BIGINT", "scored rows that carry a weight"),
                    new Column("w", "DECIMAL(38,10)", "sum of weights; NULL where no row carries one"),
                    new Column("w2", "DECIMAL(38,20)", "sum of squared weights"),
                    new Column("wx", "DECIMAL(38,10)", "sum of weight x score"),
                    new Column("wx2", "DECIMAL(38,10)", "sum of weight x squared score"),
                    asOf())),

    DAILY_DURATIONS(
            "Histograms of durations in logarithmic bins. One row a day, KPI, segmentation, segment, touchpoint and bin.",
            List.of("month"),
            columns(
                    month(),
                    day(),
                    kpi(),
                    segmentation(),
                    segment(),
                    touchpoint(),
                    new Column(
                            "bin",
                            "INT",
                            "durations in (1.02^(bin-1), 1.02^bin] seconds; -1: zero seconds; NULL: cases still open"),
                    new Column("n", "BIGINT", "cases in the bin"),
                    new Column(
                            "immature",
                            "BIGINT",
                            "cases whose window had not elapsed at as_of: in no bin; on bin NULL"),
                    new Column("s", "DECIMAL(38,0)", "sum of seconds; NULL on bin NULL"),
                    new Column("ss", "DECIMAL(38,0)", "sum of squared seconds"),
                    new Column("ln_s", "DECIMAL(38,0)", "sum of round(ln(seconds) * 10^6), of cases above zero"),
                    new Column("ln_ss", "DECIMAL(38,0)", "sum of the squares of those"),
                    asOf())),

    DAILY_CLUSTERS(
            "Sums of daily_answers, daily_moments and daily_durations, of segment all, by random group of customers: how "
                    + "much more alike the rows of one customer are than those of several (the design effect). One row a "
                    + "day, touchpoint, and answer or KPI; totals have none. inline(buckets) makes rows of buckets; summed "
                    + "over them they equal those tables.",
            List.of("month"),
            columns(
                    month(),
                    day(),
                    new Column("kpi", "STRING", "name in the catalogue; NULL: a survey answer"),
                    touchpoint(),
                    instrument(),
                    item(),
                    part(),
                    new Column("answer", "INT", "code that was answered; NULL: the row is of a KPI"),
                    new Column(
                            "buckets",
                            "ARRAY<STRUCT<bucket: INT, n: BIGINT, s: DECIMAL(38,0), ss: DECIMAL(38,0), "
                                    + "w: DECIMAL(38,10), wx: DECIMAL(38,10), wx2: DECIMAL(38,10)>>",
                            "by bucket (0 to 63, by the customer's hash; a row without a customer by its key's), those "
                                    + "with rows only: n rows that scored (of a duration: closed cases), s sum of scores, "
                                    + "ss of their squares (NULL for answers), w sum of weights (NULL where no row "
                                    + "carries one), wx sum of weight x score, wx2 of weight x squared score"),
                    asOf())),

    DAILY_PAIRS(
            "Sums over pairs of scores that stand in one response: what the correlations of drivers and outcome follow "
                    + "from. One row a day, segmentation, segment, block and pair of touchpoints; empty unless the "
                    + "project declares drivers.",
            List.of("month"),
            columns(
                    month(),
                    day(),
                    new Column("kpi", "STRING", "whose scores at touchpoints other than 'company' are paired"),
                    new Column("outcome", "STRING", "KPI whose score at 'company' they are paired with"),
                    segmentation(),
                    segment(),
                    new Column(
                            "block", "INT", "0 to 15: a customer's responses are all in one; without one a response's"),
                    new Column(
                            "first",
                            "STRING",
                            "touchpoint; each is paired with itself, too. One that a response scores more than once is "
                                    + "left out of it"),
                    new Column(
                            "second",
                            "STRING",
                            "touchpoint, not before first by name; 'company': the outcome, after all"),
                    new Column("n", "BIGINT", "responses of the day that score both, at least 1"),
                    new Column(
                            "s_first",
                            "DECIMAL(38,0)",
                            "sum of scores at first, in units of 1 / factor of its KPI's scale"),
                    new Column("s_second", "DECIMAL(38,0)", "sum of scores at second, likewise"),
                    new Column("ss_first", "DECIMAL(38,0)", "sum of squared scores at first"),
                    new Column("ss_second", "DECIMAL(38,0)", "sum of squared scores at second"),
                    new Column("s_product", "DECIMAL(38,0)", "sum of score at first x score at second"),
                    asOf())),

    DAILY_OUTCOMES(
            "What customers did within a window after their answers, by the answer: the state of the table outcomes. One "
                    + "row a day of the answer, instrument, touchpoint, answer, companion, segment, tenure and outcome. An "
                    + "answer counts where the customer is known and gave none to the same instrument and touchpoint less "
                    + "than a window before.",
            List.of("month"),
            columns(
                    month(),
                    new Column("day", "DATE", "local day of the answer in the project's zone"),
                    new Column("instrument", "STRING", "scale of the question, as in the catalogue"),
                    touchpoint(),
                    new Column("answer", "INT", "code that was answered"),
                    new Column(
                            "apart",
                            "BOOLEAN",
                            "true: the customer gave no answer to the instrument about any touchpoint less than a window "
                                    + "before; only these may be added up over touchpoints, as windows then do not overlap "
                                    + "(beside a companion: both answers are so)"),
                    new Column(
                            "companion",
                            "STRING",
                            "NULL: all answers; else those whose questionnaire also has an answer to this other instrument "
                                    + "that counts (a part of all, over all segments and tenures; outcomes that happen or "
                                    + "not only)"),
                    new Column("within_days", "INT", "length of the window in days of 24 hours"),
                    new Column("segmentation", "STRING", "the one that outcomes are declared with; 'all' without one"),
                    new Column(
                            "segment",
                            "STRING",
                            "its value at the answer; 'unknown' if not known; 'all' without a segmentation and beside a "
                                    + "companion"),
                    new Column(
                            "tenure",
                            "STRING",
                            "time since the customer's first order or membership: under_90_days, under_a_year, "
                                    + "year_or_more, unknown; 'all' beside a companion"),
                    new Column(
                            "outcome",
                            "STRING",
                            "repurchase: an order that is no refund; spend: orders less refunds; churn: active at the "
                                    + "answer and not at the window's end; detractor: the next answer to an NPS question is "
                                    + "a detractor's"),
                    new Column("n", "BIGINT", "mature answers for which the outcome is known"),
                    new Column(
                            "immature",
                            "BIGINT",
                            "answers whose window had not elapsed at as_of: not in n (of detractor, all that may still be "
                                    + "followed by another)"),
                    new Column(
                            "s",
                            "DECIMAL(38,0)",
                            "how many of n have the outcome; of spend, the sum of amounts x 10000; 0 at n = 0"),
                    new Column("ss", "DECIMAL(38,0)", "sum of squares likewise; of spend x 10000 squared"),
                    asOf())),

    PERIOD_MOMENTS(
            "Sums of whole-number scores of KPIs that do not add up over days, computed when a period is complete. One "
                    + "row a KPI, period, segmentation, segment and touchpoint.",
            List.of("grain"),
            columns(
                    kpi(),
                    calendar(),
                    grain(),
                    period(),
                    periodStart(),
                    periodEnd(),
                    segmentation(),
                    segment(),
                    new Column(
                            "touchpoint",
                            "STRING",
                            "'all', or an exposure: customers who used this touchpoint in the period (they do not add up)"),
                    new Column("n", "BIGINT", "customers that scored"),
                    new Column("excluded", "BIGINT", "customers that count for the KPI but have no score"),
                    new Column("immature", "BIGINT", "customers whose window had not elapsed at as_of: not in n"),
                    new Column("s", "DECIMAL(38,0)", "sum of scores, in units of 1 / factor of the KPI's scale"),
                    new Column("ss", "DECIMAL(38,0)", "sum of squared scores, in units of 1 / factor squared"),
                    new Column("s_n", "DECIMAL(38,0)", "part of s that comes from the customers in n"),
                    asOf())),

    COHORTS(
            "Customers by the period in which they began, and what became of them: one row a cohort, later period, "
                    + "segmentation and segment.",
            List.of("grain"),
            columns(
                    calendar(),
                    grain(),
                    new Column("cohort", "STRING", "label of the period of the customer's first order or membership"),
                    new Column("cohort_start", "DATE", "first day of that period"),
                    period(),
                    periodStart(),
                    periodEnd(),
                    new Column("age", "INT", "periods since the cohort's own, which is 0"),
                    segmentation(),
                    new Column("segment", "STRING", "value of the segmentation as of the customer's first activity"),
                    new Column("customers", "BIGINT", "size of the cohort"),
                    new Column(
                            "active", "BIGINT", "of these, active at the period's end (as the project file declares)"),
                    new Column(
                            "revenue",
                            "DECIMAL(38,4)",
                            "their orders less refunds in the period; NULL: no orders known"),
                    asOf())),

    QUARANTINE(
            "Rows that broke rules, with all reasons. The only table that holds single rows: key and offending values, "
                    + "at most 100 characters each, kept for the days that the project sets.",
            List.of(),
            columns(
                    new Column("source", "STRING", "source of the project file"),
                    new Column("contract", "STRING", "contract of that source"),
                    new Column(
                            "day",
                            "DATE",
                            "local day of the row; NULL: it has no readable instant (replaced by each "
                                    + "run that reads it)"),
                    new Column("key", "MAP<STRING,STRING>", "the row's key columns"),
                    new Column(
                            "reasons",
                            "ARRAY<STRUCT<rule: STRING, column: STRING, value: STRING>>",
                            "every rule that the row breaks, the column it is about, and what stood there"),
                    asOf())),

    KPI_VALUES(
            "Every KPI per period, segment and touchpoint with its interval: the table to query.",
            List.of("grain"),
            columns(
                    kpi(),
                    new Column("weighted", "BOOLEAN", "true: answers count by their weight; a cell of its own"),
                    calendar(),
                    grain(),
                    period(),
                    periodStart(),
                    periodEnd(),
                    new Column("is_complete", "BOOLEAN", "false: the period had not ended at the run's as-of"),
                    segmentation(),
                    segment(),
                    touchpoint(),
                    new Column(
                            "exposure",
                            "BOOLEAN",
                            "true: customers who used the touchpoint in the period; such cells do not add up to 'all'"),
                    new Column("n", "BIGINT", "observations behind the value; 0: value and interval are NULL"),
                    new Column("n_eff", "DOUBLE", "effective number of observations that the interval is taken at"),
                    new Column(
                            "deff",
                            "DOUBLE",
                            "design effect of customers who are in n more than once, at least 1: n_eff is n (weighted: "
                                    + "(sum of weights)^2 / sum of squared weights) divided by it"),
                    new Column("excluded", "BIGINT", "rows without an answer (refused, not applicable): not in n"),
                    new Column("immature", "BIGINT", "rows whose window had not elapsed: not in n"),
                    new Column(
                            "open",
                            "BIGINT",
                            "of a duration: cases still open, in no mean; a percentile has them in n, at the top"),
                    new Column(
                            "total",
                            "DOUBLE",
                            "sum of scores in the KPI's unit; of a share, the number that satisfied it (weighted: by "
                                    + "weight)"),
                    new Column(
                            "weight",
                            "DOUBLE",
                            "what total is divided by to give a mean: n, weighted the sum of the weights; values of "
                                    + "cells add up by it"),
                    new Column("value", "DOUBLE", "the KPI, in its unit; shares in [0, 1], NPS-like in [-100, 100]"),
                    new Column("ci_low", "DOUBLE", "lower end of the 95 % interval; NULL: unbounded or none"),
                    new Column("ci_high", "DOUBLE", "upper end of the 95 % interval; NULL: unbounded or none"),
                    new Column(
                            "geometric_mean",
                            "DOUBLE",
                            "beside the mean of a duration: geometric mean of the cases above zero"),
                    new Column("positive", "BIGINT", "beside the mean of a duration: cases above zero seconds"),
                    new Column(
                            "variance",
                            "DOUBLE",
                            "sample variance of single scores; of a duration, of ln(seconds) of the cases above zero; "
                                    + "NULL: one observation or none"))),

    WEAK_TOUCHPOINTS(
            "The verdict on every touchpoint, and on every segment at it, by the grain that findings are given in: is it "
                    + "weak, how sure is that, since when. One row a KPI, period, segmentation, segment and touchpoint.",
            List.of("grain"),
            columns(
                    new Column(
                            "level",
                            "STRING",
                            "touchpoint: compared among touchpoints; segment: among segments at a touchpoint"),
                    kpi(),
                    new Column("weighted", "BOOLEAN", "true: answers count by their weight, as far as there are any"),
                    calendar(),
                    grain(),
                    period(),
                    periodStart(),
                    periodEnd(),
                    new Column("is_complete", "BOOLEAN", "false: the period had not ended at the run's as-of"),
                    segmentation(),
                    segment(),
                    touchpoint(),
                    new Column(
                            "status",
                            "STRING",
                            "CONFIRMED, PROBABLE: weak; OK: not; BORDERLINE: neither; NOT_ENOUGH_DATA; IMMATURE: "
                                    + "the period or a window is not over, or too many cases are open; NO_BENCHMARK"),
                    new Column(
                            "since",
                            "STRING",
                            "if weak, or IMMATURE after it was: label of the first period of the unbroken run of weak periods"),
                    new Column("n", "BIGINT", "observations behind the value"),
                    new Column("n_eff", "DOUBLE", "independent observations that they are worth"),
                    new Column("value", "DOUBLE", "the KPI, in its unit"),
                    new Column("ci_low", "DOUBLE", "lower end of its 95 % interval; NULL: unbounded or none"),
                    new Column("ci_high", "DOUBLE", "upper end of its 95 % interval; NULL: unbounded or none"),
                    new Column(
                            "compared_value",
                            "DOUBLE",
                            "what is compared: the value; of a duration its geometric mean, so that a tenth longer is as "
                                    + "much everywhere"),
                    new Column("benchmark", "DOUBLE", "what it is compared with, in the KPI's unit"),
                    new Column("benchmark_type", "STRING", "target, peers, previous_period, previous_year or external"),
                    new Column(
                            "min_effect",
                            "DOUBLE",
                            "tolerance: how much worse than the benchmark is still let pass, in the KPI's unit; of a "
                                    + "duration in ln(seconds)"),
                    new Column(
                            "shrunk_value",
                            "DOUBLE",
                            "the value drawn toward what its peers are like, the more the less is known of it; where the "
                                    + "benchmark is an earlier period: the benchmark and the change since then, drawn "
                                    + "toward that of the peers; of a duration a geometric mean; NULL: fewer than five "
                                    + "peers"),
                    new Column(
                            "shortfall",
                            "DOUBLE",
                            "expected distance by which the true value is worse than the benchmark, at least 0, in the "
                                    + "unit of min_effect"),
                    new Column(
                            "p_weak",
                            "DOUBLE",
                            "probability that the true value is worse than the benchmark by more than min_effect, given "
                                    + "the peers; NULL: fewer than five peers"),
                    new Column(
                            "p_test",
                            "DOUBLE",
                            "p-value of the one-sided test that it is not; NULL: no test is possible"),
                    new Column(
                            "q_value",
                            "DOUBLE",
                            "smallest rate of false discoveries among the KPI's cells of the period and segmentation at "
                                    + "which this one is confirmed"),
                    new Column(
                            "outlier_z",
                            "DOUBLE",
                            "how unusual the value is among its peers, in standard deviations; below 0: worse than they"),
                    new Column(
                            "needed_n",
                            "BIGINT",
                            "observations at which a shortfall of twice min_effect is seen four times out of five"),
                    new Column(
                            "response_rate",
                            "DOUBLE",
                            "of a survey figure: answered share of the invitations of the cell; NULL: none known"),
                    new Column("exposed", "BIGINT", "interactions of the cell in the period"),
                    new Column(
                            "exposure_kind",
                            "STRING",
                            "what they are: contacts, visits, tickets or orders; else invitations; else the observations"),
                    new Column(
                            "cost_mid",
                            "DOUBLE",
                            "exposed x shortfall x repurchases that a unit of the KPI goes with among like customers x "
                                    + "value of a repurchase; NULL: no such slope. An association, not a cause"),
                    new Column(
                            "cost_low",
                            "DOUBLE",
                            "the same at the lower end of the slope's 95 % interval; below 0 where none is shown"),
                    new Column("cost_high", "DOUBLE", "at its upper end; neither holds the error of the shortfall"),
                    new Column("change", "DOUBLE", "value less that of the period before; NULL: none"),
                    new Column(
                            "rate_effect",
                            "DOUBLE",
                            "what the change of the cell's own value since the period before adds to the change of its "
                                    + "total, as in kpi_changes; NULL: none, or the KPI's cells do not add up"),
                    new Column("mix_effect", "DOUBLE", "what the change of its share in that total adds"),
                    new Column(
                            "ewma",
                            "DOUBLE",
                            "smoothed weekly residual at the last whole week of the period, in standard deviations of a "
                                    + "week: below 0 if worse than in the year before; NULL: fewer than 26 weeks to "
                                    + "compare with"),
                    new Column(
                            "alarm_since",
                            "DATE",
                            "first day of the week since which the cell is worse than it used to be, without a break; "
                                    + "NULL: no alarm"),
                    new Column("rank", "INT", "1 is the worst value of the KPI, period and segmentation"),
                    new Column("rank_low", "INT", "smallest rank that the intervals leave possible"),
                    new Column("rank_high", "INT", "largest rank that the intervals leave possible"),
                    new Column("reason_en", "STRING", "the verdict in one sentence, in English"),
                    new Column("reason_fa", "STRING", "the verdict in one sentence, in Persian"))),

    KPI_CHANGES(
            "Why a KPI changed since the period before, and since a year before: the change of each cell with its "
                    + "interval, and what it adds to the change of its total. The total of a segment is its touchpoint, "
                    + "that of a touchpoint is touchpoint 'all'. One row a KPI, period, comparison and cell.",
            List.of("grain"),
            columns(
                    kpi(),
                    new Column("weighted", "BOOLEAN", "true: answers count by their weight"),
                    calendar(),
                    grain(),
                    period(),
                    periodStart(),
                    periodEnd(),
                    new Column("is_complete", "BOOLEAN", "false: the period had not ended at the run's as-of"),
                    new Column("compared_with", "STRING", "previous_period or previous_year"),
                    new Column("base_start", "DATE", "first day of the period that is compared with"),
                    segmentation(),
                    segment(),
                    touchpoint(),
                    new Column("n_before", "BIGINT", "observations in that period; 0: none"),
                    new Column("n", "BIGINT", "observations now; 0: none"),
                    new Column("value_before", "DOUBLE", "the KPI in that period, in its unit"),
                    new Column("value", "DOUBLE", "the KPI now"),
                    new Column("change", "DOUBLE", "value less value_before"),
                    new Column("change_low", "DOUBLE", "lower end of its 95 % interval; NULL: unbounded or none"),
                    new Column("change_high", "DOUBLE", "upper end of its 95 % interval; NULL: unbounded or none"),
                    new Column("share_before", "DOUBLE", "share of the cell in its total, by weight, 0 to 1"),
                    new Column("share", "DOUBLE", "its share now"),
                    new Column(
                            "rate_effect",
                            "DOUBLE",
                            "what the change of the cell's own value adds to the change of its total, in the KPI's unit; "
                                    + "NULL: the KPI's cells do not add up by weight"),
                    new Column("mix_effect", "DOUBLE", "what the change of its share adds"),
                    new Column(
                            "contribution",
                            "DOUBLE",
                            "both together (of a total, the change itself): summed over the cells it is the change of "
                                    + "their total"))),

    ACTION_EFFECTS(
            "What became of touchpoints for which something was done: their change from 13 weeks before to up to 13 weeks "
                    + "after, less that of their peers (difference in differences). One row an action, KPI, segmentation, "
                    + "segment and touchpoint.",
            List.of(),
            columns(
                    new Column("action", "STRING", "name in the project file"),
                    new Column("title_en", "STRING", "its title in English"),
                    new Column("title_fa", "STRING", "its title in Persian"),
                    new Column("action_day", "DATE", "first day on which it was in force"),
                    new Column("cost", "DOUBLE", "what it cost; NULL: not known"),
                    kpi(),
                    new Column("weighted", "BOOLEAN", "true: answers count by their weight, as far as there are any"),
                    segmentation(),
                    segment(),
                    touchpoint(),
                    new Column("weeks_before", "INT", "whole weeks with data before it, of 13"),
                    new Column("weeks_after", "INT", "whole weeks with data since, of 13"),
                    new Column("n_before", "BIGINT", "observations before"),
                    new Column("n_after", "BIGINT", "observations since"),
                    new Column("value_before", "DOUBLE", "the KPI before; of a duration its geometric mean"),
                    new Column("value_after", "DOUBLE", "the KPI since"),
                    new Column(
                            "peers_before",
                            "DOUBLE",
                            "the KPI of the peers before: other touchpoints (of amounts by currency, of the same one), or segments at the touchpoint, without an action in these weeks"),
                    new Column("peers_after", "DOUBLE", "the KPI of the peers since"),
                    new Column(
                            "effect",
                            "DOUBLE",
                            "change of the touchpoint less change of its peers, in the KPI's unit; of a duration in "
                                    + "ln(seconds)"),
                    new Column("effect_low", "DOUBLE", "lower end of its 95 % interval"),
                    new Column("effect_high", "DOUBLE", "upper end of its 95 % interval"),
                    new Column("p", "DOUBLE", "two-sided p-value of no effect"),
                    new Column(
                            "at_its_worst",
                            "BOOLEAN",
                            "true: before it the KPI was worse than in the year before that by more than chance, so that "
                                    + "some of the effect is return to the usual; NULL: too little to say"))),

    SCORECARD(
            "KPIs that have a goal or a target, against it: over all touchpoints, by the grain of findings, quarter and "
                    + "year of the first calendar. One row a KPI and period.",
            List.of("grain"),
            columns(
                    new Column("place", "INT", "place on the scorecard; NULL: a target that is not on it"),
                    kpi(),
                    new Column("goal_en", "STRING", "the goal that the KPI serves, in English"),
                    new Column("goal_fa", "STRING", "the same in Persian"),
                    calendar(),
                    grain(),
                    period(),
                    periodStart(),
                    periodEnd(),
                    new Column("is_complete", "BOOLEAN", "false: the period had not ended at the run's as-of"),
                    new Column(
                            "touchpoint",
                            "STRING",
                            "all; company where there are answers about the company as a whole only"),
                    new Column("weighted", "BOOLEAN", "true: answers count by their weight, as far as there are any"),
                    new Column("n", "BIGINT", "observations behind the value"),
                    new Column("value", "DOUBLE", "the KPI, in its unit"),
                    new Column("ci_low", "DOUBLE", "lower end of its 95 % interval; NULL: unbounded or none"),
                    new Column("ci_high", "DOUBLE", "upper end of its 95 % interval; NULL: unbounded or none"),
                    new Column("target", "DOUBLE", "what is to be reached in the period; NULL: none, or not known yet"),
                    new Column("direction", "STRING", "at_least or at_most"),
                    new Column(
                            "status",
                            "STRING",
                            "MET, MISSED: by the whole interval; UNCERTAIN: it holds the target; OPEN: period or window; "
                                    + "NO_TARGET; NO_BASELINE: the period that the target is derived from has no value yet; "
                                    + "NO_DATA"),
                    new Column("band_en", "STRING", "a word for the value, where the catalogue has one; no verdict"),
                    new Column("band_fa", "STRING", "the same in Persian"))),

    DRIVERS(
            "Which touchpoints an outcome goes with, and how much of its variance each explains: association, not "
                    + "cause. One row a complete period, scope, segmentation, segment and touchpoint; responses count "
                    + "once, whatever their weight.",
            List.of("grain"),
            columns(
                    new Column("kpi", "STRING", "whose scores at touchpoints are weighed, as the project declares"),
                    new Column("outcome", "STRING", "KPI whose score at 'company' in the same response is explained"),
                    calendar(),
                    grain(),
                    period(),
                    periodStart(),
                    periodEnd(),
                    new Column(
                            "scope",
                            "STRING",
                            "responses of the 'period', or 'year_to_date': from the first day of the year that "
                                    + "period_start lies in to the period's end"),
                    segmentation(),
                    segment(),
                    new Column("touchpoint", "STRING", "NULL: none can be weighed in the segment, see reason"),
                    new Column("status", "STRING", "OK, or NOT_AVAILABLE: no weight, for the reason given"),
                    new Column("reason", "STRING", "why there is no weight; NULL where status is OK"),
                    new Column(
                            "method",
                            "STRING",
                            "how R^2 is shared out: LMG (Shapley value) up to 15 touchpoints, JOHNSON (relative weights) "
                                    + "above; not to be compared with each other"),
                    new Column(
                            "n",
                            "BIGINT",
                            "responses with a score of the touchpoint and of the outcome; where touchpoint is NULL, of "
                                    + "the outcome"),
                    new Column(
                            "share",
                            "DOUBLE",
                            "share of the responses with a score of the outcome that score the touchpoint, 0 to 1"),
                    new Column(
                            "min_n",
                            "BIGINT",
                            "responses of the rarest pair of all that are weighed together; 200 are needed"),
                    new Column(
                            "r_squared", "DOUBLE", "share of the outcome's variance that all explain together, 0 to 1"),
                    new Column(
                            "shrinkage",
                            "DOUBLE",
                            "by how much the correlations were shrunk to agree with each other, 0 to 0.2; above, there "
                                    + "is no weight"),
                    new Column("weight", "DOUBLE", "the touchpoint's share of r_squared, 0 or more; they add up to it"),
                    new Column("weight_low", "DOUBLE", "lower end of its 95 % interval; NULL: not known"),
                    new Column("weight_high", "DOUBLE", "upper end of its 95 % interval; NULL: not known"),
                    new Column(
                            "beta",
                            "DOUBLE",
                            "standardized slope, the other touchpoints unchanged; below 0: higher scores go with a lower "
                                    + "outcome, which a weight does not show"),
                    new Column("slope", "DOUBLE", "units of the outcome for one unit of the KPI, the others unchanged"),
                    new Column(
                            "performance",
                            "DOUBLE",
                            "value of the KPI at the touchpoint in the period, also in scope year_to_date; the weighted "
                                    + "one where answers carry weights"),
                    new Column("performance_low", "DOUBLE", "lower end of its 95 % interval; NULL: unbounded or none"),
                    new Column("performance_high", "DOUBLE", "upper end of its 95 % interval; NULL: unbounded or none"),
                    new Column(
                            "benchmark", "DOUBLE", "what it is compared with, as in weak_touchpoints; NULL: nothing"),
                    new Column("performance_status", "STRING", "verdict on it in weak_touchpoints; NULL: none"),
                    new Column(
                            "points_gained",
                            "DOUBLE",
                            "units of the outcome that it would go with if the touchpoint reached its benchmark: share x "
                                    + "slope x (benchmark less performance, shrunk_value of weak_touchpoints if any); 0 "
                                    + "where it is there; NULL: no slope or benchmark"),
                    new Column(
                            "quadrant",
                            "STRING",
                            "important: weight above r_squared / number of touchpoints; low: performance (shrunk_value of "
                                    + "weak_touchpoints, if any) worse than benchmark. CONCENTRATE_HERE: both; KEEP_UP: "
                                    + "important, not low; LOW_PRIORITY: low, not important; POSSIBLE_OVERKILL: neither; "
                                    + "UNCERTAIN: an interval crosses its border, or better scores of an important "
                                    + "one go with a worse outcome; NULL: no weight or benchmark"))),

    OUTCOMES(
            "What good and bad experiences go with: how often customers bought again, spent, left or became detractors within "
                    + "a window after their answers, over the 365 days that end with a period. One row a period, "
                    + "instrument, touchpoint, outcome and comparison. Associations among customers who answered, not "
                    + "effects of what they met; a customer with several answers counts as often.",
            List.of("grain"),
            columns(
                    calendar(),
                    grain(),
                    period(),
                    periodStart(),
                    periodEnd(),
                    new Column("from_day", "DATE", "first of the 365 days of answers that end with the period"),
                    new Column("instrument", "STRING", "scale of the question, as in the catalogue"),
                    new Column(
                            "touchpoint",
                            "STRING",
                            "what the answers are about; 'all': every touchpoint but 'company' (the company as a whole), "
                                    + "without answers less than a window after another of the customer to the instrument"),
                    new Column("outcome", "STRING", "repurchase, spend, churn or detractor, as in daily_outcomes"),
                    new Column("within_days", "INT", "length of the window after an answer, in days"),
                    new Column(
                            "comparison",
                            "STRING",
                            "good_bad: the two best answers with the two worst (NPS: promoters with detractors; scales of "
                                    + "more than 11 answers: the fifths at their ends); effort: low with high effort; kpi: "
                                    + "along the score of a KPI; companion: against another instrument"),
                    new Column("kpi", "STRING", "of kpi: whose score the slope is along; else NULL"),
                    new Column(
                            "companion",
                            "STRING",
                            "of companion: only questionnaires with an answer to this other instrument, too, so that its "
                                    + "auc may be compared; else NULL"),
                    new Column("n_good", "BIGINT", "good answers, or those of low effort, mature"),
                    new Column("rate_good", "DOUBLE", "share of them with the outcome; of spend, mean amount"),
                    new Column(
                            "rate_good_low",
                            "DOUBLE",
                            "lower end of its 95 % interval: Wilson; of spend t, NULL: unknown"),
                    new Column("rate_good_high", "DOUBLE", "upper end of its 95 % interval"),
                    new Column("n_middle", "BIGINT", "answers between the two, mature"),
                    new Column("rate_middle", "DOUBLE", "share of them with the outcome; of spend, mean amount"),
                    new Column(
                            "rate_middle_low",
                            "DOUBLE",
                            "lower end of its 95 % interval: Wilson; of spend t, NULL: unknown"),
                    new Column("rate_middle_high", "DOUBLE", "upper end of its 95 % interval"),
                    new Column("n_bad", "BIGINT", "bad answers, or those of high effort, mature"),
                    new Column("rate_bad", "DOUBLE", "share of them with the outcome; of spend, mean amount"),
                    new Column(
                            "rate_bad_low",
                            "DOUBLE",
                            "lower end of its 95 % interval: Wilson; of spend t, NULL: unknown"),
                    new Column("rate_bad_high", "DOUBLE", "upper end of its 95 % interval"),
                    new Column("crude", "DOUBLE", "rate_good less rate_bad"),
                    new Column(
                            "difference",
                            "DOUBLE",
                            "good less bad among customers of like segment and tenure: Mantel-Haenszel risk difference; of "
                                    + "spend, stratified difference of means; of effort as crude. NULL: nothing to compare"),
                    new Column(
                            "difference_low",
                            "DOUBLE",
                            "lower end of its 95 % interval: Sato; of effort Newcombe, of effort and spend Welch; NULL: "
                                    + "unknown"),
                    new Column("difference_high", "DOUBLE", "upper end of its 95 % interval"),
                    new Column(
                            "strata",
                            "BIGINT",
                            "segments x tenures that the difference, or the slope of a kpi, rests on"),
                    new Column(
                            "q",
                            "DOUBLE",
                            "Cochran's Q: how much the strata's differences differ; 0 or more; NULL for spend"),
                    new Column(
                            "q_p",
                            "DOUBLE",
                            "probability of such a q if they did not; small: one difference does not tell all"),
                    new Column(
                            "slope",
                            "DOUBLE",
                            "outcome per step of the answer toward the better, among like customers; of kpi: per unit of "
                                    + "the KPI's score, as its sign is"),
                    new Column("slope_low", "DOUBLE", "lower end of its 95 % interval (t); NULL: unknown"),
                    new Column("slope_high", "DOUBLE", "upper end of its 95 % interval"),
                    new Column(
                            "auc",
                            "DOUBLE",
                            "probability that of two customers, one with the outcome and one without, the former gave the "
                                    + "better answer, equal ones counting half; 0.5 tells nothing; NULL for spend"),
                    new Column("auc_low", "DOUBLE", "lower end of its 95 % interval (DeLong)"),
                    new Column("auc_high", "DOUBLE", "upper end of its 95 % interval"),
                    new Column("n_mature", "BIGINT", "answers for which the outcome is known"),
                    new Column("immature", "BIGINT", "answers whose window had not elapsed: in no figure"),
                    new Column("as_of", "TIMESTAMP", "what was known of the days when the row was written"))),

    CALENDAR("One row a day: both calendars, names and sort keys for reports.", List.of(), calendarColumns()),

    RUNS(
            "One row a run: what was asked, what was read, how it ended, and which table versions belong together.",
            List.of(),
            columns(
                    new Column("run_id", "STRING", "unique, sorts by start"),
                    new Column("command", "STRING", "run, measure or assess"),
                    new Column("project", "STRING", "name of the project"),
                    new Column("state", "STRING", "running, done, refused (data) or failed"),
                    new Column("from_day", "DATE", "first day that the run writes"),
                    new Column("to_day", "DATE", "first day after it"),
                    new Column("rebuild", "BOOLEAN", "true: everything stored gave way to these days"),
                    new Column("as_of", "TIMESTAMP", "instant as of which windows were judged"),
                    new Column("started_at", "TIMESTAMP", "claim of the interval"),
                    new Column("heartbeat_at", "TIMESTAMP", "last sign of life"),
                    new Column("ended_at", "TIMESTAMP", "NULL while running"),
                    new Column("process", "STRING", "host and process id of the driver"),
                    new Column("settings", "STRING", "zone, week start and segmentations: a change needs a rebuild"),
                    new Column("counts", "MAP<STRING,BIGINT>", "rows read, kept, quarantined and written"),
                    new Column("table_versions", "MAP<STRING,BIGINT>", "Delta version of each table when it was done"),
                    new Column("source_versions", "MAP<STRING,BIGINT>", "Delta version of each Delta source read"),
                    new Column(
                            "closed_days",
                            "ARRAY<DATE>",
                            "days outside from_day to to_day that were rewritten because a window closed on them"),
                    new Column("message", "STRING", "why it was refused or failed"),
                    new Column("code_version", "STRING", "version of Touchstone")));

    /** Of other columns minima and maxima of files would skip nothing, and cost a tenth of a run. */
    private static final Set<String> FILTERED = Set.of(
            "day",
            // What is still open is looked for in all days.
            "immature",
            "as_of",
            "kpi",
            "instrument",
            "calendar",
            "period",
            "period_start",
            "period_end",
            "segmentation",
            "segment",
            "touchpoint");

    private final String comment;
    private final List<String> partitions;
    private final List<Column> columns;

    Table(String comment, List<String> partitions, List<Column> columns) {
        this.comment = comment;
        this.partitions = partitions;
        this.columns = columns;
    }

    /** Name of the table, and of its folder where tables lie under a path. */
    public String tableName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    public String comment() {
        return comment;
    }

    public List<String> partitions() {
        return partitions;
    }

    public List<Column> columns() {
        return columns;
    }

    /** The columns as a schema. */
    public StructType schema() {
        return StructType.fromDDL(columns.stream()
                .map(column -> "`" + column.name() + "` " + column.type())
                .collect(Collectors.joining(", ")));
    }

    /** Column names in declared order, for the closing {@code select} of a writer. */
    public String[] columnNames() {
        return columns.stream().map(Column::name).toArray(String[]::new);
    }

    /** The columns that readers filter by: Delta keeps the minimum and maximum of each file's, to skip files. */
    List<String> filtered() {
        return columns.stream().map(Column::name).filter(FILTERED::contains).toList();
    }

    private static List<Column> columns(Column... columns) {
        return List.of(columns);
    }

    private static List<Column> calendarColumns() {
        return CalendarTable.COLUMNS.stream()
                .map(column -> new Column(column.name(), column.type(), column.comment()))
                .toList();
    }

    private static Column month() {
        return new Column("month", "DATE", "first day of the Gregorian month: the partition");
    }

    private static Column day() {
        return new Column("day", "DATE", "local day in the project's zone, by the KPI's clock");
    }

    private static Column kpi() {
        return new Column("kpi", "STRING", "name in the catalogue (touchstone kpis)");
    }

    private static Column calendar() {
        return new Column("calendar", "STRING", "gregorian or persian; days and weeks exist once, as gregorian");
    }

    private static Column grain() {
        return new Column("grain", "STRING", "day, week, month, quarter or year");
    }

    private static Column period() {
        return new Column("period", "STRING", "label of the period, sorts by time: 2026-11, 1405-Q3");
    }

    private static Column periodStart() {
        return new Column("period_start", "DATE", "first day");
    }

    private static Column periodEnd() {
        return new Column("period_end", "DATE", "first day after the period");
    }

    private static Column segmentation() {
        return new Column("segmentation", "STRING", "way of splitting; 'all' for the total");
    }

    private static Column segment() {
        return new Column("segment", "STRING", "value of the segmentation; 'all' of the total, 'unknown' if not known");
    }

    private static Column touchpoint() {
        return new Column("touchpoint", "STRING", "where the customer met the company; 'company': about it as a whole");
    }

    private static Column instrument() {
        return new Column("instrument", "STRING", "scale of the question, as in the catalogue");
    }

    private static Column item() {
        return new Column("item", "STRING", "question within the questionnaire; NULL where there is one only");
    }

    private static Column part() {
        return new Column("part", "STRING", "perception, expectation, or NULL");
    }

    private static Column asOf() {
        return new Column("as_of", "TIMESTAMP", "what was known when the row was written");
    }
}
