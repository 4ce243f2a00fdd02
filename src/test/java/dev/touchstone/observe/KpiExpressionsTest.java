package dev.touchstone.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.fault.Problem;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which KPIs a project's sources allow. */
class KpiExpressionsTest {
    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Project project;
    private static Map<Contract, ContractRows> sources;

    @BeforeAll
    static void openTicketsAlone() {
        TestProject.file(folder, "tickets.csv", "ticket_id,touchpoint,created_at,resolved_at,reopens\n");
        project = TestProject.project(
                folder,
                """
                name: desk
                time_zone: UTC
                output: {path: tables}
                sources:
                - {name: desk, contract: tickets, format: csv, path: tickets.csv, select: SELECT * FROM source}
                """);
        spark = TestProject.session(project);
        sources = ContractRows.open(spark, project);
    }

    @Test
    void columnsThatOnlyMarkRowsMayBeLeftOut() {
        KpiExpressions expressions = KpiExpressions.of(spark, project, sources, Contract.TICKETS);
        assertThat(expressions.available())
                .extracting(Kpi::name)
                .containsExactlyInAnyOrder(
                        "ticket_volume", "resolved_count", "resolution_rate", "last_resolution_time");
        assertThat(expressions.lacking(project.catalogue().kpis().get("fcr"))).containsExactly("customer_id");
        assertThat(expressions.lacking(project.catalogue().kpis().get("one_touch")))
                .containsExactly("replies", "transfers");
    }

    @Test
    void customersOfWhomNothingIsKnownHaveNoKpis() {
        KpiExpressions expressions = KpiExpressions.of(spark, project, sources, Contract.CUSTOMERS);
        assertThat(expressions.available()).isEmpty();
    }

    /** Nothing but the mark tells of a conversion, so there is nothing to wait for. */
    @Test
    void aMarkNeedsNoWindowAndOrdersDo(@TempDir Path shop) {
        String marks =
                """
                name: shop
                time_zone: UTC
                output: {path: tables}
                kpis: [{name: conversion_rate, matures: 0 days}]
                use_kpis: [conversion_rate]
                sources:
                - {name: shop, contract: visits, format: csv, path: visits.csv, select: SELECT * FROM source}
                """;
        TestProject.file(shop, "visits.csv", "visit_id,touchpoint,visited_at,converted,customer_id\n");
        TestProject.file(shop, "orders.csv", "order_id,customer_id,ordered_at,amount\n");
        assertThat(problems(TestProject.project(shop, marks))).isEmpty();
        assertThat(
                        problems(
                                TestProject.project(
                                        shop,
                                        marks
                                                + "- {name: orders, contract: orders, format: csv, path: orders.csv, select: SELECT * FROM source}\n")))
                .extracting(Problem::problem)
                .containsExactly("the KPI looks at converted_at, which lies ahead, but has no window");
    }

    private static List<Problem> problems(Project read) {
        SparkSession session = TestProject.session(read);
        return KpiExpressions.of(session, read, ContractRows.open(session, read), Contract.VISITS)
                .problems();
    }
}
