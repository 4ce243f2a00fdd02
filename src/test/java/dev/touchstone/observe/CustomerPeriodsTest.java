package dev.touchstone.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Active;
import dev.touchstone.project.Project.ActiveBy;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of customers and periods against their definitions, read literally over chance histories. */
class CustomerPeriodsTest {
    private static final ZoneId ZONE = ZoneId.of("Asia/Tehran");
    private static final LocalDate FROM = LocalDate.parse("2025-09-01");
    private static final LocalDate TO = LocalDate.parse("2026-09-01");
    private static final Instant AS_OF = Instant.parse("2026-10-10T10:10:10Z");
    private static final int NEXT_DAYS = 40;

    @TempDir
    private Path folder;

    private record Order(String customer, Instant at, int amount, Integer margin, boolean refund) {
        int signed() {
            return refund ? -amount : amount;
        }
    }

    private record Membership(String customer, Instant start, Instant end) {}

    private record Touch(String customer, String touchpoint, Instant at) {}

    private final List<Order> orders = new ArrayList<>();
    private final List<Membership> memberships = new ArrayList<>();
    private final List<Touch> touches = new ArrayList<>();

    private void chance() {
        Random random = new Random(42);
        for (int i = 0; i < 60; i++) {
            String customer = "c" + i;
            for (int j = random.nextInt(8); j > 0; j--) {
                Integer margin = random.nextInt(20) == 0 ? null : random.nextInt(5);
                orders.add(new Order(customer, instant(random), random.nextInt(100), margin, random.nextInt(5) == 0));
            }
            for (int j = random.nextInt(4); j > 0; j--) {
                Instant start = instant(random);
                Instant end = instant(random);
                memberships.add(new Membership(
                        customer, start, random.nextBoolean() ? null : end.isBefore(start) ? start : end));
            }
            for (int j = random.nextInt(6); j > 0; j--) {
                touches.add(new Touch(customer, "place " + random.nextInt(3), instant(random)));
            }
        }
    }

    /** Within the two years around the periods, often on the beginning of a month, and a few hours apart. */
    private static Instant instant(Random random) {
        LocalDate day = LocalDate.parse("2025-03-01").plusDays(random.nextInt(600));
        return switch (random.nextInt(6)) {
            case 0 -> start(day.withDayOfMonth(1));
            case 1 ->
                start(Calendar.PERSIAN
                        .period(Grain.MONTH, day, DayOfWeek.MONDAY)
                        .start());
            case 2 -> start(day.withDayOfMonth(1)).minusNanos(1000);
            default -> start(day).plus(Duration.ofHours(random.nextInt(24)));
        };
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZONE).toInstant();
    }

    @ParameterizedTest
    @ValueSource(strings = {"membership", "ordered_in_period", "{ordered_within: 45}"})
    void rowsAreWhatTheirDefinitionsSay(String active) {
        chance();
        TestProject.file(folder, "orders.csv", "order_id\n");
        Project project = TestProject.project(
                folder,
                """
                name: chance
                time_zone: Asia/Tehran
                output: {path: out}
                active: %s
                sources:
                - {name: orders, contract: orders, format: csv, path: orders.csv, select: SELECT * FROM source}
                """
                        .formatted(active));
        SparkSession spark = TestProject.session(project);
        List<Period> periods =
                Calendar.periods(List.of(Calendar.GREGORIAN, Calendar.PERSIAN), FROM, TO, DayOfWeek.MONDAY).stream()
                        .filter(period -> period.grain().compareTo(Grain.MONTH) >= 0)
                        .filter(period -> !start(period.end()).isAfter(AS_OF))
                        .toList();
        Set<String> computed = CustomerPeriods.of(
                        spark,
                        project,
                        histories(spark),
                        List.of(),
                        null,
                        CustomerPeriods.SegmentsAsOf.PERIOD_START,
                        Set.of("next_order_at"),
                        NEXT_DAYS,
                        periods,
                        AS_OF)
                .collectAsList()
                .stream()
                .map(row -> shown(row, periods))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> literally = new TreeSet<>();
        for (Period period : periods) {
            IntStream.range(0, 60)
                    .mapToObj(i -> literally(project.active(), "c" + i, period))
                    .filter(Objects::nonNull)
                    .forEach(literally::add);
        }
        assertThat(literally).hasSizeGreaterThan(1000);
        Set<String> wrong = new TreeSet<>(computed);
        wrong.removeAll(literally);
        literally.removeAll(computed);
        assertThat(literally)
                .as("rows instead of which others are computed: %s", wrong)
                .isEmpty();
        assertThat(wrong).isEmpty();
    }

    private static String shown(Row row, List<Period> periods) {
        List<String> touched = new ArrayList<>(row.getList(row.fieldIndex(CustomerPeriods.TOUCHED)));
        touched.sort(Comparator.naturalOrder());
        return Stream.concat(
                        Stream.of(row.getAs("customer_id"), periods.get(row.getAs(CustomerPeriods.PERIOD)), touched),
                        CustomerPeriods.DERIVED.stream().map(derived -> row.<Object>getAs(derived.name())))
                .map(value -> value instanceof BigDecimal amount
                        ? String.valueOf(amount.intValueExact())
                        : value instanceof Timestamp at ? at.toInstant().toString() : String.valueOf(value))
                .collect(Collectors.joining(" | "));
    }

    private String literally(Active active, String customer, Period period) {
        Instant start = start(period.start());
        Instant end = start(period.end());
        Instant previous = start(period.calendar()
                .period(period.grain(), period.start().minusDays(1), DayOfWeek.MONDAY)
                .start());
        List<Order> all = orders.stream()
                .filter(order -> order.customer().equals(customer))
                .filter(order -> !order.at().isAfter(AS_OF))
                .toList();
        List<Membership> held = memberships.stream()
                .filter(membership -> membership.customer().equals(customer))
                .toList();
        boolean everOrdered = all.stream().anyMatch(order -> order.at().isBefore(end));
        boolean everMember =
                held.stream().anyMatch(membership -> membership.start().isBefore(end));
        if (!everOrdered && !everMember) {
            return null;
        }
        List<Instant> bought = all.stream()
                .filter(order -> !order.refund())
                .map(Order::at)
                .sorted()
                .toList();
        boolean atStart =
                switch (active.by()) {
                    case MEMBERSHIP -> member(held, start);
                    case ORDERED_IN_PERIOD -> bought.stream().anyMatch(within(previous, start));
                    case ORDERED_WITHIN ->
                        bought.stream().anyMatch(within(start(period.start().minusDays(active.days())), start));
                };
        boolean atEnd =
                switch (active.by()) {
                    case MEMBERSHIP -> member(held, end);
                    case ORDERED_IN_PERIOD -> bought.stream().anyMatch(within(start, end));
                    case ORDERED_WITHIN ->
                        bought.stream().anyMatch(within(start(period.end().minusDays(active.days())), end));
                };
        Instant firstActive = (active.by() == ActiveBy.MEMBERSHIP
                        ? held.stream().map(Membership::start)
                        : bought.stream())
                .filter(at -> at.isBefore(end))
                .min(Comparator.naturalOrder())
                .orElse(null);
        List<Instant> inPeriod = bought.stream().filter(within(start, end)).toList();
        Instant first = inPeriod.isEmpty() ? null : inPeriod.get(0);
        Instant next = first == null
                ? null
                : bought.stream()
                        .filter(at -> at.isAfter(first))
                        .findFirst()
                        .filter(at -> !at.isAfter(
                                first.atZone(ZONE).plusDays(NEXT_DAYS).toInstant()))
                        .orElse(null);
        List<Order> toDate =
                all.stream().filter(order -> order.at().isBefore(end)).toList();
        boolean marginsKnown = toDate.stream().noneMatch(order -> order.margin() == null);
        Set<String> touched = touches.stream()
                .filter(touch ->
                        touch.customer().equals(customer) && within(start, end).test(touch.at()))
                .map(Touch::touchpoint)
                .collect(Collectors.toCollection(TreeSet::new));
        Object[] values = {
            customer,
            period,
            touched,
            atStart,
            atEnd,
            firstActive != null && within(start, end).test(firstActive),
            firstActive,
            inPeriod.size(),
            first,
            next,
            all.stream()
                    .filter(order -> within(start, end).test(order.at()))
                    .mapToInt(Order::signed)
                    .sum(),
            bought.stream().filter(at -> at.isBefore(end)).count(),
            toDate.stream().mapToInt(Order::signed).sum(),
            marginsKnown
                    ? toDate.stream()
                            .mapToInt(order -> order.refund() ? -order.margin() : order.margin())
                            .sum()
                    : null,
            null
        };
        return Arrays.stream(values).map(String::valueOf).collect(Collectors.joining(" | "));
    }

    private static boolean member(List<Membership> held, Instant at) {
        return held.stream()
                .anyMatch(membership -> membership.start().isBefore(at)
                        && (membership.end() == null || membership.end().isAfter(at)));
    }

    private static Predicate<Instant> within(Instant from, Instant to) {
        return at -> !at.isBefore(from) && at.isBefore(to);
    }

    private Histories histories(SparkSession spark) {
        Dataset<Row> ordered = spark.createDataFrame(
                orders.stream()
                        .map(order -> RowFactory.create(
                                order.customer(),
                                order.at(),
                                BigDecimal.valueOf(order.amount()),
                                order.margin() == null ? null : BigDecimal.valueOf(order.margin()),
                                null,
                                order.refund() ? "an order" : null))
                        .toList(),
                StructType.fromDDL("customer_id STRING, ordered_at TIMESTAMP, amount DECIMAL(28,10), margin "
                        + "DECIMAL(28,10), currency STRING, refund_of STRING"));
        Dataset<Row> held = spark.createDataFrame(
                memberships.stream()
                        .map(membership ->
                                RowFactory.create(membership.customer(), membership.start(), membership.end()))
                        .toList(),
                StructType.fromDDL("customer_id STRING, started_at TIMESTAMP, ended_at TIMESTAMP"));
        Dataset<Row> touched = spark.createDataFrame(
                touches.stream()
                        .map(touch -> RowFactory.create(touch.customer(), touch.touchpoint(), touch.at()))
                        .toList(),
                StructType.fromDDL("customer_id STRING, touchpoint STRING, at TIMESTAMP"));
        return new Histories(ordered, true, held, touched);
    }
}
