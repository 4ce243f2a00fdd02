package dev.touchstone;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source in PostgreSQL, read by a real spark-submit; its password stays where it was. */
class DatabaseIT {
    private static final String PASSWORD = "Zx7-rah-e-raz-1405";
    private static final String DRIVER = org.postgresql.Driver.class
            .getProtectionDomain()
            .getCodeSource()
            .getLocation()
            .getPath();
    private static final String PROJECT =
            """
            name: branches
            time_zone: Asia/Tehran
            output: {path: out}
            quarantine: {limit: 1}
            sources:
            - name: survey
              contract: responses
              format: jdbc
              options: {url: 'jdbc:postgresql://localhost:PORT/postgres', dbtable: survey.answers, user: reader}
              SECRET
              select: |
                SELECT id AS response_id, sent AS responded_at, branch AS touchpoint,
                  stack(2, 'csat_5', csat, 'nps_0_10', nps) AS (instrument, score)
                FROM source
              prune: sent >= :from AND sent < :to
            """;

    @TempDir
    private static Path database;

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    @BeforeAll
    static void fill() throws IOException, SQLException {
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(database.resolve("data"))
                .setOverrideWorkingDirectory(database.toFile())
                .start();
        Path rules = database.resolve("data/pg_hba.conf");
        Files.writeString(rules, "host all reader all scram-sha-256\n" + Files.readString(rules));
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET password_encryption = 'scram-sha-256'");
            statement.execute("CREATE USER reader PASSWORD '" + PASSWORD + "'");
            statement.execute("SELECT pg_reload_conf()");
            statement.execute("CREATE SCHEMA survey");
            // Times without a zone, on both sides of midnight; answers that cannot be read; a blank one.
            statement.execute("CREATE TABLE survey.answers AS SELECT n AS id,"
                    + " timestamp '2026-10-31 23:30' + n * interval '20 minutes' AS sent,"
                    + " (array['باجه یک', 'O''Hare', 'web'])[1 + n % 3] AS branch,"
                    + " (array['1', '2', '3', '4', '5', '۴', '', 'x'])[1 + n % 8] AS csat, (n % 11)::text AS nps"
                    + " FROM generate_series(0, 499) AS n");
            statement.execute("GRANT USAGE ON SCHEMA survey TO reader");
            statement.execute("GRANT SELECT ON survey.answers TO reader");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void write() {
        project("options: {url: 'jdbc:postgresql://localhost:PORT/postgres', dbtable: survey.answers, user: reader,"
                + " password: '${CX_PASSWORD}'}");
    }

    @Test
    void counts_what_the_database_counts_and_keeps_the_password_to_itself() throws Exception {
        Path events = Files.createDirectory(folder.resolve("events"));
        Launched run = Launched.run(
                folder,
                Map.of("CX_PASSWORD", PASSWORD),
                "measure",
                "--project",
                folder + "/project.yaml",
                "--from",
                "2026-11-01",
                "--to",
                "2026-11-04",
                "--jars",
                DRIVER,
                "--conf",
                "spark.eventLog.enabled=true",
                "--conf",
                "spark.eventLog.compress=false",
                "--conf",
                "spark.eventLog.dir=" + events.toUri());
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();

        String days = "sent >= '2026-11-01' AND sent < '2026-11-04'";
        // One run has written: all files of a table are its rows, and of runs also what they were before.
        String ours = "FROM read_parquet('" + folder + "/out/%s/**/*.parquet') ";
        assertThat(duck("SELECT day::text, touchpoint, answer, sum(n)::bigint " + ours.formatted("daily_answers")
                        + "WHERE instrument = 'nps_0_10' AND segmentation = 'all' AND touchpoint <> 'all'"
                        + " GROUP BY ALL"))
                .isEqualTo(ofPostgres("SELECT sent::date::text, branch, nps::int, count(*) FROM survey.answers WHERE "
                        + days + " GROUP BY 1, 2, 3"))
                .hasSizeGreaterThan(50);
        assertThat(duck("SELECT count(*) " + ours.formatted("quarantine")))
                .isEqualTo(ofPostgres("SELECT count(*) FROM survey.answers WHERE csat = 'x' AND " + days));

        // Parquet files pack their texts: tables are read for it, too.
        List<String> texts = new ArrayList<>(List.of(run.output(), run.errors()));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
                if (file.toString().endsWith(".parquet") && !file.toString().contains("_delta_log")) {
                    texts.addAll(duck("SELECT t::text FROM read_parquet('" + file + "') t"));
                }
            }
        }
        assertThat(texts).hasSizeGreaterThan(50).noneMatch(text -> text.contains(PASSWORD));
        try (Stream<Path> logs = Files.list(events)) {
            assertThat(logs).isNotEmpty();
        }
    }

    @Test
    void the_password_may_lie_with_a_credential_provider_of_Hadoop() throws Exception {
        String provider = "localjceks://file" + folder.resolve("cx.jceks");
        Configuration hadoop = new Configuration();
        hadoop.set(CredentialProviderFactory.CREDENTIAL_PROVIDER_PATH, provider);
        CredentialProvider store =
                CredentialProviderFactory.getProviders(hadoop).get(0);
        store.createCredentialEntry("cx.survey", PASSWORD.toCharArray());
        store.flush();
        project("credentials: {password: cx.survey}");

        Map<String, String> loud = Map.of("TOUCHSTONE_LOG_LEVEL", "debug");
        Launched with = check(loud, "--conf", "spark.hadoop.hadoop.security.credential.provider.path=" + provider);
        assertThat(with.exitCode()).isZero();
        assertThat(with.errors()).contains(" DEBUG ").doesNotContain(PASSWORD);
        assertThat(with.output())
                .contains("survey (jdbc:postgresql://localhost:" + postgres.getPort()
                        + "/postgres, survey.answers); reads where sent >= :from AND sent < :to")
                .doesNotContain(PASSWORD);

        // A setting of that name is no credential provider.
        Launched without = check(Map.of(), "--conf", "spark.hadoop.cx.survey=" + PASSWORD);
        assertThat(without.exitCode()).isEqualTo(2);
        assertThat(without.errors())
                .startsWith("ERROR Hadoop's credential providers hold no 'cx.survey'\n"
                        + "    at: sources[survey].credentials.password\n");
    }

    @Test
    void a_wrong_password_is_told_but_not_shown() throws Exception {
        Launched wrong = Launched.run(
                folder,
                Map.of("CX_PASSWORD", "no" + PASSWORD),
                "check",
                "--project",
                folder + "/project.yaml",
                "--jars",
                DRIVER);
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.errors())
                .startsWith(
                        "ERROR source survey cannot be read: FATAL: password authentication failed for user \"reader\"\n")
                .doesNotContain("\tat ");
        assertThat(wrong.output() + wrong.errors()).doesNotContain(PASSWORD);
    }

    private Launched check(Map<String, String> environment, String... more) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("check", "--project", folder + "/project.yaml", "--jars", DRIVER));
        arguments.addAll(List.of(more));
        return Launched.run(folder, environment, arguments.toArray(String[]::new));
    }

    private void project(String secret) {
        String text = secret.startsWith("options")
                ? PROJECT.replaceFirst("  options: .*\n  SECRET", "  " + Matcher.quoteReplacement(secret))
                : PROJECT.replace("SECRET", secret);
        TestProject.file(folder, "project.yaml", text.replace("PORT", "" + postgres.getPort()));
    }

    private static List<String> ofPostgres(String sql) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            return rows(connection, sql);
        }
    }

    private static List<String> duck(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
            return rows(connection, sql);
        }
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.add(found.getString(i));
                }
                rows.add(String.join("|", row));
            }
        }
        rows.sort(null);
        return rows;
    }
}
