/** Validation without a cluster. In come the objects of an environment and the Kubernetes version of its cluster; out
 * come errors (what its API server would refuse, and references to parts that are not there) and warnings. What is
 * refused here, a server refuses too; what only an operator, another repository or a person may know is let pass. */
export { itemsOf } from './references/items.ts';
export { podTemplateOf } from './references/surroundings.ts';
export { prevalidate } from './served.ts';
export { type ValidatedObject, type ValidateOptions, type Verdict, validateObjects } from './validate.ts';
export { eachWithin } from './within-time.ts';
