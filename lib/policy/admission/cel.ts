/** CEL as ValidatingAdmissionPolicies have it: over the variables of admission. */
import { expressionParser } from '../../expressions/index.ts';

const VARIABLES = ['object', 'oldObject', 'request', 'params', 'namespaceObject', 'variables'] as const;
export type Variables = { readonly [name in (typeof VARIABLES)[number]]: unknown };

/** @throws Error when the text is not CEL, or uses what is not known here */
export const parseExpression = expressionParser(VARIABLES);
