/**
 * Predicted customer lifetime value: models of purchases and their value, fitted to grouped counts. Pure Java, so that
 * the mathematics can be tested without a cluster and a fitted model can travel into a user-defined function.
 *
 * <p>What a customer's history is, in both models:
 *
 * <ul>
 *   <li>frequency x: repeat purchases, the first one aside; purchases of one day are one purchase
 *   <li>recency t_x: time from the first purchase to the last one; 0 where x = 0
 *   <li>age T: time from the first purchase to the end of the observation
 *   <li>mean value m: mean value of the x repeat purchases; without meaning where x = 0
 * </ul>
 *
 * <p>Times are in any one unit, which the caller keeps to: days or weeks.
 */
package dev.touchstone.clv;
