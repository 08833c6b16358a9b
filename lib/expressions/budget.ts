/** How much an expression may do. API servers count costs and end an expression that has too many; here the items are counted
 * that loops look at and that lists and texts are made of, which is all that can make an expression of some length take long.
 * The same expression over the same values ends at the same item on every machine. */

/** Items in one evaluation. A server ends it at a cost of 1,000,000 (apiserver, PerCallLimit), where an item costs more than
 * three: nothing that it finishes is ended here. */
const MOST_STEPS = 300_000;

class BudgetSpent extends Error {
  constructor() {
    super(`it looks at more than ${MOST_STEPS} items`);
    this.name = 'BudgetSpent';
  }
}

let left = MOST_STEPS;

/** @throws BudgetSpent at this step and at each one after it, so that no quantifier can go on by catching it */
export function spend(steps = 1): void {
  left -= steps;
  if (left < 0) throw new BudgetSpent();
}

/** Whether an evaluation was ended. A server would have ended it, too, and refuses what it was asked about. */
export function isBudgetSpent(error: unknown): boolean {
  return error instanceof BudgetSpent;
}

/** Evaluates with a budget of its own. @throws BudgetSpent */
export function withinBudget<T>(evaluate: () => T): T {
  const before = left;
  left = MOST_STEPS;
  try {
    const outcome = evaluate();
    if (left < 0) throw new BudgetSpent();
    return outcome;
  } catch (error) {
    // Whatever the library made of it on the way.
    throw left < 0 ? new BudgetSpent() : error;
  } finally {
    left = before;
  }
}
