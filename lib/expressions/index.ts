/** What people write in Kubernetes' own languages for rules: CEL with Kubernetes' libraries, and patterns of Go's. In
 * comes a text, out comes what evaluates it; what is not known here says so, and is never guessed. The CEL library is
 * loaded with the first expression. */

export { isBudgetSpent } from './budget.ts';
export { bounded, celValue, describeExpressionError, type Expression, expressionParser } from './cel.ts';
export { type CheckedType, checkExpression } from './check.ts';
export { asMapList } from './equality.ts';
export { javaScriptPattern } from './pattern.ts';
export { identifiersOf } from './syntax.ts';
