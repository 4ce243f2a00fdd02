/** From the users' own tables to the contracts' rows: mapping, conversion, rules, quarantine. */
package dev.touchstone.source;
