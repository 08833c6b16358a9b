/** Rules that programs bring along for their own kinds, in CEL: what rendering needs of them, and no more. The rest is
 * behind the door of the room. The CEL library is loaded with the first expression: who has none does not pay for it. */
export { joinGroupKind } from '../group-kind.ts';
export { expressionProblems } from './check.ts';
