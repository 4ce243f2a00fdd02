/**
 * What is measured: instruments, KPIs, their scales and states, and the estimate that a state gives.
 *
 * <p>A KPI is one declaration (YAML, see {@link dev.touchstone.kpi.Catalogue}); a <em>state</em> is a mergeable
 * statistic and an <em>estimate</em> what is shown of it. The two are never mixed.
 */
package dev.touchstone.kpi;
