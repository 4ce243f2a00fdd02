package dev.touchstone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Instrument;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Scale;
import dev.touchstone.source.Contract;
import dev.touchstone.table.Column;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The files that follow from declarations say what is declared. After a change write them anew by
 * {@code mvn -B test -Dtest=ReferenceTest -Drefresh=true}.
 */
class ReferenceTest {
    private static final String NOTICE =
            "<!-- Written by ReferenceTest; do not edit: " + "mvn -B test -Dtest=ReferenceTest -Drefresh=true -->\n";

    private static final String SQL_NOTICE =
            "-- Written by ReferenceTest; do not edit: mvn -B test -Dtest=ReferenceTest -Drefresh=true\n";

    @Test
    void tables_page_is_what_Table_declares() throws IOException {
        same(Path.of("docs/tables.md"), tables());
    }

    @Test
    void kpis_page_is_what_the_catalogue_declares() throws IOException {
        same(Path.of("docs/kpis.md"), kpis(Catalogue.builtIn()));
    }

    @Test
    void statements_for_a_catalog_name_every_table() throws IOException {
        same(Path.of("jobs/sql/catalog/register.sql"), register());
        same(Path.of("jobs/sql/catalog/one-run.sql"), oneRun());
    }

    private static void same(Path page, String expected) throws IOException {
        if (Boolean.getBoolean("refresh")) {
            Files.writeString(page, expected);
        }
        assertThat(page).exists();
        assertThat(Files.readString(page))
                .as("%s is stale: mvn -B test -Dtest=ReferenceTest -Drefresh=true", page)
                .isEqualTo(expected);
    }

    private static String register() {
        StringBuilder sql = new StringBuilder(
                """
                -- Makes the output tables of a folder tables of a catalog, with their comments. `output` is the folder, `schema` the schema.
                %s
                -- A table made where none lies would be an empty one, which the next run takes for somebody else's: so nothing is made
                -- before a run has left all tables.
                SELECT assert_true(max_by(size(table_versions), run_id) = %d, 'not all tables are there: assess some days first')
                FROM delta.`${output}/runs`
                WHERE state = 'done' AND command IN ('run', 'assess');

                CREATE SCHEMA IF NOT EXISTS ${schema};

                """
                        .formatted(SQL_NOTICE, Table.values().length - 1));
        for (Table table : Table.values()) {
            sql.append("CREATE TABLE IF NOT EXISTS ${schema}.%1$s USING delta LOCATION '${output}/%1$s';\n"
                    .formatted(table.tableName()));
        }
        return sql.toString();
    }

    private static String oneRun() {
        StringBuilder sql = new StringBuilder(
                """
                -- Views of what the last complete run left, whatever is written meanwhile: in the schema `${schema}_run`, under the names of
                -- the tables. They are made one after the other, and stay where they are until this is run again.
                %s
                DECLARE OR REPLACE VARIABLE run STRUCT<id: STRING, versions: MAP<STRING, BIGINT>>;

                SET VARIABLE run = (
                  SELECT max_by(named_struct('id', run_id, 'versions', table_versions), run_id) FROM ${schema}.runs
                  WHERE state = 'done' AND command IN ('run', 'assess'));

                SELECT assert_true(size(run.versions) = %d, 'the last complete run knows not all tables: assess some days first');

                CREATE SCHEMA IF NOT EXISTS ${schema}_run;

                """
                        .formatted(SQL_NOTICE, Table.values().length - 1));
        String view = "EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.%1$s AS SELECT * FROM ${schema}.%1$s ";
        for (Table table : Table.values()) {
            sql.append((view
                            + (table == Table.RUNS
                                    ? "WHERE run_id = \"' || run.id || '\"';\n"
                                    : "VERSION AS OF ' || run.versions['%1$s'];\n"))
                    .formatted(table.tableName()));
        }
        return sql.toString();
    }

    private static String tables() {
        StringBuilder page = new StringBuilder("# Output tables\n\n" + NOTICE)
                .append(
                        """

                        Delta tables of reader version 1, under `output.path` or in `output.schema` of the project file. Every
                        table and column carries these texts as its comment. A column is never renamed and never changes its
                        meaning.
                        """);
        for (Table table : Table.values()) {
            page.append("\n## ").append(table.tableName()).append("\n\n").append(table.comment());
            if (!table.partitions().isEmpty()) {
                page.append(" Partitioned by ")
                        .append(String.join(", ", table.partitions()))
                        .append(".");
            }
            page.append("\n\n| column | type | meaning |\n|---|---|---|\n");
            for (Column column : table.columns()) {
                page.append(
                        "| `%s` | %s | %s |%n".formatted(column.name(), code(column.type()), cell(column.comment())));
            }
        }
        return page.toString();
    }

    private static String kpis(Catalogue catalogue) {
        StringBuilder page = new StringBuilder("# Built-in KPIs\n\n" + NOTICE)
                .append(
                        """

                        `jobs/touchstone kpis` lists them, `jobs/touchstone kpis NAME` shows one. A KPI counts the rows of a
                        contract for which *counts* is true, and each scores what *score* says; NULL leaves the row out (of a
                        duration: the case is still open). A
                        project file may change any key of a built-in KPI or add its own in the same form. A0 to A4 are the
                        articles that `DECISIONS.md` names.

                        ## Instruments

                        An instrument is the scale that a question was asked on. Two instruments are never mixed in one KPI.

                        | instrument | answers | question | KPIs |
                        |---|---|---|---|
                        """);
        for (Instrument instrument : catalogue.instruments().values()) {
            String users = catalogue.kpis().values().stream()
                    .filter(kpi -> kpi.counts().contains("'" + instrument.name() + "'"))
                    .map(kpi -> "`" + kpi.name() + "`")
                    .collect(Collectors.joining(", "));
            page.append("| `%s` | %d to %d | %s | %s |%n"
                    .formatted(
                            instrument.name(),
                            instrument.low(),
                            instrument.high(),
                            cell(instrument.title().en()),
                            users));
        }
        for (Kpi kpi : catalogue.kpis().values()) {
            if (kpi.percentile() != null) {
                continue; // Named with its duration, whose texts and expressions it shares.
            }
            page.append("\n## ").append(kpi.name()).append("\n\n");
            page.append(
                    "%s. %s%n%n".formatted(kpi.title().en(), kpi.description().en()));
            page.append("- **%s**: %s%n"
                    .formatted(kpi.title().fa(), kpi.description().fa()));
            page.append("- Good for: %s%n- Not for: %s%n".formatted(kpi.goodFor(), kpi.notFor()));
            page.append("- Counts: rows of `%s` where `%s`%n".formatted(kpi.of(), kpi.counts()));
            page.append("- Score: `%s`%n".formatted(kpi.score()));
            if (kpi.denominator() != null) {
                page.append("- n counts: those where `%s`%n".formatted(kpi.denominator()));
            }
            String clock =
                    kpi.clock() == null ? Contract.named(kpi.of()).orElseThrow().clock() : kpi.clock();
            page.append("- Clock: %s%s%n"
                    .formatted(
                            kpi.perPeriod()
                                    ? "month, quarter, year" + (kpi.clock() == null ? "" : "; `" + clock + "`")
                                    : "`" + clock + "`",
                            kpi.maturesDays() == 0 ? "" : "; final after " + days(kpi.maturesDays())));
            page.append("- Shows: %s%n".formatted(shown(kpi, catalogue)));
            page.append("- Scale: %s%n".formatted(scale(kpi.scale())));
            page.append("- Interval: %s%n"
                    .formatted(kpi.interval().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
            page.append("- Source: %s. Version %d%n".formatted(kpi.source(), kpi.version()));
        }
        return page.toString();
    }

    private static String shown(Kpi kpi, Catalogue catalogue) {
        return switch (kpi.state()) {
            case MEAN -> kpi.denominator() == null ? "mean of the scores" : "sum of the scores over n";
            case TOTAL -> "sum of the scores";
            case DURATION ->
                catalogue.kpis().values().stream()
                        .filter(other ->
                                other.percentile() != null && other.stateOf().equals(kpi.name()))
                        .map(other -> "`%s`".formatted(other.name()))
                        .collect(Collectors.joining(", ", "mean of the closed cases; percentiles of all: ", ""));
        };
    }

    private static String days(int days) {
        return days == 1 ? "1 day" : days + " days";
    }

    private static String scale(Scale scale) {
        String range = scale.low() == null && scale.high() == null
                ? "unbounded"
                : "%s to %s".formatted(number(scale.low()), number(scale.high()));
        return "%s, %s, %s is better"
                .formatted(scale.unit(), range, scale.better().name().toLowerCase(Locale.ROOT));
    }

    private static String number(Double bound) {
        return bound == null
                ? "unbounded"
                : BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
    }

    private static String code(String type) {
        return "`" + type + "`";
    }

    /** A text inside a table of Markdown. */
    private static String cell(String text) {
        return List.of(text.split("\\|")).stream().collect(Collectors.joining("\\|"));
    }
}
