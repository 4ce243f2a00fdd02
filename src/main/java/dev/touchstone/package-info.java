/** Touchstone: customer-experience KPIs and weak touchpoints as Apache Spark batch jobs. */
package dev.touchstone;
