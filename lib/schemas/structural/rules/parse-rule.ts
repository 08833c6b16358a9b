import { expressionParser } from '../../../expressions/index.ts';

/** Parses an expression over `self` and `oldSelf`. @throws Error when it is not CEL, or uses what is not known here */
export const parseRule = expressionParser(['self', 'oldSelf']);
