package dev.touchstone.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Interval;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectFileTest {
    /** The least that a project file can say. */
    private static final String LEAST =
            """
            name: shop
            time_zone: Asia/Tehran
            output: {path: out}
            sources:
            - {name: survey, contract: responses, format: csv, path: data/*.csv, select: SELECT * FROM source}
            """;

    @TempDir
    private Path folder;

    @Test
    void fillsInWhatTheLeastFileLeavesOut() throws IOException {
        Project project = load(LEAST).project();
        assertThat(project.title()).isEqualTo(new Text("shop", "shop"));
        assertThat(project.zone()).isEqualTo(ZoneId.of("Asia/Tehran"));
        assertThat(project.calendars()).containsExactly(Calendar.GREGORIAN);
        assertThat(project.weekStart()).isEqualTo(DayOfWeek.MONDAY);
        assertThat(project.quarantine()).isEqualTo(new Project.Quarantine(0.05, 30));
        assertThat(project.catalogue()).isEqualTo(Catalogue.builtIn());
        assertThat(project.drivers()).isNull();
        assertThat(project.output())
                .isEqualTo(new Project.Output(folder.resolve("out").toString(), null));
        assertThat(project.sources())
                .containsExactly(new Project.Source(
                        "survey",
                        "responses",
                        "csv",
                        List.of(folder.resolve("data/*.csv").toString()),
                        null,
                        Map.of(),
                        Map.of(),
                        "SELECT * FROM source",
                        null));
        assertThat(load(LEAST).warnings()).isEmpty();
    }

    @Test
    void readsEveryPart() throws IOException {
        Project project =
                load("""
                name: airport
                title: {en: Airport, fa: فرودگاه}
                time_zone: America/Los_Angeles
                calendars: [persian, gregorian]
                week_start: saturday
                output: {schema: cx}
                sources:
                - name: survey
                  contract: responses
                  format: parquet
                  path: [a, /b, 's3://bucket/c', 'file:/d']
                  options: {header: true, sep: ';', samplingRatio: 0.5}
                  select: SELECT * FROM source
                  prune: day >= :from AND day < :to
                - {name: people, contract: customers, table: crm.customers, select: SELECT * FROM source}
                use_kpis: [nps_0_10, csat_5]
                touchpoints:
                - {name: security, title: Security, stage: departure, channel: terminal}
                - {name: ' پذیرش ', self_service: true}
                segmentations:
                - {name: tier, title: {en: Tier}, from: customers, column: level}
                - {name: boarding_area, from: row}
                scorecard:
                - {kpi: csat_5, goal: {en: Keep promises, fa: وفای به عهد}, target: 0.8}
                - {kpi: nps_0_10, goal: Grow}
                drivers: {kpi: csat_5, outcome: nps_0_10, segmentations: [boarding_area]}
                quarantine: {limit: 0.1, keep_days: 7}
                """)
                        .project();
        assertThat(project.title().fa()).isEqualTo("فرودگاه");
        assertThat(project.calendars()).containsExactly(Calendar.PERSIAN, Calendar.GREGORIAN);
        assertThat(project.weekStart()).isEqualTo(DayOfWeek.SATURDAY);
        assertThat(project.output()).isEqualTo(new Project.Output(null, "cx"));
        assertThat(project.sources().get(0).paths())
                .containsExactly(folder.resolve("a").toString(), "/b", "s3://bucket/c", "file:/d");
        assertThat(project.sources().get(0).options())
                .isEqualTo(Map.of("header", "true", "sep", ";", "samplingRatio", "0.5"));
        assertThat(project.sources().get(0).prune()).isEqualTo("day >= :from AND day < :to");
        assertThat(project.sources().get(1).table()).isEqualTo("crm.customers");
        assertThat(project.sources().get(1).paths()).isEmpty();
        assertThat(project.catalogue().kpis().keySet())
                .as("in order of declaration, not of use")
                .containsExactly("csat_5", "nps_0_10");
        assertThat(project.touchpoints())
                .containsExactly(
                        new Project.Touchpoint("security", new Text("Security", null), "departure", "terminal", false),
                        new Project.Touchpoint("پذیرش", new Text("پذیرش", null), null, null, true));
        assertThat(project.segmentations())
                .containsExactly(
                        new Project.Segmentation("tier", new Text("Tier", null), true, "level"),
                        new Project.Segmentation(
                                "boarding_area", new Text("boarding_area", null), false, "boarding_area"));
        assertThat(project.scorecard())
                .containsExactly(
                        new Project.ScorecardEntry("csat_5", new Text("Keep promises", "وفای به عهد")),
                        new Project.ScorecardEntry("nps_0_10", new Text("Grow", null)));
        assertThat(project.drivers()).isEqualTo(new Project.Drivers("csat_5", "nps_0_10", List.of("boarding_area")));
        assertThat(project.quarantine()).isEqualTo(new Project.Quarantine(0.1, 7));
    }

    /** A target on the scorecard is what a KPI is compared with, unless it names something else. */
    @Test
    void benchmarks() throws IOException {
        Map<String, Kpi> kpis = ProjectFile.read(
                        write(
                                LEAST
                                        + """
                                        use_kpis: [nps_0_10, ces_7, aht, csat_5, queue_wait]
                                        kpis: [{name: ces_7, benchmark: peers}]
                                        scorecard:
                                        - {kpi: ces_7, goal: Ease, target: 10}
                                        - {kpi: nps_0_10, goal: Grow, target: 30}
                                        """),
                        Map.of())
                .project()
                .catalogue()
                .kpis();
        Map<String, String> benchmarks = new TreeMap<>();
        kpis.values()
                .forEach(
                        kpi -> benchmarks.put(kpi.name(), kpi.benchmark().kind().code()));
        assertThat(benchmarks)
                .containsEntry("ces_7", "peers")
                .containsEntry("nps_0_10", "target")
                .containsEntry("csat_5", "target")
                .containsEntry("aht", "segment_peers")
                .containsEntry("queue_wait", "segment_peers");
    }

    @Test
    void takesEnvironmentVariables() throws IOException {
        String text = LEAST.replace("path: out", "path: 's3://${BUCKET}/${DIR}'")
                .replace("SELECT * FROM source", "\"SELECT '$${x}', '${DIR}' FROM source\"");
        Project project = ProjectFile.read(write(text), Map.of("BUCKET", "b$1", "DIR", "${BUCKET}"))
                .project();
        assertThat(project.output().path()).isEqualTo("s3://b$1/${BUCKET}");
        assertThat(project.sources().get(0).select()).isEqualTo("SELECT '${x}', '${BUCKET}' FROM source");
    }

    @Test
    void refusesAnAddressWhosePasswordComesFromTheEnvironment() throws IOException {
        Path file = write(
                without("sources:")
                        + "sources: [{name: s, contract: responses, format: jdbc, select: x, options: {url: '${DB}', dbtable: t}}]\n");
        String address = "jdbc:postgresql://h/d?user=u&password=letmein";
        assertThatThrownBy(() -> ProjectFile.read(file, Map.of("DB", address)))
                .isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.problems())
                        .extracting(Problem::problem)
                        .containsExactly("the address of the database holds a password"))
                .hasMessageNotContaining("letmein");
    }

    @Test
    void namesVariablesThatAreNotSet() throws IOException {
        assertThat(problems(LEAST.replace("path: out", "path: '${NOWHERE}/${AT_ALL}'")))
                .containsExactly(
                        new Problem(
                                "the environment variable 'NOWHERE' is not set",
                                "output.path",
                                "set NOWHERE, or write $${ where a literal ${ is meant"),
                        new Problem(
                                "the environment variable 'AT_ALL' is not set",
                                "output.path",
                                "set AT_ALL, or write $${ where a literal ${ is meant"));
    }

    @Test
    void namesAllProblemsAtOnce() throws IOException {
        assertThat(
                        problems(
                                """
                        name: shop
                        time_zone: Asia/Teheran
                        output: {}
                        sources:
                        - {name: survey, contract: responces, formt: csv, path: x, select: '${GONE}'}
                        """))
                .extracting(Problem::place)
                .containsExactlyInAnyOrder(
                        "sources[0].select", "sources[0]", "sources[0].contract", "time_zone", "output", "sources[0]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            sources: []                     | the list is empty | sources | give the tables to read
            nam: x                          | unknown key 'nam' | the project file | did you mean 'name'? known keys: name, title, time_zone, calendars, week_start, output, sources, instruments, kpis, use_kpis, touchpoints, segmentations, active, outcomes, scorecard, actions, findings, drivers, quarantine
            titel: x                        | unknown key 'titel' | the project file | did you mean 'title'? known keys: *
            kpis: [csat_5]                  | the text 'csat_5' stands where a set of keys is expected | kpis[0] | look at the indentation and the dashes
            instruments: {name: x}          | a set of keys stands where a list is expected | instruments | give own or changed instruments
            name: Shop One                  | the text 'Shop One' does not have the right form | name | give a name of lower-case letters, digits, _ and -, starting with a letter
            name:                           | the text is empty | name | give a name of lower-case letters, digits, _ and -, starting with a letter
            name: null                      | nothing stands where a text is expected | name | give the project's short name, e.g. airport
            scorecard:                      | nothing stands where a list is expected | scorecard | give the few KPIs that management looks at
            title: 7                        | the number 7 stands where a text or a set of keys is expected | title | give the project's title for people, a text or {en: English, fa: Persian}
            title: {fa: x}                  | the key 'en' is missing | title | add en: the English text
            title: ''                       | the text is empty | title | give the project's title for people, a text or {en: English, fa: Persian}
            week_start: saterday            | the text 'saterday' is not one of the known values | week_start | did you mean 'saturday'? write one of monday, tuesday, wednesday, thursday, friday, saturday, sunday
            calendars: [gregorian, lunar]   | the text 'lunar' is not one of the known values | calendars[1] | write one of gregorian, persian
            calendars: [persian, persian]   | the list names something twice | calendars | keep one of the two
            quarantine: {limit: 5}          | the number 5 is out of range (0 to 1) | quarantine.limit | give the share of rejected rows, 0 to 1, above which a run is refused
            quarantine: {keep_days: 1.5}    | the number 1.5 stands where a whole number is expected | quarantine.keep_days | give how many days rejected rows are kept
            use_kpis: csat_5                | the text 'csat_5' stands where a list is expected | use_kpis | give the names of the KPIs to compute; leave the key out for all
            use_kpis: [csat5]               | unknown KPI 'csat5' | use_kpis[0] | did you mean 'csat_5'? `touchstone kpis` lists all
            use_kpis: [satisfaction_index]  | unknown KPI 'satisfaction_index' | use_kpis[0] | write one of csat_5, *
            scorecard: [{kpi: nps, goal: g}, {kpi: nps_0_10}] | the key 'goal' is missing | scorecard[1] | add goal: the goal that it serves
            scorecard: [{kpi: cast_5, goal: g}] | unknown KPI 'cast_5' | scorecard[0].kpi | did you mean 'csat_5'? `touchstone kpis` lists all
            time_zone: Asia/Teheran         | unknown time zone 'Asia/Teheran' | time_zone | did you mean 'Asia/Tehran'? write a name such as Asia/Tehran or UTC
            output: {}                      | neither path nor schema is given | output | give path (a folder or URI) or schema (of a catalog)
            output: {path: x, schema: y}    | both path and schema are given | output | give path (a folder or URI) or schema (of a catalog)
            segmentations: [{name: all, from: row}] | the name 'all' is reserved | segmentations[0].name | take another name
            segmentations: [{name: tier, from: customers}] | the segmentation reads customers, but no source has that contract | segmentations[0].from | add a customers source, or write from: row
            segmentations: [{name: a, from: row}, {name: a, from: row}] | 'a' is declared twice, first at segmentations[0] | segmentations[1] | rename or remove one of them
            touchpoints: [{name: unknown}]  | the name 'unknown' is reserved | touchpoints[0].name | take another name
            touchpoints: [{name: all}]      | the name 'all' is reserved | touchpoints[0].name | take another name
            touchpoints: [{name: a}, {name: 'a '}] | 'a ' is declared twice, first at touchpoints[0] | touchpoints[1] | rename or remove one of them
            instruments: [{name: csat_5}, {name: csat_5}] | 'csat_5' is declared twice, first at instruments[0] | instruments[1] | rename or remove one of them
            kpis: [{name: csat_5}, {name: csat_5}] | 'csat_5' is declared twice, first at kpis[0] | kpis[1] | rename or remove one of them
            scorecard: [{kpi: csat_5, goal: g}, {kpi: csat_5, goal: h}] | 'csat_5' is declared twice, first at scorecard[0] | scorecard[1] | rename or remove one of them
            instruments: [{name: smile}]    | the new instrument 'smile' has no low | instruments[0] | add low, or take the name of a built-in one to change just some of its keys
            instruments: [{name: csat_5, high: 1}] | low is 1 and high is 1 | instruments[0] | give a low that is less than high
            instruments: [{name: servqual_7, weights: {empathy: 60, tangibles: 30}}] | the weights sum to 90 | instruments[0].weights | share out exactly 100 points
            instruments: [{name: servqual_7, weights: {emphaty: 100}}] | no item has the weighted dimension 'emphaty' | instruments[0].weights | did you mean 'empathy'? name a dimension that items gives
            instruments: [{name: csat_5, labels: {good: four}}] | the text 'four' stands where a whole number is expected | instruments[0].labels.good | give the code of an answer text
            kpis: [{name: glad, of: responses, counts: 'true', score: '1', scale: {unit: share, better: higher}}] | the new KPI 'glad' has no title | kpis[0] | add title, or take the name of a built-in one to change just some of its keys
            kpis: [{name: glad, title: g, of: responses, counts: 'true', score: '1', scale: {unit: share}}] | the new KPI 'glad' has no scale.better | kpis[0].scale | add better
            kpis: [{name: glad, title: g, of: responses, counts: 'true', score: '1', scale: {unit: points, better: higher}}] | the KPI 'glad' has the interval adjusted_wald, but no scale from -high to high | kpis[0].scale | give low and high, e.g. low: -100, high: 100, or write interval: t
            kpis: [{name: nps_0_10, scale: {low: 0}}] | the KPI 'nps_0_10' has the interval adjusted_wald, but no scale from -high to high | kpis[0].scale | give low and high, e.g. low: -100, high: 100, or write interval: t
            kpis: [{name: csat_5, state: total}] | the KPI 'csat_5' is a total, which has no interval | kpis[0].interval | write interval: none, or leave interval out
            kpis: [{name: csat_5, scale: {factor: 0}}] | the number 0 is out of range (1 to 1000000000000) | kpis[0].scale.factor | give a whole number that makes every score whole
            kpis: [{name: csat_5, min_effect: -0.1}] | the number -0.1 is out of range (0 or more) | kpis[0].min_effect | give the smallest difference worth acting on, at least 0, in the KPI's unit; of seconds and money a share of the benchmark
            kpis: [{name: csat_6, target: 0.9}] | unknown KPI 'csat_6', and nothing says how it is computed | kpis[0] | did you mean 'csat_4'? for one of your own add title, of, counts, score, scale
            kpis: [{name: ticket_volume, target: 900}] | the target of 'ticket_volume' has no direction, nor has the KPI | kpis[0].target | write it as {value: ..., direction: at_least} or at_most
            kpis: [{name: csat_5, target: {}}] | neither value nor baseline is given | kpis[0].target | give value, or baseline and improvement
            kpis: [{name: csat_5, target: {value: 0.8, baseline: '2025', improvement: 0.02}}] | both value and baseline are given | kpis[0].target | give value, or baseline and improvement
            kpis: [{name: csat_5, target: {baseline: '2025'}}] | the key 'improvement' is missing | kpis[0].target | give both baseline and improvement
            kpis: [{name: csat_5, target: {baseline: 2025-13, improvement: 0.02}}] | '2025-13' is not the label of a month, quarter or year | kpis[0].target.baseline | write it as 2025, 2025-Q3 or 2025-11, in the project's first calendar
            kpis: [{name: nps_0_10, benchmark: target}] | the KPI 'nps_0_10' is compared with its target, but has none | kpis[0].benchmark | add target, or write another benchmark: peers, segment_peers, previous_period, previous_year
            kpis: [{name: csat_5, benchmark: last_year}] | the text 'last_year' does not have the right form | kpis[0].benchmark | give target, peers, segment_peers, previous_period, previous_year, or {value, name, year, source} of others
            kpis: [{name: csat_5, benchmark: {value: 0.77}}] | the key 'name' is missing | kpis[0].benchmark | add name: whose value it is
            scorecard: [{kpi: ticket_volume, goal: g, target: 900}] | the target of 'ticket_volume' has no direction, nor has the KPI | scorecard[0].target | write it as {value: ..., direction: at_least} or at_most
            scorecard: [{kpi: csat_5, goal: g, target: 80}] | the target of 'csat_5' lies outside its scale: 80 | scorecard[0].target | give a share from 0 to 1, 0.8 for 80 %
            kpis: [{name: nps_0_10, target: {value: -120}}] | the target of 'nps_0_10' lies outside its scale: -120 | kpis[0].target | give a value from -100 to 100
            scorecard: [{kpi: csat_5, goal: g, target: high}] | the text 'high' stands where a number or a set of keys is expected | scorecard[0].target | give the value to reach, or {baseline: period, improvement: by year}
            actions: [{name: a, touchpoints: [x], date: '2026-11-01', segments: [gold]}] | the key 'segmentation' is missing | actions[0] | give both segmentation and segments, or neither
            actions: [{name: a, touchpoints: [x], date: '2026-11-01', segmentation: level, segments: [gold]}] | unknown segmentation 'level' | actions[0].segmentation | name one of segmentations
            actions: [{name: a, touchpoints: [x], date: '2026-02-30'}] | there is no day '2026-02-30' | actions[0].date | write it as 2026-11-01
            actions: [{name: a, touchpoints: [x], date: '1405-01-01'}] | 1405-01-01 is before 1900: is it a Solar Hijri date? | actions[0].date | give the Gregorian day: 1405-01-01 is 2026-03-21
            actions: [{name: a, touchpoints: [], date: '2026-11-01'}] | the list is empty | actions[0].touchpoints | give the names of the touchpoints that it was done for
            actions: [{name: a, touchpoints: [x]}] | the key 'date' is missing | actions[0] | add date: the first day on which it was in force, a Gregorian day such as '2026-11-01'
            findings: {grain: day}          | the text 'day' is not one of the known values | findings.grain | write one of week, month, quarter, year
            findings: {false_discoveries: 1} | the number 1 is out of range (between 0 and 1) | findings.false_discoveries | give the share of false ones among confirmed findings that is accepted, between 0 and 1
            findings: {probability: 0.5}    | the number 0.5 is out of range (between 0.5 and 1) | findings.probability | give how probable weakness has to be for PROBABLE, between 0.5 and 1
            drivers: {kpi: csat_5}          | the key 'outcome' is missing | drivers | add outcome: the KPI of responses whose score at company is to be explained, e.g. nps_0_10
            drivers: {kpi: csat5, outcome: nps_0_10} | unknown KPI 'csat5' | drivers.kpi | did you mean 'csat_5'? `touchstone kpis` lists all
            drivers: {kpi: csat_5, outcome: fcr} | the KPI 'fcr' is of tickets, and no questionnaire holds its scores | drivers.outcome | name a KPI of responses
            drivers: {kpi: crr, outcome: nps_0_10} | the KPI 'crr' is of customers, and no questionnaire holds its scores | drivers.kpi | name a KPI of responses
            drivers: {kpi: csat_5, outcome: nps_0_10, segmentations: [tier]} | unknown segmentation 'tier' | drivers.segmentations[0] | name one that segmentations declares
            drivers: {kpi: csat_5, outcome: nps_0_10, segmentations: tier} | the text 'tier' stands where a list is expected | drivers.segmentations | give names of segmentations to weigh by besides the total
            kpis: [{name: csat_5, matures: 1 week}] | the text '1 week' does not have the right form | kpis[0].matures | give days after the clock until the score is final, e.g. 7 days
            kpis: [{name: csat_5, of: surveys}] | the text 'surveys' is not one of the known values | kpis[0].of | write one of responses, invitations, customers, memberships, orders, contacts, tickets, replies, reviews, visits
            kpis: [{name: csat_5, for_each: dimension}] | the name 'csat_5' does not hold <dimension> | kpis[0] | give both for_each: dimension and a name with <dimension>, or neither
            kpis: [{name: servqual_<dimension>, of: orders}] | only responses have dimensions | kpis[0].for_each | remove for_each
            active: orders                  | the text 'orders' does not have the right form | active | give what an active customer is: membership, ordered_in_period, or {ordered_within: days}
            active: {}                      | the key 'ordered_within' is missing | active | add ordered_within: a number of days, 1 to 3650
            active: {ordered_within: 0}     | the number 0 is out of range (1 to 3650) | active.ordered_within | give a number of days, 1 to 3650
            outcomes: 90 days               | the text '90 days' stands where a set of keys is expected | outcomes | give what customers did after an answer: {within: 90 days, segmentation: name}; {} for the defaults
            outcomes: {after: 90 days}      | unknown key 'after' | outcomes | known keys: within, segmentation, value
            outcomes: {within: 3 months}    | the text '3 months' does not have the right form | outcomes.within | give how many days after an answer are looked at, e.g. 90 days
            outcomes: {within: 0 days}      | the text '0 days' does not have the right form | outcomes.within | give how many days after an answer are looked at, e.g. 90 days
            outcomes: {segmentation: tier}  | unknown segmentation 'tier' | outcomes.segmentation | declare it under segmentations, or leave it out
            kpis: [{name: csat_5, of: customers}] | the KPI 'csat_5' of customers does not add up over days | kpis[0] | write per: period
            kpis: [{name: churn_rate, per: day}] | the KPI 'churn_rate' of customers does not add up over days | kpis[0] | write per: period
            kpis: [{name: revenue, per: period}] | the KPI 'revenue' is per period, but of orders | kpis[0].per | leave per out, or write of: customers
            kpis: [{name: fcr, denominator: reopens = 0}] | the KPI 'fcr' has a denominator, but the interval wilson takes every row for one of n | kpis[0].interval | write interval: t, or none
            kpis: [{name: crr, interval: adjusted_wald}] | the KPI 'crr' has a denominator, but the interval adjusted_wald takes every row for one of n | kpis[0].interval | write interval: t, or none
            kpis: [{name: iqs, denominator: critical}] | the KPI 'iqs' has a denominator, but is of reviews, whose rows may carry a weight | kpis[0].denominator | leave rows out by counts, or by a score that is NULL
            kpis: [{name: ces_5, denominator: item IS NULL}] | the KPI 'ces_5' has a denominator, but is of responses, whose rows may carry a weight | kpis[0].denominator | leave rows out by counts, or by a score that is NULL
            kpis: [{name: revenue, denominator: refund_of IS NULL}] | the KPI 'revenue' is a total, which has no denominator | kpis[0].denominator | remove denominator, or write state: mean
            kpis: [{name: fcr, percentiles: [0.9]}] | the KPI 'fcr' has percentiles, but is no duration | kpis[0].percentiles | write state: duration, or remove percentiles
            kpis: [{name: fcr, state: duration, interval: t}] | the KPI 'fcr' is a duration, but its unit is share | kpis[0].scale.unit | write unit: seconds, and a score in whole seconds
            kpis: [{name: fcr, state: duration}] | the KPI 'fcr' is a duration, but the interval wilson is for scores of two or three values | kpis[0].interval | write interval: t, or leave interval out
            kpis: [{name: aht, scale: {factor: 1000}}] | the KPI 'aht' is a duration, which is counted in whole seconds | kpis[0].scale.factor | leave factor out
            kpis: [{name: aht, denominator: transferred_from IS NULL}] | the KPI 'aht' is a duration, which has no denominator: percentiles look at every case | kpis[0].denominator | leave rows out by counts
            kpis: [{name: aht, of: customers, per: period}] | the KPI 'aht' is a duration, which is counted by day | kpis[0].per | leave per out, or write state: mean
            kpis: [{name: aht, percentiles: []}] | the list is empty | kpis[0].percentiles | give percentiles of a duration that are shown beside its mean, e.g. [0.5, 0.9]
            kpis: [{name: aht, percentiles: [90]}] | the number 90 is out of range (between 0 and 1) | kpis[0].percentiles[0] | give a share between 0 and 1
            kpis: [{name: aht, percentiles: [0.9, 0.90]}] | the list names something twice | kpis[0].percentiles | keep one of the two
            kpis: [{name: csat_5, interval: rank}] | the text 'rank' is not one of the known values | kpis[0].interval | write one of wilson, adjusted_wald, t, none
            kpis: [{name: aht_p90, score: '1'}] | the percentile 'aht_p90' has no score of its own | kpis[0].score | give score to aht, or take another name; a percentile's own keys are name, title, description, good_for, not_for, target, source, version
            kpis: [{name: aht_p95, title: {en: Slow}}] | unknown KPI 'aht_p95', and nothing says how it is computed | kpis[0] | did you mean 'aht_p90'? for one of your own add title, of, counts, score, scale
            kpis: [{name: csat_5, counts: 'responded_at + :matures > responded_at'}] | the KPI 'csat_5' refers to :matures, but matures is not given | kpis[0] | add matures, e.g. matures: 7 days
            use_kpis: [aht_p95]             | unknown KPI 'aht_p95' | use_kpis[0] | did you mean 'aht_p90'? `touchstone kpis` lists all
            kpis: [{name: 'gap_<dimension>', title: g, of: responses, counts: 'true', score: gap, scale: {unit: answer, better: higher}}] | the name 'gap_<dimension>' holds <dimension>, but for_each is not given | kpis[0] | give both for_each: dimension and a name with <dimension>, or neither
            """)
    void saysWhatIsWrongWhereAndWhatToDo(String lines, String problem, String place, String remedy) throws IOException {
        String key = lines.substring(0, lines.indexOf(':') + 1);
        String rest = LEAST.startsWith(key) || LEAST.contains("\n" + key) ? without(key) : LEAST;
        List<Problem> problems = problems(rest + lines + "\n");
        assertThat(problems)
                .as("%s", problems)
                .filteredOn(each -> each.problem().equals(problem))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.place()).isEqualTo(place);
                    if (remedy.endsWith("*")) {
                        assertThat(each.remedy()).startsWith(remedy.substring(0, remedy.length() - 1));
                    } else {
                        assertThat(each.remedy()).isEqualTo(remedy);
                    }
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            name: s, contract: responses, format: csv, path: p | the key 'select' is missing | sources[0] | add select: SQL over the view source that yields the contract's columns
            name: s, contract: responses, format: csv, path: p, select: '' | the text is empty | sources[0].select | give SQL over the view source that yields the contract's columns
            name: s, contract: response, format: csv, path: p, select: x | the text 'response' is not one of the known values | sources[0].contract | did you mean 'responses'? write one of responses, invitations, customers, memberships, orders, contacts, tickets, replies, reviews, visits
            name: s, contract: responses, table: t, optoins: {}, select: x | unknown key 'optoins' | sources[0] | did you mean 'options'? known keys: name, contract, format, path, table, options, credentials, select, prune
            name: s, contract: responses, format: excel, path: p, select: x | the text 'excel' is not one of the known values | sources[0].format | write one of csv, json, parquet, delta, jdbc
            name: s, contract: responses, format: csv, path: 3, select: x | the number 3 stands where a text or a list is expected | sources[0].path | give a file, folder, glob or URI, or a list of them
            name: s, contract: responses, format: csv, select: x | the key 'path' is missing | sources[0] | give format and path, or table; of a database format: jdbc and options
            name: s, contract: responses, path: p, select: x | the key 'format' is missing | sources[0] | give format and path, or table; of a database format: jdbc and options
            name: s, contract: responses, select: x | neither files nor a table are given | sources[0] | give format and path, or table; of a database format: jdbc and options
            name: s, contract: responses, format: csv, path: p, table: t, select: x | both table and format or path are given | sources[0] | keep table, or format and path
            name: s, contract: responses, table: t, select: x, prune: day >= :from | prune does not hold both :from and :to | sources[0].prune | write it with both, e.g. day >= :from AND day < :to
            name: s, contract: responses, format: jdbc, select: x, options: {url: 'jdbc:postgresql://h/d'} | neither dbtable nor query is given | sources[0].options | give dbtable (a table or view) or query (a SELECT of the database)
            name: s, contract: responses, format: jdbc, select: x, options: {query: SELECT 1} | the option 'url' is missing | sources[0].options | give it, e.g. url: 'jdbc:postgresql://host/database'
            name: s, contract: responses, format: jdbc, select: x, options: {url: 'jdbc:postgresql://h/d', dbtable: t}, path: p | a database is read, but path is given | sources[0].path | remove it: options say where
            name: s, contract: responses, format: jdbc, select: x, options: {url: 'jdbc:postgresql://h/d', dbtable: t, password: letmein} | the secret 'password' stands in the project file | sources[0].options.password | take it from the environment, e.g. ${CX_PASSWORD}, or from Hadoop's credential providers by `credentials`
            name: s, contract: responses, format: csv, path: p, select: x, options: {fs.s3a.secret.key: abc} | the secret 'fs.s3a.secret.key' stands in the project file | sources[0].options.fs.s3a.secret.key | take it from the environment, e.g. ${CX_PASSWORD}, or from Hadoop's credential providers by `credentials`
            name: s, contract: responses, format: jdbc, select: x, options: {dbtable: t, url: 'jdbc:postgresql://h/d?user=u&password=letmein'} | the address of the database holds a password | sources[0].options.url | give the options user and password instead: addresses are shown in messages
            name: s, contract: responses, format: jdbc, select: x, options: {dbtable: t, url: 'jdbc:oracle:thin:scott/tiger@h:1521/x'} | the address of the database holds a password | sources[0].options.url | give the options user and password instead: addresses are shown in messages
            name: s, contract: responses, format: jdbc, select: x, options: {url: 'jdbc:postgresql://h/d', dbtable: t, pem_private_key: abc} | the secret 'pem_private_key' stands in the project file | sources[0].options.pem_private_key | take it from the environment, e.g. ${CX_PASSWORD}, or from Hadoop's credential providers by `credentials`
            name: s, contract: responses, format: jdbc, select: x, options: {url: 'jdbc:postgresql://h:5432/d?user=me@srv', query: x, dbtable: t} | both dbtable and query are given | sources[0].options | give dbtable (a table or view) or query (a SELECT of the database)
            name: s, contract: responses, table: t, select: x, credentials: {password: p} | a table has no options, so no credentials | sources[0].credentials | remove it
            name: s, contract: responses, format: jdbc, select: x, options: {url: 'jdbc:postgresql://h/d', dbtable: t}, credentials: {url: u} | the address of a database is no secret | sources[0].credentials.url | give it under options
            name: s, contract: customers, table: t, select: x | customers is the only source, so nothing can be measured | sources | add a source of another contract, e.g. responses
            """)
    void saysWhatIsWrongWithASource(String source, String problem, String place, String remedy) throws IOException {
        assertThat(problems(without("sources:") + "sources: [{" + source + "}]\n"))
                .containsExactly(new Problem(problem, place, remedy));
    }

    @Test
    void sourcesHaveUniqueNames() throws IOException {
        assertThat(problems(LEAST + "- {name: survey, contract: orders, table: t, select: x}\n"))
                .containsExactly(new Problem(
                        "'survey' is declared twice, first at sources[0]",
                        "sources[1]",
                        "rename or remove one of them"));
    }

    @Test
    void driversAreScoresInUseOfResponses() throws IOException {
        assertThat(problems(LEAST + "use_kpis: [csat_5]\ndrivers: {kpi: csat_5, outcome: nps_0_10}\n"))
                .containsExactly(
                        new Problem("the KPI 'nps_0_10' is not in use_kpis", "drivers.outcome", "add it to use_kpis"));
        assertThat(problems(LEAST + "kpis: [{name: csat_5, matures: 7 days}, {name: ces_5, clock: ingested_at}]\n"
                        + "drivers: {kpi: csat_5, outcome: ces_5}\n"))
                .containsExactly(
                        new Problem(
                                "the KPI 'csat_5' has a window or a clock of its own",
                                "drivers.kpi",
                                "name a KPI that is scored by what the questionnaire says, on its day"),
                        new Problem(
                                "the KPI 'ces_5' has a window or a clock of its own",
                                "drivers.outcome",
                                "name a KPI that is scored by what the questionnaire says, on its day"));
        assertThat(problems(LEAST + "kpis: [{name: csat_5, state: total, interval: none}]\n"
                        + "drivers: {kpi: csat_5, outcome: csat_5}\n"))
                .contains(new Problem(
                        "the KPI 'csat_5' is a total, and only scores that have a mean are weighed",
                        "drivers.kpi",
                        "name a KPI of state mean"));
        assertThat(problems(without("sources:")
                        + "sources: [{name: s, contract: tickets, table: t, select: x}]\n"
                        + "drivers: {kpi: csat_5, outcome: nps_0_10}\n"))
                .containsExactly(new Problem(
                        "drivers are found in responses, but no source has that contract",
                        "drivers",
                        "add a source of responses, or remove drivers"));
    }

    @Test
    void theScorecardHoldsKpisInUse() throws IOException {
        assertThat(problems(LEAST + "use_kpis: [csat_5]\nscorecard: [{kpi: nps_0_10, goal: Grow}]\n"))
                .containsExactly(
                        new Problem("the KPI 'nps_0_10' is not in use_kpis", "scorecard[0].kpi", "add it to use_kpis"));
    }

    @Test
    void aDurationInUseBringsItsPercentiles() throws IOException {
        String slow = "scorecard: [{kpi: aht_p90, goal: Nobody waits long}]\n";
        assertThat(load(LEAST + "use_kpis: [aht]\n" + slow)
                        .project()
                        .catalogue()
                        .kpis())
                .containsOnlyKeys("aht", "aht_median", "aht_p90");
        assertThat(load(LEAST + "use_kpis: [aht_p90]\n" + slow)
                        .project()
                        .catalogue()
                        .kpis())
                .containsOnlyKeys("aht_p90");
        assertThat(problems(LEAST + "use_kpis: [aht_p90]\n" + slow.replace("aht_p90", "aht")))
                .containsExactly(
                        new Problem("the KPI 'aht' is not in use_kpis", "scorecard[0].kpi", "add it to use_kpis"));
    }

    @Test
    void allThatIsAmissWithKpisIsSaidAtOnce() throws IOException {
        assertThat(problems(LEAST
                        + "kpis:\n"
                        + "- {name: revenue, per: period, denominator: refund_of IS NULL, percentiles: [0.5]}\n"
                        + "- {name: fcr, of: customers}\n"))
                .extracting(Problem::place)
                .containsExactlyInAnyOrder("kpis[0].per", "kpis[0].denominator", "kpis[0].percentiles", "kpis[1]");
    }

    /** What the form allows: a window as a literal, a total that matures, a ratio without interval, own percentiles. */
    @Test
    void acceptsKpisOfEveryKind() throws IOException {
        Project project = load(LEAST
                        + """
                                active: membership
                                kpis:
                                - {name: fcr, score: 'INT(coalesce(next_contact_at > created_at + INTERVAL 14 DAYS, true))'}
                                - {name: resolved_count, matures: 3 days}
                                - {name: crr, interval: none}
                                - {name: first_response_time, percentiles: [0.95]}
                                - {name: first_response_time_p95, target: 60}
                                - name: refund_share
                                  title: Refunds of orders
                                  of: orders
                                  counts: order_id IS NOT NULL
                                  score: INT(refund_of IS NOT NULL)
                                  denominator: refund_of IS NULL
                                  scale: {unit: share, better: lower}
                                """)
                .project();
        Catalogue catalogue = project.catalogue();
        assertThat(project.active()).isEqualTo(new Project.Active(Project.ActiveBy.MEMBERSHIP, 0));
        assertThat(catalogue.kpis()).doesNotContainKey("first_response_time_p90");
        assertThat(catalogue.kpis().get("first_response_time_p95").target().value())
                .isEqualTo(60);
        assertThat(catalogue.kpis().get("refund_share").interval())
                .as("a ratio's scores are no shares of n")
                .isEqualTo(Interval.T);
        assertThat(load(LEAST + "active: {ordered_within: 90}\n").project().active())
                .isEqualTo(new Project.Active(Project.ActiveBy.ORDERED_WITHIN, 90));
        assertThat(load(LEAST).project().active()).as("never a silent default").isNull();
    }

    @Test
    void outcomesFollowAnswersWithinTheSegmentsOfASegmentation() throws IOException {
        String segmentations = "segmentations: [{name: tier, from: row}, {name: team, from: row}]\n";
        assertThat(load(LEAST).project().outcomes())
                .as("nothing is measured unless asked for")
                .isNull();
        assertThat(load(LEAST + "outcomes: {}\n").project().outcomes()).isEqualTo(new Project.Outcomes(90, null, null));
        assertThat(load(LEAST + segmentations + "outcomes: {within: 1 day, segmentation: team}\n")
                        .project()
                        .outcomes())
                .isEqualTo(new Project.Outcomes(1, "team", null));
        assertThat(problems(LEAST.replace("responses", "orders") + segmentations + "outcomes: {segmentation: tierr}\n"))
                .containsExactly(
                        new Problem(
                                "outcomes follow answers, but no source has the contract responses",
                                "outcomes",
                                "add a source of responses, or remove outcomes"),
                        new Problem(
                                "unknown segmentation 'tierr'",
                                "outcomes.segmentation",
                                "did you mean 'tier'? write one of tier, team"));
    }

    @Test
    void warnsOfALongScorecard() throws IOException {
        StringBuilder text = new StringBuilder(LEAST).append("scorecard:\n");
        List<String> kpis =
                List.of("csat_5", "csat_4", "csat_100", "ces_5", "ease_5", "ces_7", "nps_0_10", "response_rate");
        kpis.subList(0, 7).forEach(kpi -> text.append("- {kpi: %s, goal: g}%n".formatted(kpi)));
        assertThat(load(text.toString()).warnings()).isEmpty();
        text.append("- {kpi: %s, goal: g}%n".formatted(kpis.get(7)));
        assertThat(load(text.toString()).warnings())
                .containsExactly(new Problem(
                        "the scorecard has 8 KPIs, more than 7",
                        "scorecard",
                        "keep the few that serve a goal and stay for years"));
    }

    @Test
    void warnsOfCastsButNotOfTryCast() throws IOException {
        assertThat(load(LEAST.replace("SELECT *", "SELECT try_cast(a AS INT) + broadcast(b) + try_to_date(c)"))
                        .warnings())
                .isEmpty();
        for (String conversion : List.of("cast (a AS INT)", "to_timestamp(a)", "To_Date(a)")) {
            assertThat(load(LEAST.replace("SELECT *", "SELECT " + conversion)).warnings())
                    .containsExactly(new Problem(
                            "the select converts values with CAST or the like, which stops the whole run at one unreadable"
                                    + " value",
                            "sources[0].select",
                            "hand over the raw value: Touchstone converts it and quarantines what it cannot read; dates of"
                                    + " another order are rearranged as text, see docs/project-file.md"));
        }
    }

    @Test
    void thereIsNoSuchFile() {
        Fault fault = fault(folder.resolve("none.yaml"));
        assertThat(fault.exitCode()).isEqualTo(ExitCode.ARGUMENTS);
        assertThat(fault.problems())
                .containsExactly(new Problem(
                        "there is no such project file",
                        folder.resolve("none.yaml").toString(),
                        "give --project an existing file"));
    }

    @Test
    void theFileIsAFolderOrEmptyOrNoSetOfKeysOrNotInUtf8() throws IOException {
        assertThat(fault(folder).problems())
                .extracting(Problem::problem)
                .containsExactly("the project file is a folder");
        assertThat(problems("")).extracting(Problem::problem).containsExactly("the project file is empty");
        assertThat(problems("# nothing yet\n"))
                .extracting(Problem::problem)
                .containsExactly("the project file is empty");
        assertThat(problems("- a\n"))
                .extracting(Problem::problem)
                .containsExactly("the project file holds no keys but a list");
        Path latin = folder.resolve("latin.yaml");
        Files.write(latin, "title: é".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(fault(latin).problems())
                .extracting(Problem::problem)
                .containsExactly("the project file is not in UTF-8");
    }

    @Test
    void pointsAtBrokenYaml() throws IOException {
        assertThat(problems("name: shop\nsources:\n- {name: 'a}\n"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.problem())
                            .isEqualTo(
                                    "this is no YAML: found unexpected end of stream while scanning a quoted scalar");
                    assertThat(problem.place()).matches(".*project\\.yaml, line 4, column \\d+");
                });
        assertThat(problems("name: a\nname: b\n"))
                .containsExactly(new Problem(
                        "the key 'name' is given twice",
                        folder.resolve("project.yaml") + ", line 2, column 5",
                        "keep one of the two"));
        assertThat(problems("name: &n a\ntitle: *n\n"))
                .containsExactly(new Problem(
                        "the YAML alias '*n' is not supported",
                        folder.resolve("project.yaml") + ", line 2, column 8",
                        "write the value out"));
        assertThat(problems(LEAST + "---\nname: b\n"))
                .extracting(Problem::problem)
                .singleElement()
                .asString()
                .startsWith("this is no YAML:");
    }

    private ProjectFile.Loaded load(String text) throws IOException {
        return ProjectFile.read(write(text), Map.of());
    }

    private List<Problem> problems(String text) throws IOException {
        return fault(write(text)).problems();
    }

    private static Fault fault(Path file) {
        Fault fault = catchThrowableOfType(Fault.class, () -> ProjectFile.read(file, Map.of()));
        assertThat(fault).as("a fault").isNotNull();
        assertThat(fault.exitCode()).isEqualTo(ExitCode.ARGUMENTS);
        return fault;
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("project.yaml"), text);
    }

    private static String without(String key) {
        return LEAST.replaceAll("(?m)^" + key + ".*\\R(?:- .*\\R)*", "");
    }
}
